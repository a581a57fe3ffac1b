# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run migrations: each with its history row in one transaction, on the one connection that holds the lock.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import functools
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute_outside import run_outside
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.provenance import Provenance
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.send import located, send
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Progress, Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.surroundings import clear, pin, refuse_changed
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.transaction import (
    ABORTED,
    COMMITTED,
    UNKNOWN,
    Reopen,
    ended_early,
    outcome,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch
from ansible_collections.launch.database.plugins.module_utils._postgres.patience import patiently
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session, with_state
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement

_NOTHING_KEPT = "Nothing of this file was kept."


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """How scripts are run.

    :arg search_path: schemas; None stands for Flyway's: the history's schema before the connection's own.
    :arg role: who to become before the statements; None stays the login.
    :arg lock_timeout: how long a statement waits for a lock, in PostgreSQL's words.
    :arg lock_retries: how often a script is tried again after it waited that long, or met another one in a deadlock.
    :arg reopen: gives another session, to see and to ask what the first one can't.
    :arg provenance: keeps where a script came from; None keeps nothing of it.
    """

    search_path: t.Sequence[str] | None
    role: str | None
    lock_timeout: str
    lock_retries: int
    reopen: Reopen
    provenance: Provenance | None


def run_script(session: Session, history: History, script: Script, circumstances: Circumstances, watch: Watch) -> list[str]:
    """Run one script; again, after a pause, if it waited for a lock in vain. LaunchError if it fails: it says what is kept of it.

    Gives what was done about what an earlier run had left.
    """
    if script.outside:
        return run_outside(session, history, script, circumstances, search_path(session, history, circumstances), watch)
    patiently(functools.partial(_run_once, session, history, script, circumstances, watch), circumstances.lock_retries, watch)
    return []


def _run_once(session: Session, history: History, script: Script, circumstances: Circumstances, watch: Watch) -> None:
    started = time.monotonic()
    clear(session)
    committing = _Committing(session, script, circumstances.reopen)
    with committing, session.transaction(circumstances.role):
        committing.transaction = run_statements(session, history, script, circumstances, watch.begin)
        _refuse_another(session, script, committing.transaction)
        session.execute("RESET ROLE; SET LOCAL TimeZone = 'UTC'")
        history.record(session, script, round((time.monotonic() - started) * 1000))
        if circumstances.provenance is not None:
            circumstances.provenance.record(session, script)
        committing.began = True


def run_statements(session: Session, history: History, script: Script, circumstances: Circumstances, tell: t.Callable[[Progress], t.Any]) -> str:
    """The statements of a script, in the transaction and as the role that the caller began. Gives the transaction's id.

    :arg tell: gets what begins.
    """
    transaction = pin(session, search_path(session, history, circumstances), circumstances.lock_timeout)
    for number, statement in enumerate(script.statements(), 1):
        tell(Progress(script, number, statement.line))
        _run(session, script, statement, number)
    return transaction


def search_path(session: Session, history: History, circumstances: Circumstances) -> str:
    """Where a script's names without a schema are looked up."""
    if circumstances.search_path is not None:
        return ", ".join(quoted(schema) for schema in circumstances.search_path)
    own = session.value("SELECT pg_catalog.current_setting('search_path')")
    return ", ".join(part for part in (quoted(history.schema), own) if part)


class _Committing:
    """Says of a script what came of it where its COMMIT did not get an answer, or was refused.

    :ivar transaction: its id; None until it is known.
    :ivar began: whether everything before COMMIT was done.
    """

    def __init__(self, session: Session, script: Script, reopen: Reopen) -> None:
        self._session, self._script, self._reopen = session, script, reopen
        self.transaction: str | None = None
        self.began = False

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, _kind: t.Any, error: BaseException | None, _trace: t.Any) -> None:
        if not self.began or not isinstance(error, DatabaseError):
            return
        if not self._session.is_broken:
            raise _at_commit(self._script, error, "Nothing of this file was kept.", None) from error
        words, remedy = _OUTCOMES[outcome(self._reopen, t.cast(str, self.transaction))]
        raise _at_commit(self._script, error, words, remedy) from error


_OUTCOMES = {
    COMMITTED: ("The server says that it was committed: all that the script does stands, and the history has it.", "Run it again for the rest."),
    ABORTED: ("The server says that it was rolled back: nothing of this file was kept.", "Run it again."),
    UNKNOWN: ("Whether it was committed can't be found out, since the server did not answer.", "Run it again: the history tells."),
}


def _at_commit(script: Script, error: DatabaseError, words: str, remedy: str | None) -> DatabaseError:
    problem = f"at its COMMIT: {with_state(error.sqlstate, error.words)} {words}"
    return DatabaseError(problem, error.sqlstate, None, error.words, option="locations", value=script.name.path, remedy=remedy)


def _run(session: Session, script: Script, statement: Statement, number: int) -> None:
    try:
        send(session, statement)
    except DatabaseError as error:
        ended = not session.in_transaction and not session.is_broken
        kept = f"Before that, {_ended_within(number)}" if ended else _NOTHING_KEPT
        raise located(script.name.path, error, statement, kept) from error
    if not session.in_transaction:
        raise _not_as_one(script, f"line {statement.line}: {_ended_within(number)}")
    try:
        refuse_changed(session)
    except LaunchError as error:
        raise _not_as_one(script, f"line {statement.line}: {error.problem} {_NOTHING_KEPT}", error.remedy) from error


def _refuse_another(session: Session, script: Script, transaction: str) -> None:
    """The history's row belongs into the transaction that began: it tells that all of it is there, or nothing is."""
    if ended_early(session, transaction):
        raise _not_as_one(
            script,
            "the script ended its transaction somewhere and began another one. What ran before that stands, without a row in the history; "
            "the rest was rolled back.",
        )


def _ended_within(number: int) -> str:
    before = {1: "", 2: "statement 1, and "}.get(number, f"statements 1 to {number - 1}, and ")
    return f"the script ended its transaction within statement {number}. What stands, without a row in the history: {before}what this one did until then."


def _not_as_one(script: Script, problem: str, remedy: str | None = None) -> LaunchError:
    return LaunchError(
        problem, option="locations", value=script.name.path,
        remedy=remedy or "Look at the database, undo by hand what stands, and take out of the file what ends the transaction.",
    )
