# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen of tenants' rows, judged: pure. Counts only; no row's content ever gets here.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_name, check_qualified
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.tables import Table

INSUFFICIENT_PRIVILEGE = "42501"
READ_ONLY = "25006"
# Stands for the reason of a refusal where none was tried: only the strength signed promises one.
NOT_ASKED = "(not asked)"
LOG = "audit_log"

# By major version the first minor one whose planner tells no statistics past row level security (CVE-2025-8713).
# Older majors never got the fix, newer ones began with it.
_FIRST_SOUND = {17: 6, 16: 10, 15: 14, 14: 19, 13: 22}
_MAJOR = 10000


@dataclasses.dataclass(frozen=True)
class Canary:
    """A row that a tenant gets if it has none in a table, so that there is something to hide from the others."""

    table: str
    values: t.Mapping[str, t.Any]


def canaries_of(options: t.Sequence[t.Mapping[str, t.Any]]) -> list[Canary]:
    """As the option has them. LaunchError for names that don't work without quotes, and for what is no value of a column."""
    for index, option in enumerate(options):
        check_qualified(option["table"], f"canaries[{index}].table")
        if not option["values"]:
            raise LaunchError("it is empty.", option=f"canaries[{index}].values", remedy="Give the row a value; a row of defaults alone can't be written.")
        for column, value in option["values"].items():
            check_name(column, f"canaries[{index}].values")
            _check_value(value, f"canaries[{index}].values.{column}")
    return [Canary(option["table"], option["values"]) for option in options]


def _check_value(value: t.Any, option: str) -> None:
    if isinstance(value, dict):
        raise LaunchError("it is a dictionary.", option=option, remedy="Write it as a text; that of a column of JSON is its JSON.")
    if isinstance(value, str) and "\0" in value:
        raise LaunchError("it has a NUL, which no text in the database has.", option=option, remedy="Take the NUL out.")
    for part in value if isinstance(value, list) else ():
        _check_value(part, option)


@dataclasses.dataclass(frozen=True)
class Insertion:
    """A canary row of one tenant."""

    tenant: str
    canary: Canary


@dataclasses.dataclass(frozen=True)
class Seen:
    """How many rows one tenant's context showed in a table: its own, and those of anybody else."""

    own: int
    foreign: int


@dataclasses.dataclass(frozen=True)
class Sightings:
    """What the application's login saw.

    :arg tables: those that have to be proved.
    :arg seen: by tenant and qualified table.
    :arg without_context: by qualified table, the SQLSTATE of the refusal; None for an answer.
    :arg version: of the server, as in server_version_num.
    :arg listed: how many settings showed the context.
    :arg unsigned: why a context without a token was refused; None if it was taken.
    :arg logged: by tenant and qualified table, how many entries of the log a change of a row made that the tenant sees; words if
        the change was refused. Nothing where there is no log, where the login changes no row, and where there is none.
    """

    tables: t.Sequence[Table]
    seen: t.Mapping[tuple[str, str], Seen]
    without_context: t.Mapping[str, str | None]
    version: int
    listed: int = 0
    unsigned: str | None = NOT_ASKED
    logged: t.Mapping[tuple[str, str], int | str] = dataclasses.field(default_factory=dict)


def plan_canaries(tenants: t.Sequence[str], canaries: t.Sequence[Canary], state: Sightings) -> Plan:
    """The canary rows that are missing. LaunchErrors for every leak, for what no canary can prove, and for a server that leaks by itself."""
    raise_all([*_leaky_server(state.version), *_forgeable(state), *_unknown(canaries, state), *_leaks(tenants, state), *_unprovable(tenants, canaries, state),
               *_unlogged(state)])
    missing = [(tenant, canary) for tenant in tenants for canary in canaries if state.seen[tenant, canary.table].own == 0]
    return Plan("canary rows", tuple(
        Change("insert", f"{tenant}.{canary.table}", None, "canary row", payload=Insertion(tenant, canary)) for tenant, canary in missing
    ))


def not_proved(tenants: t.Sequence[str], state: Sightings) -> list[str]:
    """What a table without rows can't show: qualified table and tenant."""
    return [f"{table.qualified}: {tenant} has no row" for table in state.tables for tenant in tenants if state.seen[tenant, table.qualified].own == 0]


def _leaky_server(version: int) -> list[LaunchError]:
    major, minor = divmod(version, _MAJOR)
    sound = _FIRST_SOUND.get(major, 0)
    if major >= min(_FIRST_SOUND) and minor >= sound:
        return []
    upgrade = f"{major}.{sound}" if sound else " or ".join(f"{each}.{first}" for each, first in _FIRST_SOUND.items())
    return [LaunchError(
        f"NOT PROVED: the server is PostgreSQL {major}.{minor}, whose planner tells statistics of other tenants' rows (CVE-2025-8713).",
        remedy=f"Upgrade it to {upgrade} or later.",
    )]


def _forgeable(state: Sightings) -> t.Iterator[LaunchError]:
    """A context that SQL can forge, although the strength rules that out."""
    if state.unsigned is None:
        yield LaunchError("NOT PROVED: a context without a token is taken, so that anyone who can run SQL chooses the tenant.", option="strength",
                          remedy="Set the strength of the database with postgres_context.")
    if state.listed:
        yield LaunchError("LEAK: the server lists the settings that hold the context, so that SQL can forge it.", option="strength",
                          remedy="See sql/README.md: settings without a definition must not be in pg_settings.")


def _unknown(canaries: t.Sequence[Canary], state: Sightings) -> list[LaunchError]:
    known = {table.qualified: table.columns for table in state.tables}
    return [
        LaunchError("it is not among the tables to prove.", option="canaries", value=table, remedy="Fix the name, or take the canary out.")
        for table in dict.fromkeys(canary.table for canary in canaries) if table not in known
    ] + [
        LaunchError(f"it has no column {column} that takes a value.", option="canaries", value=canary.table, remedy="Fix the column's name, or take it out.")
        for canary in canaries for column in canary.values if column not in known.get(canary.table, canary.values)
    ]


def _leaks(tenants: t.Sequence[str], state: Sightings) -> list[LaunchError]:
    remedy = "Stop the application, then see the table's policies: sql/checks names what is wrong with them."
    errors = [
        LaunchError(f"LEAK: {table.qualified} shows {tenant} {seen.foreign} rows of other tenants.", remedy=remedy)
        for table in state.tables for tenant in tenants if (seen := state.seen[tenant, table.qualified]).foreign
    ]
    for table in state.tables:
        # The policy of an empty table is never asked; its answer says nothing either way.
        empty = all(state.seen[tenant, table.qualified].own == 0 for tenant in tenants)
        if state.without_context[table.qualified] is None and not empty:
            errors.append(LaunchError(f"LEAK: {table.qualified} answers without a tenant context.", remedy=remedy))
    return errors


def _unlogged(state: Sightings) -> t.Iterator[LaunchError]:
    for (tenant, table), entries in state.logged.items():
        if isinstance(entries, str):
            yield LaunchError(f"NOT PROVED: {tenant} can't change its row in {table}: {entries}", remedy="See that the log has a partition for now (R36).")
        elif not entries:
            yield LaunchError(
                f"NOT PROVED: a change of {table} by {tenant} leaves no entry in the audit log that it can see.",
                remedy="See the table's triggers and the log's policies: R34 and R44 name what is wrong with them.",
            )


def _unprovable(tenants: t.Sequence[str], canaries: t.Sequence[Canary], state: Sightings) -> list[LaunchError]:
    covered = {canary.table for canary in canaries}
    return [
        LaunchError(
            f"{table.qualified} shows {tenant} no row of its own, so nothing can be proved with it.",
            option="canaries", remedy="Add a canary row for this table; if it has one, see the table's policies: sql/checks names what is wrong with them.",
        )
        for table in state.tables for tenant in tenants
        if table.qualified not in covered and state.seen[tenant, table.qualified].own == 0
    ]
