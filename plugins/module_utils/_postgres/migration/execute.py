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

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.other_session import OtherSession
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script, statements
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
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
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE, DatabaseError, Session
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement

# PostgreSQL parses the whole of a simple query before it runs the first statement of it. So a script behind a
# statement that always fails is parsed and never run; a read-only session and a standby can do it, too.
_PARSED = "LD000"
_GUARD = f"DO $guard$ BEGIN RAISE EXCEPTION USING ERRCODE = '{_PARSED}', MESSAGE = 'syntax check of a migration, nothing was run'; END $guard$; "
_LONGEST_PAUSE = 30.0  # seconds
_NOTHING_KEPT = "Nothing of this file was kept."


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """How scripts are run.

    :arg placeholders: gives the values for a script's path.
    :arg search_path: schemas; None stands for Flyway's: the history's schema before the connection's own.
    :arg role: who to become before the statements; None stays the login.
    :arg lock_timeout: how long a statement waits for a lock, in PostgreSQL's words.
    :arg lock_retries: how often a script is tried again after it waited that long, or met another one in a deadlock.
    :arg reopen: gives another session, to see and to ask what the first one can't.
    """

    placeholders: t.Callable[[str], t.Mapping[str, str]]
    search_path: t.Sequence[str] | None
    role: str | None
    lock_timeout: str
    lock_retries: int
    reopen: Reopen


def check_syntax(session: Session, script: Script, circumstances: Circumstances) -> LaunchError | None:
    """What stands against a script before it is run: what can't be in a migration, then PostgreSQL's own parser.

    Names of tables and columns are looked up when it runs, not here.
    """
    try:
        values = circumstances.placeholders(script.name.path)
        statements(script, values)
        text = replace(script.text, values, script.name.path)
        session.execute(_GUARD + text)
    except DatabaseError as error:
        return None if error.sqlstate == _PARSED else _located(script, error, text, 1, len(_GUARD))
    except LaunchError as error:
        return error
    raise AssertionError("the guard let a script through")


def run_script(session: Session, history: History, script: Script, circumstances: Circumstances, watch: Watch) -> None:
    """Run one script; again, after a pause, if it waited for a lock in vain. LaunchError if it fails: it says what is kept of it."""
    for attempt in range(circumstances.lock_retries + 1):
        watch.forget()
        try:
            _run_once(session, history, script, circumstances, watch)
            return
        except DatabaseError as error:
            if error.sqlstate not in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
                raise
            if attempt == circumstances.lock_retries:
                raise _in_vain(error, attempt + 1, watch.blockers) from error
        time.sleep(pause(attempt, random.random()))


def pause(attempt: int, chance: float) -> float:
    """Seconds before the next try: twice as long each time up to a limit, and never the same for two who met.

    :arg attempt: how many tries failed before the last.
    :arg chance: from 0 to 1.
    """
    return min(_LONGEST_PAUSE, float(1 << attempt)) * (0.5 + chance / 2)


def _run_once(session: Session, history: History, script: Script, circumstances: Circumstances, watch: Watch) -> None:
    started = time.monotonic()
    clear(session)
    committing = _Committing(session, script, circumstances.reopen)
    with committing, session.transaction(circumstances.role):
        committing.transaction = pin(session, history.schema, circumstances.search_path, circumstances.lock_timeout)
        found = statements(script, circumstances.placeholders(script.name.path))
        for number, statement in enumerate(found, 1):
            watch.begin(f"{script.name.path}, statement {number} of {len(found)} (line {statement.line})")
            _run(session, script, statement, number)
        _refuse_another(session, script, committing.transaction)
        session.execute("RESET ROLE; SET LOCAL TimeZone = 'UTC'")
        history.record(session, script, round((time.monotonic() - started) * 1000))
        committing.began = True


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
    COMMITTED: ("The server says that it was committed: the script is applied, with its row of the history.", "Run it again for the rest."),
    ABORTED: ("The server says that it was rolled back: nothing of this file was kept.", "Run it again."),
    UNKNOWN: ("Whether it was committed can't be found out, since the server did not answer.", "Run it again: the history tells."),
}


def _at_commit(script: Script, error: DatabaseError, words: str, remedy: str | None) -> DatabaseError:
    problem = f"at its COMMIT: SQLSTATE {error.sqlstate}: {error.words} {words}"
    return DatabaseError(problem, error.sqlstate, None, error.words, option="locations", value=script.name.path, remedy=remedy)


def _run(session: Session, script: Script, statement: Statement, number: int) -> None:
    try:
        session.execute(statement.text)
    except DatabaseError as error:
        ended = not session.in_transaction and not session.is_broken
        kept = f"Before that, {_ended_within(number)}" if ended else _NOTHING_KEPT
        raise _located(script, error, statement.text, statement.line, 0, kept) from error
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


def _in_vain(error: DatabaseError, tries: int, blockers: t.Sequence[OtherSession]) -> DatabaseError:
    """The same failure with how often it was tried and who was in the way."""
    seen = f"In the way at the last try: {'; '.join(map(str, blockers))}." if blockers else "Who was in the way could not be seen."
    times = "once" if tries == 1 else f"{tries} times"
    return DatabaseError(
        f"{error.problem} It was tried {times}. {seen}", error.sqlstate, None, error.words, option=error.option, value=error.value,
        remedy="Wait for them or end them, and run it again; lock_timeout and lock_retries say how patient a run is.",
    )


def _located(script: Script, error: DatabaseError, text: str, line: int, offset: int, kept: str = _NOTHING_KEPT) -> DatabaseError:
    """The server's error with the file and the line that it is about.

    :arg text: what was run, from ``line`` of the file on.
    :arg offset: characters that were put before it.
    :arg kept: what stands of the script.
    """
    if error.position is not None:
        line += text.count("\n", 0, error.position - offset - 1)
    problem = f"line {line}: SQLSTATE {error.sqlstate}: {error.words} {kept}"
    return DatabaseError(problem, error.sqlstate, None, error.words, option="locations", value=script.name.path)
