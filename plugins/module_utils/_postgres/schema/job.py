# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database's catalogs, compared with those that are expected.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack, unpack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import given_values
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import DRIFT, Drifted, Outcome, checksums, load, not_ours, outcome
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session


class Schema:
    """The job of postgres_schema."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._expected = load(unpack(params["catalogs"]), given_values(params["names"], params["placeholders"]))
        self._not_ours = not_ours(params["not_ours"])
        self._fail_on = params["fail_on"]
        self._migrations = checksums(unpack_located(params["locations"], params["scripts"])) if params["locations"] else None

    def read(self, session: Session) -> Outcome:
        return outcome(self._expected, read(session), self._not_ours, self._migrations)

    def plan(self, actual: Outcome) -> Plan:
        """Never a change. Drifted if there are differences that are a failure."""
        if actual.verdict == self._fail_on == DRIFT:
            raise Drifted(actual)
        return Plan("catalogs")

    def apply(self, session: Session, plan: Plan, actual: Outcome) -> None:
        """Nothing is ever changed."""

    def result(self, actual: Outcome) -> dict[str, t.Any]:
        return actual.as_result()
