# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where scripts came from that ran: a table of ours beside Flyway's history, which keeps its shape.

A row is written in the transaction that says in the history that its script is done: both are there, or neither is. Nothing is decided by it.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_name, quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.info import ENDED
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session, with_state

WORDS = ("commit", "controller", "job")
_TABLE, _WORDS = "provenance_table", "provenance"
_LONGEST = 200  # characters

OPTIONS = {
    _TABLE: {"type": "str"},
    _WORDS: {"type": "dict", "options": {word: {"type": "str"} for word in WORDS}},
}

Kept = t.Dict[t.Tuple[int, str], t.Dict[str, t.Any]]

_CREATE = """\
CREATE TABLE {table} (
    "installed_rank" int NOT NULL,
    "script" text NOT NULL,
    "sha256" text NOT NULL,
    "commit" text,
    "controller" text,
    "job" text,
    "login" text NOT NULL,
    "written_at" timestamptz NOT NULL
);
REVOKE ALL ON {table} FROM PUBLIC"""
_INSERT = """\
INSERT INTO {table} ("installed_rank", "script", "sha256", "commit", "controller", "job", "login", "written_at")
SELECT {rank}, %s, %s, %s, %s, %s, session_user, pg_catalog.now()"""
_ROOM = """\
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s
) AS is_taken, (SELECT pg_catalog.has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = %s) AS may_make"""
_READ = """\
SELECT "installed_rank" AS "rank", "script", "sha256", "commit", "controller", "job", "login",
  pg_catalog.to_char("written_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS "written_at"
FROM {table} ORDER BY "written_at\""""


@dataclasses.dataclass(frozen=True)
class Provenance:
    """The table, and what this run has to say.

    :arg history: the history that its rows belong to.
    :arg words: commit, controller and job, as far as somebody gave them.
    """

    history: History
    table: str
    words: t.Mapping[str, str | None]

    @property
    def _qualified(self) -> str:
        return f"{quoted(self.history.schema)}.{quoted(self.table)}"

    def record(self, session: Session, script: Script, rank: int | None = None) -> None:
        """Add the row of a script that ran; the table too, where it is not there yet. Inside the caller's transaction.

        :arg rank: of its row in the history; None for the last one.
        """
        if not session.table_exists(self.history.schema, self.table):
            session.execute(_CREATE.format(table=self._qualified), doing=f"The table {self.table} can't be made")
        place = f'(SELECT max("installed_rank") FROM {self.history.qualified})' if rank is None else str(rank)
        doing = f"The table {self.table} could not keep where {script.name.path} came from"
        session.execute(_INSERT.format(table=self._qualified, rank=place), self._values(script), doing)

    def refused(self, session: Session, script: Script) -> list[LaunchError]:
        """Why it could not keep a row of this script. Asked before anything runs, since one without a transaction would be done by then; writes nothing."""
        if not session.table_exists(self.history.schema, self.table):
            return self._no_room(session)
        try:
            # Its columns and the login's rights are looked at, and no more.
            session.rows(f"EXPLAIN {_INSERT.format(table=self._qualified, rank=0)}", self._values(script))
        except DatabaseError as error:
            return [self._unfit(f": {with_state(error.sqlstate, error.words)}", "Name another table, or let the login insert into this one.")]
        return []

    def _no_room(self, session: Session) -> list[LaunchError]:
        (found,) = session.rows(_ROOM, (self.history.schema, self.table, self.history.schema))
        if found["is_taken"]:
            return [self._unfit(", since something else has this name.", "Name another table.")]
        if found["may_make"] is False:
            return [LaunchError(
                "it is not there, and the login may not make it.", option=_TABLE, value=self.table,
                remedy=f"Grant the login CREATE on the schema {self.history.schema}, or leave this out.",
            )]
        return []

    def _unfit(self, why: str, remedy: str) -> LaunchError:
        return LaunchError(f"it can't keep where scripts come from{why}", option=_TABLE, value=self.table, remedy=remedy)

    def _values(self, script: Script) -> tuple[t.Any, ...]:
        return script.name.path, script.sha256, *(self.words.get(word) for word in WORDS)

    def read(self, session: Session) -> Kept:
        """The last row by rank and script; none where there is no table."""
        if not session.table_exists(self.history.schema, self.table):
            return {}
        rows = session.rows(_READ.format(table=self._qualified), doing=f"The table {self.table} can't be read")
        return {(row.pop("rank"), row.pop("script")): row for row in rows}


def provenance_of(params: t.Mapping[str, t.Any], history: History) -> Provenance | None:
    """What the options say; None where nothing is to be kept. LaunchErrors for all that makes no sense."""
    table, words = params[_TABLE], params[_WORDS] or {}
    if table is None and any(words.values()):
        raise LaunchError(f"it means something with {_TABLE} only.", option=_WORDS, remedy="Name the table, or leave it out.")
    if table is None:
        return None
    errors = []
    if check_name(table, _TABLE) == history.table:
        errors.append(LaunchError("it is the history itself.", option=_TABLE, value=table, remedy="Name another table: Flyway's keeps its shape."))
    errors += [
        LaunchError(f"it has a NUL character, or more than {_LONGEST} characters.", option=f"{_WORDS}.{word}", remedy="Give a short name or number.")
        for word, value in words.items() if value and ("\0" in value or len(value) > _LONGEST)
    ]
    raise_all(errors)
    return Provenance(history, table, {word: value or None for word, value in words.items()})


def shown(migration: t.Mapping[str, t.Any], kept: Kept, scripts: t.Sequence[Script]) -> dict[str, t.Any] | None:
    """Where an applied migration came from, and whether its file is the same byte for byte; None where nobody kept it.

    :arg migration: with ``rank``, ``script`` and ``state``. One that a later row took the place of is compared with no file: it is that row's.
    """
    found = kept.get((migration["rank"], migration["script"]))
    if found is None:
        return None
    compared = () if migration["state"] in ENDED else scripts
    same = next((script.sha256 == found["sha256"] for script in compared if script.name.path == migration["script"]), None)
    return {**found, "same_file": same}
