# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a script that has no transaction, statement by statement; its row of the history says failed until all of it is done.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import functools
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.alone import Detaching, IndexBuild, IndexDrop, Rebuild, act_of, waits_aside
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.send import advice, located, send
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Progress, Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.surroundings import clear, pin_for_session
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch
from ansible_collections.launch.database.plugins.module_utils._postgres.patience import patiently
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

if t.TYPE_CHECKING:
    from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute import Circumstances

_INDEX = """\
SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname) AS name, i.indisvalid AS is_valid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN pg_catalog.parse_ident(%s) AS parts
WHERE i.indrelid = pg_catalog.to_regclass(%s) AND c.relname = parts[pg_catalog.array_upper(parts, 1)]"""
_IS_THERE = "SELECT pg_catalog.to_regclass(%s) IS NOT NULL"
_PARTITION = """\
SELECT i.inhdetachpending AS is_pending
FROM pg_catalog.pg_inherits i WHERE i.inhparent = pg_catalog.to_regclass(%s) AND i.inhrelid = pg_catalog.to_regclass(%s)"""
# What a rebuild makes beside indexes, those of TOAST tables among them, and removes at its end. Hardly anybody may use the schema of the latter.
_LEFT = """\
WITH named AS (
  SELECT pg_catalog.to_regclass(%(name)s) AS oid WHERE %(kind)s IN ('table', 'index')
  UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(%(name)s)) p WHERE %(kind)s IN ('table', 'index')
  UNION SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm') AND CASE %(kind)s
    WHEN 'schema' THEN c.relnamespace = pg_catalog.to_regnamespace(%(name)s) ELSE %(kind)s IN ('database', 'system') END)
SELECT DISTINCT pg_catalog.format('%%I.%%I', n.nspname, c.relname) AS name, pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS is_reachable
FROM named JOIN pg_catalog.pg_class r ON r.oid = named.oid LEFT JOIN pg_catalog.pg_index own ON own.indexrelid = r.oid
JOIN pg_catalog.pg_class t ON t.oid = coalesce(own.indrelid, r.oid)
JOIN pg_catalog.pg_index i ON i.indrelid IN (t.oid, t.reltoastrelid)
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relname ~ '_cc(new|old)[0-9]*$' ORDER BY 1"""


def run_outside(session: Session, history: History, script: Script, circumstances: Circumstances, path: str, watch: Watch) -> list[str]:
    """Run one script. LaunchError if it fails: it says what stands. Gives what was done about what an earlier run had left.

    :arg path: where names without a schema are looked up.
    """
    started = time.monotonic()
    rank, is_again = history.begin(session, script)
    done: list[str] = []
    try:
        clear(session)
        pin_for_session(session, path, circumstances.lock_timeout)
        if circumstances.role is not None:
            session.execute(f"SET ROLE {quoted(circumstances.role)}", doing=f"The login can't become {circumstances.role}")
        for number, statement in enumerate(script.statements(), 1):
            watch.begin(Progress(script, number, statement.line))
            step = functools.partial(_step, session, statement, is_again, circumstances.lock_timeout)
            try:
                done += patiently(step, circumstances.lock_retries, watch)
            except DatabaseError as error:
                raise _failed(script, error, statement, number, rank) from error
    finally:
        _leave(session)
    with session.transaction():
        history.finish(session, rank, round((time.monotonic() - started) * 1000))
        if circumstances.provenance is not None:
            circumstances.provenance.record(session, script, rank)
    return [f"{script.name.path}: {sentence}" for sentence in done]


def _leave(session: Session) -> None:
    if not session.is_broken:
        clear(session)


def _step(session: Session, statement: Statement, is_again: bool, lock_timeout: str) -> list[str]:
    """One statement; or nothing where an earlier run has done it."""
    done, is_done = _put_right(session, statement, is_again)
    if is_done:
        return done
    # It waits until older transactions are over, and no reader or writer waits behind it.
    wait = "0" if waits_aside(statement) else lock_timeout
    session.rows("SELECT pg_catalog.set_config('lock_timeout', %s, false)", (wait,))
    send(session, statement)
    return done


def _put_right(session: Session, statement: Statement, is_again: bool) -> tuple[list[str], bool]:
    """What was done about what an earlier run left of this statement, and whether it did all of it."""
    act = act_of(statement)
    if isinstance(act, IndexBuild):
        return _after_build(session, act, is_again)
    if isinstance(act, IndexDrop) and is_again:
        return [], not any(session.value(_IS_THERE, (name,)) for name in act.names)
    if isinstance(act, Detaching) and is_again:
        return _after_detaching(session, act)
    if isinstance(act, Rebuild) and is_again:
        return _after_rebuild(session, act), False
    return [], False


def _after_build(session: Session, act: IndexBuild, is_again: bool) -> tuple[list[str], bool]:
    found = session.rows(_INDEX, (act.name, act.table))
    if not found or found[0]["is_valid"]:
        return [], bool(found) and is_again
    name = found[0]["name"]
    # With IF NOT EXISTS the server would leave it at that.
    session.execute(f"DROP INDEX CONCURRENTLY {name}")
    return [f"the index {name} was half built, and is built again."], False


def _after_rebuild(session: Session, act: Rebuild) -> list[str]:
    said = []
    for row in session.rows(_LEFT, dataclasses.asdict(act)):
        done = "is dropped"
        if row["is_reachable"]:
            session.execute(f"DROP INDEX CONCURRENTLY {row['name']}")
        else:
            done = "stays, since the login may not use its schema. Let a superuser drop it"
        said.append(f"the index {row['name']} was left of a rebuild that was ended, and {done}.")
    return said


def _after_detaching(session: Session, act: Detaching) -> tuple[list[str], bool]:
    found = session.rows(_PARTITION, (act.table, act.partition))
    if found and found[0]["is_pending"]:
        session.execute(f"ALTER TABLE {act.table} DETACH PARTITION {act.partition} FINALIZE")
        return [f"the partition {act.partition} was half detached, and is detached now."], True
    return [], not found


def _failed(script: Script, error: DatabaseError, statement: Statement, number: int, rank: int) -> LaunchError:
    before = {1: "", 2: "Statement 1 before it stands. "}.get(number, f"Statements 1 to {number - 1} before it stand. ")
    goes_on = "Look at the database, undo what stands, and let state=repair delete that row."
    if script.resumable:
        goes_on = " ".join(filter(None, (advice(error), "The next run goes on with it.")))
    kept = f"{before}The script has no transaction, so what this one did until then stands, and rank {rank} of the history says that it failed."
    return located(script.name.path, error, statement, kept, goes_on)
