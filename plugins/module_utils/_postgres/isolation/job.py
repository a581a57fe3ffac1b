# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof of isolation, as the application would see it: its login, its pool, one transaction for a context.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import itertools
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import key_of, refuse_keyless, refuse_unread
from ansible_collections.launch.database.plugins.module_utils._postgres.context.plan import SIGNED
from ansible_collections.launch.database.plugins.module_utils._postgres.context.setting import set_context
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_name, check_qualified, quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.plan import (
    INSUFFICIENT_PRIVILEGE,
    LOG,
    NOT_ASKED,
    READ_ONLY,
    Canary,
    Seen,
    Sightings,
    not_proved,
    plan_canaries,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.tables import Table, readable, to_prove
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

# Compared as text, whatever ids are made of.
_SEEN = """\
SELECT count(*) FILTER (WHERE {column}::text = %(tenant)s) AS own, count(*) FILTER (WHERE {column}::text IS DISTINCT FROM %(tenant)s) AS foreign
FROM {table}"""
# The value stays what it is; a row is one in its partition.
_CHANGE = "UPDATE {table} SET {column} = {column} WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM {table} LIMIT 1)"
_ENTRIES = "SELECT count(*) FROM {log} WHERE performed_at = pg_catalog.now() AND entity_type = %s AND performed_by::text = %s"
# The names of the settings that hold the context are secret; a server that lists such settings gives them away.
_LISTED = "SELECT count(*) FROM pg_catalog.pg_settings WHERE pg_catalog.starts_with(name, %s) OR setting = %s"
_FEWEST = 2  # one tenant can't see another's rows if there is no other


class Isolation:
    """The job of postgres_isolation_check."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._actor = self._names.check_id(params["actor"], "actor")
        self._tenants = [self._names.check_id(tenant, "tenants") for tenant in params["tenants"]]
        if len(set(self._tenants)) < _FEWEST:
            raise LaunchError("it names fewer than two tenants.", option="tenants", value=self._tenants, remedy="Name at least two.")
        self._strength = params["strength"]
        self._key = key_of(params, "key")
        refuse_unread(params, "postgres_isolation_check")
        refuse_keyless(self._strength, self._key is not None)
        self._exempt = _exempt(params["exempt_tables"])
        self._canaries = _canaries(params["canaries"])

    def read(self, session: Session) -> Sightings:
        tables = to_prove(readable(session, self._names), self._exempt, self._names)
        seen, listed = {}, 0
        for tenant in self._tenants:
            with self._context(session, tenant):
                seen.update({(tenant, table.qualified): _count(session, table, tenant) for table in tables})
                listed += session.value(_LISTED, (self._names.context_setting, tenant))
        logged = self._logged(session, tables, seen)
        # Last, on the same connections: what a transaction before left behind must not count.
        without_context = {table.qualified: _without_context(session, table) for table in tables}
        # Asked by SQL: what a pooler announced when the connection began may be another server's.
        version = int(session.value("SELECT pg_catalog.current_setting('server_version_num')"))
        return Sightings(tables, seen, without_context, version, listed, self._unsigned(session) if self._strength == SIGNED else NOT_ASKED, logged)

    def plan(self, actual: Sightings) -> Plan:
        return plan_canaries(self._tenants, self._canaries, actual)

    def apply(self, session: Session, plan: Plan, actual: Sightings) -> None:
        for tenant, rows in itertools.groupby(plan.payloads("insert"), key=lambda insertion: insertion.tenant):
            with session.transaction():
                self._set_context(session, tenant)
                for insertion in rows:
                    _insert(session, insertion.canary)

    def result(self, actual: Sightings) -> dict[str, t.Any]:
        open_points = not_proved(self._tenants, actual)
        seen = [
            {"tenant": tenant, "table": table, "own_rows": seen.own, "foreign_rows": seen.foreign}
            for (tenant, table), seen in actual.seen.items()
        ]
        return {
            "proved": not open_points, "not_proved": open_points, "tables": [table.qualified for table in actual.tables],
            "exempt_tables": [{"name": name, "reason": reason} for name, reason in self._exempt.items()],
            "seen": seen, "without_context": dict(actual.without_context), "without_token": None if actual.unsigned == NOT_ASKED else actual.unsigned,
            "logged": list(dict.fromkeys(table for _tenant, table in actual.logged)),
        }

    def _logged(self, session: Session, tables: t.Sequence[Table], seen: t.Mapping[tuple[str, str], Seen]) -> dict[tuple[str, str], int | str]:
        """What the log has of a change of one row, by tenant and table; the server's words where the change is refused."""
        log = next((table for table in tables if (table.schema, table.name) == (self._names.audit_schema, LOG)), None)
        if log is None:
            return {}
        pairs = [(tenant, table) for tenant in self._tenants for table in tables if table.writable and seen[tenant, table.qualified].own]
        found = {(tenant, table.qualified): self._entries(session, tenant, table, log) for tenant, table in pairs}
        return {pair: entries for pair, entries in found.items() if entries is not None}

    def _entries(self, session: Session, tenant: str, table: Table, log: Table) -> int | str | None:
        with session.trial():
            self._set_context(session, tenant)
            try:
                session.execute(_CHANGE.format(table=table.quoted, column=quoted(str(table.writable))))
            except DatabaseError as error:
                if error.sqlstate == READ_ONLY:
                    return None
                return f"SQLSTATE {error.sqlstate}: {error.words}"
            return session.value(_ENTRIES.format(log=log.quoted), (table.qualified, self._actor))

    @contextlib.contextmanager
    def _context(self, session: Session, tenant: str) -> t.Iterator[None]:
        """A transaction of a tenant that changes nothing."""
        with session.transaction():
            session.execute("SET TRANSACTION READ ONLY")
            self._set_context(session, tenant)
            yield

    def _set_context(self, session: Session, tenant: str) -> None:
        set_context(session, self._names, tenant, self._actor, self._key)

    def _unsigned(self, session: Session) -> str | None:
        """Why a context without a token was refused; None if it was taken."""
        try:
            with session.transaction():
                set_context(session, self._names, self._tenants[0], self._actor, None)
        except DatabaseError as error:
            if error.sqlstate != INSUFFICIENT_PRIVILEGE:
                raise
            return error.constraint or error.sqlstate
        return None


def _exempt(options: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, str]:
    exempt: dict[str, str] = {}
    for index, option in enumerate(options):
        name, reason = option["name"], option["reason"].strip()
        check_qualified(name, f"exempt_tables[{index}].name")
        if not reason:
            raise LaunchError("it is empty.", option=f"exempt_tables[{index}].reason", remedy="Say why nothing has to be proved with the table.")
        if name in exempt:
            raise LaunchError("it is there twice.", option=f"exempt_tables[{index}].name", value=name, remedy="Name it once.")
        exempt[name] = reason
    return exempt


def _canaries(options: t.Sequence[t.Mapping[str, t.Any]]) -> list[Canary]:
    for index, option in enumerate(options):
        check_qualified(option["table"], f"canaries[{index}].table")
        if not option["values"]:
            raise LaunchError("it is empty.", option=f"canaries[{index}].values", remedy="Give the row a value; a row of defaults alone can't be written.")
        for column, value in option["values"].items():
            check_name(column, f"canaries[{index}].values")
            _check_value(value, f"canaries[{index}].values.{column}")
    return [Canary(option["table"], option["values"]) for option in options]


def _check_value(value: t.Any, option: str) -> None:
    """LaunchError for what is no value of a column."""
    if isinstance(value, dict):
        raise LaunchError("it is a dictionary.", option=option, remedy="Write it as a text; that of a column of JSON is its JSON.")
    if isinstance(value, str) and "\0" in value:
        raise LaunchError("it has a NUL, which no text in the database has.", option=option, remedy="Take the NUL out.")
    for part in value if isinstance(value, list) else ():
        _check_value(part, option)


def _count(session: Session, table: Table, tenant: str) -> Seen:
    query = _SEEN.format(column=quoted(str(table.column)), table=table.quoted)
    (row,) = session.rows(query, {"tenant": tenant}, f"{table.qualified} can't be read as {tenant}")
    return Seen(**row)


def _without_context(session: Session, table: Table) -> str | None:
    """The SQLSTATE of the refusal. An error other than the one agreed upon is not taken for it."""
    try:
        with session.transaction():
            session.execute("SET TRANSACTION READ ONLY")
            session.value(f"SELECT count(*) FROM {table.quoted}")
    except DatabaseError as error:
        if error.sqlstate != INSUFFICIENT_PRIVILEGE:
            raise
        return error.sqlstate
    return None


def _insert(session: Session, canary: Canary) -> None:
    columns = ", ".join(map(quoted, canary.values))
    marks = ", ".join(["%s"] * len(canary.values))
    schema, name = canary.table.split(".")
    # Another run may insert it at the same time.
    query = f"INSERT INTO {quoted(schema)}.{quoted(name)} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    session.execute(query, list(canary.values.values()), f"No canary row in {canary.table}")
    if not session.value(f"SELECT EXISTS (SELECT FROM {quoted(schema)}.{quoted(name)})"):
        raise LaunchError(
            f"NOT PROVED: {canary.table} has a canary row, and does not show it to the tenant whose it is.",
            remedy="See the table's policies: sql/checks names what is wrong with them.",
        )
