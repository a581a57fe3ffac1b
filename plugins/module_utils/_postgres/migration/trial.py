# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run migrations to see whether they would run, and roll all of them back.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import itertools
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.changed_objects import ChangedObjects, changed, facts_now
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute import Circumstances, run_statements
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import lexemes
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Progress, Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.surroundings import clear
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

_DEFERRED = """\
SELECT n.nspname AS schema, c.conname AS name FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.condeferred AND c.conparentid = 0"""
# What a rollback does not take back, by the words that do it.
_STAYS = {
    "sequences stay where the numbers that were drawn have moved them": ("insert", "nextval", "setval", "merge", "copy"),
    "what was done on another connection stays": ("dblink", "dblink_exec", "dblink_connect", "postgres_fdw"),
    "advisory locks of the session are held until it ends": ("pg_advisory_lock", "pg_try_advisory_lock"),
    "what was done outside of the database stays": ("lo_export", "program", "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf"),
}
_UNSEEN = "what functions and bodies do is not looked at for this"


class Tried(t.NamedTuple):
    """What came of a dry run.

    :arg objects: by script, those that it makes, changes and drops.
    :arg stays: what the rollback did not take back, as far as the scripts' words tell.
    :arg error: what stopped it; None if all of them ran.
    """

    objects: dict[str, ChangedObjects]
    stays: list[str]
    error: LaunchError | None

    def as_result(self, pending: t.Sequence[Script]) -> dict[str, t.Any]:
        not_tried = [script.name.path for script in pending if script.name.path not in self.objects]
        objects = {path: changed.as_result() for path, changed in self.objects.items()}
        return {"tried": list(self.objects), "not_tried": not_tried, "stays": self.stays, "objects": objects}


def try_all(session: Session, history: History, scripts: t.Sequence[Script], circumstances: Circumstances, patience: int) -> Tried:
    """Run the scripts in one transaction, one after the other, and roll it back. Other runs are kept out."""
    tried: dict[str, ChangedObjects] = {}
    error = None
    with history.locked(session, patience):
        try:
            with session.trial():
                before = facts_now(session)
                for script in itertools.takewhile(lambda script: not script.outside, scripts):
                    # What the script before set is no business of this one.
                    clear(session)
                    _become(session, circumstances.role)
                    run_statements(session, history, script, circumstances, _tell_nobody)
                    _as_at_commit(session, script)
                    after = facts_now(session)
                    tried[script.name.path], before = changed(before, after), after
        except LaunchError as refused:
            error = refused
        clear(session)
    return Tried(tried, stays([script for script in scripts if script.name.path in tried]), error)


def _become(session: Session, role: str | None) -> None:
    if role is not None:
        session.execute(f"SET LOCAL ROLE {quoted(role)}", doing=f"The login can't become {role}")


def _tell_nobody(_progress: Progress) -> None:
    """A dry run is not followed."""


def stays(scripts: t.Iterable[Script]) -> list[str]:
    """What a rollback does not take back of these scripts."""
    words: set[str] = set()
    for script in scripts:
        for statement in script.statements():
            words.update(each.text for each in lexemes(statement.text) if each.kind == "word")
    return [sentence for sentence, signs in _STAYS.items() if words.intersection(signs)] + [_UNSEEN]


def _as_at_commit(session: Session, script: Script) -> None:
    """Check what a COMMIT would check. By name: ALL would be for the constraints of later scripts as well."""
    session.execute("RESET ROLE")
    names = ", ".join(f"{quoted(row['schema'])}.{quoted(row['name'])}" for row in session.rows(_DEFERRED))
    if not names:
        return
    try:
        session.execute(f"SET CONSTRAINTS {names} IMMEDIATE; SET CONSTRAINTS {names} DEFERRED")
    except DatabaseError as error:
        problem = f"it would fail at COMMIT: SQLSTATE {error.sqlstate}: {error.words}"
        raise LaunchError(problem, option="locations", value=script.name.path) from error
