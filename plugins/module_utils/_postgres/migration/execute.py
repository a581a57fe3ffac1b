# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run migrations: each with its history row in one transaction, on the one connection that holds the lock.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import random
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script, statements
from ansible_collections.launch.database.plugins.module_utils._postgres.session import LOCK_NOT_AVAILABLE, DatabaseError, Session
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement

_LONGEST_PAUSE = 30.0  # seconds


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """How scripts are run.

    :arg placeholders: gives the values for a script's path.
    :arg search_path: schemas; None stands for Flyway's: the history's schema before the connection's own.
    :arg role: who to become before the statements; None stays the login.
    :arg lock_timeout: how long a statement waits for a lock, in PostgreSQL's words.
    :arg lock_retries: how often a script is tried again after it waited that long.
    """

    placeholders: t.Callable[[str], t.Mapping[str, str]]
    search_path: t.Sequence[str] | None
    role: str | None
    lock_timeout: str
    lock_retries: int


def run_script(session: Session, history: History, script: Script, circumstances: Circumstances) -> None:
    """Run one script; again, after a pause, if it waited for a lock in vain. LaunchError if it fails: it left nothing."""
    for attempt in range(circumstances.lock_retries + 1):
        try:
            _run_once(session, history, script, circumstances)
            return
        except DatabaseError as error:
            if error.sqlstate != LOCK_NOT_AVAILABLE or attempt == circumstances.lock_retries:
                raise
        time.sleep(pause(attempt, random.random()))


def pause(attempt: int, chance: float) -> float:
    """Seconds before the next try: twice as long each time up to a limit, and never the same for two who met.

    :arg attempt: how many tries failed before the last.
    :arg chance: from 0 to 1.
    """
    return min(_LONGEST_PAUSE, float(1 << attempt)) * (0.5 + chance / 2)


def _run_once(session: Session, history: History, script: Script, circumstances: Circumstances) -> None:
    started = time.monotonic()
    # What the script before set for the session is no business of this one.
    session.execute("RESET ROLE; RESET ALL")
    with session.transaction():
        run_statements(session, history, script, circumstances)
        session.execute("RESET ROLE; SET LOCAL TimeZone = 'UTC'")
        history.record(session, script, round((time.monotonic() - started) * 1000))


def run_statements(session: Session, history: History, script: Script, circumstances: Circumstances) -> None:
    """The statements of a script, inside of the caller's transaction."""
    if circumstances.role is not None:
        session.execute(f"SET LOCAL ROLE {quoted(circumstances.role)}", doing=f"The login can't become {circumstances.role}")
    _prepare(session, history, circumstances)
    for statement in statements(script, circumstances.placeholders(script.name.path)):
        _run(session, script, statement)


def _prepare(session: Session, history: History, circumstances: Circumstances) -> None:
    session.execute("SET LOCAL TimeZone = 'UTC'")
    session.execute("SELECT pg_catalog.set_config('lock_timeout', %s, true)", (circumstances.lock_timeout,))
    session.execute("SELECT pg_catalog.set_config('search_path', %s, true)", (search_path(session, history, circumstances),))


def search_path(session: Session, history: History, circumstances: Circumstances) -> str:
    """Where a script's names without a schema are looked up."""
    if circumstances.search_path is None:
        return session.value("SELECT concat_ws(', ', %s, nullif(pg_catalog.current_setting('search_path'), ''))", (quoted(history.schema),))
    return ", ".join(quoted(schema) for schema in circumstances.search_path)


def _run(session: Session, script: Script, statement: Statement) -> None:
    try:
        session.execute(statement.text)
    except DatabaseError as error:
        raise _located(script, error, statement) from error


def _located(script: Script, error: DatabaseError, statement: Statement) -> DatabaseError:
    """The server's error with the file and the line that it is about."""
    line = statement.line
    if error.position is not None:
        line += statement.text.count("\n", 0, error.position - 1)
    problem = f"line {line}: SQLSTATE {error.sqlstate}: {error.words} Nothing of this file was kept."
    return DatabaseError(problem, error.sqlstate, None, error.words, option="locations", value=script.name.path)
