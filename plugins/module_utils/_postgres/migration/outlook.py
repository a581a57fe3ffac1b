# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the pending scripts before one of them runs: syntax, statements, lint, and a dry run where one is asked for.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import Excuse
from ansible_collections.launch.database.plugins.module_utils._postgres.check.finding import Finding
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.changed_objects import ChangedObjects
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.execute import Circumstances, search_path
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.lint import Linted, allowed_in_inventory, lint
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.squawk import ask
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Preview, steps, touched
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.relations import relations
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.syntax import syntax_errors
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.trial import Tried, try_all
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

_OFF, _FAIL = "off", "fail"
_TRANSACTION = "transaction"


class Outlook:
    """Each pending script is looked at once in a run: the files do not change while we run."""

    def __init__(self, params: t.Mapping[str, t.Any], history: History, circumstances: Circumstances) -> None:
        """LaunchErrors for allowances that make no sense."""
        self._history = history
        self._circumstances = circumstances
        self._names = None if params["names"] is None else Names.from_options(params["names"])
        self._lint = params["lint"]
        self._allowed = allowed_in_inventory(params["lint_allowed"])
        self._squawk, self._excluded = params["squawk"], params["squawk_excluded"]
        self._dry_run = params["dry_run"] == _TRANSACTION
        self._lock_wait = params["lock_wait"]
        # By path.
        self._syntax: dict[str, LaunchError | None] = {}
        self._previews: dict[str, Preview] = {}
        self._linted: dict[str, Linted] = {}
        self._tried: dict[str, t.Any] | None = None
        self._objects: dict[str, ChangedObjects] = {}

    def refused(self, session: Session, pending: t.Sequence[Script], judge: bool = True) -> list[LaunchError]:
        """Everything because of which none of the pending scripts may run.

        :arg judge: whether the lint looks at them; not at what takes back, which loses what it takes back.
        """
        self._check_syntax(session, [script for script in pending if script.name.path not in self._syntax])
        errors = [error for script in pending if (error := self._syntax[script.name.path]) is not None]
        if errors or not pending:
            return errors
        self._require_role(session)
        self._look(session, [script for script in pending if script.name.path not in self._previews], judge)
        if self._lint == _FAIL:
            errors = [finding.error for linted in self._linted.values() for finding in linted.findings]
        if self._dry_run and not errors and self._tried is None:
            tried = try_all(session, self._history, pending, self._circumstances, self._lock_wait)
            self._tried, self._objects = tried.as_result(pending), tried.objects
            errors = _of_trial(tried)
        return errors

    def steps(self) -> dict[str, list[str]]:
        """By script, a line for each statement."""
        return {path: preview.lines() for path, preview in self._previews.items()}

    def objects(self) -> dict[str, tuple[list[str], list[str]]]:
        """By script that a dry run ran, the lines of the catalog that it changes, before and after."""
        return {path: changed.lines() for path, changed in self._objects.items()}

    def as_result(self) -> dict[str, t.Any]:
        found = [finding for linted in self._linted.values() for finding in linted.findings]
        allowed = [(finding, excuse) for linted in self._linted.values() for finding, excuse in linted.allowed]
        return {
            "statements": [preview.as_result() for preview in self._previews.values()],
            "lint": [_shown(finding) for finding in found],
            "lint_allowed": [_shown(finding) | _reason(excuse) for finding, excuse in allowed],
            "lint_unused": [excuse.as_result() for linted in self._linted.values() for excuse in linted.unused],
            "dry_run": self._tried,
        }

    def warnings(self) -> list[str]:
        """A sentence for each finding that nobody allows, and one for what a dry run did not reach."""
        return [finding.error.message for linted in self._linted.values() for finding in linted.findings] + _not_tried(self._tried)

    def _require_role(self, session: Session) -> None:
        """LaunchError where the login can't become who the scripts run as: each of them would fail, and none can make it."""
        role = self._circumstances.role
        if role is None:
            return
        try:
            with session.transaction(role):
                pass
        except DatabaseError as error:
            raise LaunchError(
                f"this login can't become it: SQLSTATE {error.sqlstate}: {error.words}", option="role", value=role,
                remedy="Make the role before, as postgres_role does, and the login a member of it.",
            ) from error

    def _check_syntax(self, session: Session, scripts: t.Sequence[Script]) -> None:
        errors = syntax_errors(session, scripts)
        self._syntax.update({script.name.path: errors.get(script.name.path) for script in scripts})

    def _look(self, session: Session, scripts: t.Sequence[Script], judge: bool) -> None:
        """What the scripts do, and what the rules say of it."""
        found = {script: steps(script.statements()) for script in scripts}
        names = list(dict.fromkeys(name for each in found.values() for name in touched(each)))
        there = relations(session, names, search_path(session, self._history, self._circumstances)) if names else {}
        today = session.value("SELECT (pg_catalog.now() AT TIME ZONE 'UTC')::date")
        for script, each in found.items():
            preview = Preview(script.name.path, each, there, script.outside)
            self._previews[script.name.path] = preview
            if judge and self._lint != _OFF:
                others = self._others(preview, script, session.connection.server_version)
                self._linted[script.name.path] = lint(preview, script.sql, self._names, self._allowed, today, others)

    def _others(self, preview: Preview, script: Script, version: int) -> list[Finding]:
        return [] if self._squawk is None else ask(self._squawk, self._excluded, preview, script.sql, script.outside, version)


def _not_tried(tried: t.Mapping[str, t.Any] | None) -> list[str]:
    if not tried or not tried["not_tried"]:
        return []
    first = tried["not_tried"][0]
    return [f"The dry run did not try {', '.join(tried['not_tried'])}: {first} runs outside of a transaction, and so nothing from it on can be rolled back."]


def _of_trial(tried: Tried) -> list[LaunchError]:
    return [] if tried.error is None else [tried.error]


def _shown(finding: Finding) -> dict[str, str]:
    return {"rule": finding.rule, "place": finding.object, "detail": finding.detail, "remedy": finding.remedy}


def _reason(excuse: Excuse) -> dict[str, str]:
    return {"owner": excuse.owner, "reason": excuse.reason, "expires": excuse.expires.isoformat()}
