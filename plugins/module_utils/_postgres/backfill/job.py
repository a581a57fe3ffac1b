# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of every tenant changed batch by batch, each batch in the context of its tenant and in a transaction of its own.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import functools
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, Stopped
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.backfill.plan import Backfill, plan_backfill
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import Watch, watched
from ansible_collections.launch.database.plugins.module_utils._postgres.patience import patiently
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session, open_session
from ansible_collections.launch.database.plugins.module_utils._postgres.standing import require_changeable, require_registry, require_roles
from ansible_collections.launch.database.plugins.module_utils._progress import ProgressFile


class Backfilling:
    """The job of postgres_backfill."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._backfill = Backfill.from_options(params)
        self._names = self._backfill.names
        self._actor = params["actor"]
        self._batch, self._pause, self._time_budget = params["batch"], params["pause"], params["time_budget"]
        self._lock_timeout, self._lock_retries = params["lock_timeout"], params["lock_retries"]
        self._reopen = functools.partial(open_session, params)
        self._tell = ProgressFile(params["progress_file"]).write
        self._rows = 0
        self._left: list[str] = []

    def read(self, session: Session) -> dict[str, bool]:
        """Whether a tenant has rows left, by id."""
        require_registry(session, self._names)
        require_roles(session, self._names, "migrator")
        require_changeable(session, self._backfill.table, self._names.tenant_column, self._names.migrator)
        given = self._backfill.tenants
        with session.transaction(self._names.migrator):
            self._set(session, "search_path", f"{quoted(self._names.app_schema)}, pg_temp")
            rows = session.rows(self._backfill.left, {"tenants": None if given is None else list(given)}, "Rows that are left could not be looked for")
            left = {row["id"]: row["is_left"] for row in rows}
            self._try(session, [tenant for tenant, is_left in left.items() if is_left])
        return left

    def _try(self, session: Session, tenants: t.Sequence[str]) -> None:
        """Have the server read what would change their rows, and plan it, so that check mode does not promise what it can't read."""
        if tenants:
            params = {"tenant": tenants[0], "batch": self._batch}
            session.rows(f"EXPLAIN {self._backfill.update}", params, "No batch could be changed")

    def plan(self, actual: t.Mapping[str, bool]) -> Plan:
        self._left = [tenant for tenant, is_left in actual.items() if is_left]
        return plan_backfill(self._backfill, actual)

    def apply(self, session: Session, plan: Plan, actual: t.Mapping[str, bool]) -> None:
        """Tenant by tenant. Stopped if one is not done to its end: batches that were committed stay, and the next run goes on."""
        tenants = plan.payloads("update")
        started = time.monotonic()
        with watched(self._reopen, session.connection.info.backend_pid, self._tell) as watch:
            for number, tenant in enumerate(tenants):
                try:
                    self._one(session, watch, tenant, f"tenant {number + 1} of {len(tenants)}", started)
                except LaunchError as error:
                    raise Stopped(error, {"changed": self._rows > 0, "rows": self._rows, "tenants_left": tenants[number:]}) from error

    def _one(self, session: Session, watch: Watch, tenant: str, place: str, started: float) -> None:
        while True:
            self._refuse_late(tenant, time.monotonic() - started)
            watch.begin(f"{self._backfill.label}, {place}, {self._rows} rows changed")
            changed = patiently(functools.partial(self._change, session, tenant), self._lock_retries, watch)
            if not changed:
                return
            self._rows += changed
            time.sleep(self._pause)

    def _change(self, session: Session, tenant: str) -> int:
        """One batch, or nothing of it. How many rows it had."""
        with session.transaction(self._names.migrator):
            self._set(session, "lock_timeout", self._lock_timeout)
            self._set(session, "search_path", f"{quoted(self._names.app_schema)}, pg_temp")
            session.rows(f"SELECT {quoted(self._names.app_schema)}.assume_context(%s, %s)", (tenant, self._actor), "The context was refused")
            rows = session.rows(self._backfill.update, {"tenant": tenant, "batch": self._batch}, f"A batch of {tenant} was not changed")
            if any(row["is_left"] for row in rows):
                raise LaunchError(
                    "rows that were changed are among those it finds again, so it would never end.", option="where", value=self._backfill.where,
                    remedy="Write a condition that no changed row meets. Nothing of this batch was kept.",
                )
        return len(rows)

    def _refuse_late(self, tenant: str, seconds: float) -> None:
        if self._time_budget is not None and seconds >= self._time_budget:
            raise LaunchError(
                f"it is used up after {seconds:.0f} s, and {tenant} is not done.", option="time_budget", value=self._time_budget,
                remedy="Run it again for the rest, when there is time.",
            )

    @staticmethod
    def _set(session: Session, name: str, value: str) -> None:
        """For the transaction."""
        session.rows("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))

    def result(self, actual: t.Mapping[str, bool]) -> dict[str, t.Any]:
        return {"rows": self._rows, "tenants_left": self._left}
