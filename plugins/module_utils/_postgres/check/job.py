# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks run on a database, each in a transaction of its own that only reads.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import (
    Check,
    Finding,
    Found,
    as_result,
    divided,
    findings_of,
    load,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.durations import check_duration
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# Names come out qualified, and nobody's operator stands in for the server's.
_SEARCH_PATH = "SET LOCAL search_path = pg_catalog, pg_temp"


class Checks:
    """The job of postgres_check."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._checks = load(unpack(params["checks"]))
        self._fail_on = params["fail_on"]
        self._statement_timeout = check_duration(params["statement_timeout"], "statement_timeout")

    def read(self, session: Session) -> list[Finding]:
        return [finding for check in self._checks for finding in self._run(session, check)]

    def plan(self, actual: list[Finding]) -> Plan:
        """Never a change. Found if there are findings that are a failure."""
        serious, told = divided(actual, self._fail_on)
        if serious:
            raise Found(serious, told)
        return Plan("checks")

    def apply(self, session: Session, plan: Plan, actual: list[Finding]) -> None:
        """Nothing is ever changed."""

    def result(self, actual: list[Finding]) -> dict[str, t.Any]:
        return {"checked": [check.name for check in self._checks], **as_result(actual, divided(actual, self._fail_on)[1])}

    def _run(self, session: Session, check: Check) -> list[Finding]:
        with session.transaction():
            session.execute("SET TRANSACTION READ ONLY")
            session.execute(_SEARCH_PATH)
            session.execute("SELECT pg_catalog.set_config('statement_timeout', %s, true)", (self._statement_timeout,))
            return findings_of(check, *session.table(check.query, doing=f"{check.name} can't be run"))
