# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DB instance: read it, wait for it, and carry a plan out.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._aws import api_rds, identifiers, tags
from ansible_collections.launch.database.plugins.module_utils._aws.errors import AwsError
from ansible_collections.launch.database.plugins.module_utils._aws.instance import arguments, normalize, stability, versions, waiters
from ansible_collections.launch.database.plugins.module_utils._aws.instance.master_secret import read_master_secret
from ansible_collections.launch.database.plugins.module_utils._aws.instance.plan import (
    CREATE,
    DELETE,
    FLUSH,
    PASSWORD,
    REBOOT,
    UNPROTECT,
    UPDATE,
    advice,
    plan_instance,
    shows_in_status,
)
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import (
    ActualInstance,
    DesiredInstance,
    MasterSecret,
)
from ansible_collections.launch.database.plugins.module_utils._aws.secret.api import key_arn

EVENT_MINUTES = 60


class Instance:
    """One instance of one account.

    :arg rds: a boto3 client.
    :arg client: gives the client of another service; called only where it is needed.
    :arg hide: called with the master password as soon as it is known.
    :arg timeout: seconds for all waits together.
    :arg progress: called with what a wait is for, and how many seconds it has lasted.
    """

    def __init__(
        self,
        rds: t.Any,
        client: t.Callable[[str], t.Any],
        desired: DesiredInstance,
        hide: t.Callable[[str], None],
        timeout: float,
        progress: waiters.Progress = waiters.silent,
    ) -> None:
        self.rds, self.client, self.desired, self.hide = rds, client, desired, hide
        self.waiter = waiters.Waiter(desired.identifier, self.look, self._last_event, timeout, progress)

    def look(self) -> ActualInstance:
        """The instance as it is, with one call: without what only a plan needs."""
        return normalize.instance(api_rds.describe_instance(self.rds, self.desired.identifier))

    def read(self) -> ActualInstance:
        """The instance as it is, with all that a plan needs."""
        actual = self.look()
        if self.desired.state == "absent":
            return actual
        return dataclasses.replace(
            actual,
            offered=self._offered(actual),
            kms_key=self._key(),
            secret=self._secret,
        )

    def _offered(self, actual: ActualInstance) -> tuple[str, ...]:
        wanted = self.desired.attributes.get("engine_version")
        if wanted is None or (actual.exists and versions.satisfied(wanted, actual.expected("engine_version"))):
            return ()
        return tuple(api_rds.describe_versions(self.rds, arguments.ENGINE))

    def _key(self) -> str | None:
        wanted = self.desired.attributes.get("kms_key_id")
        return key_arn(self.client("kms"), wanted) if wanted and identifiers.is_key_alias(wanted) else None

    @functools.cached_property
    def _secret(self) -> MasterSecret | None:
        """What the secret holds; None where it does not exist, which only a run that needs it minds."""
        name = self.desired.master_secret
        held = read_master_secret(self.client("secretsmanager"), name) if name else None
        if held and held.password:
            self.hide(held.password)
        return held

    def settle(self, actual: ActualInstance) -> ActualInstance:
        """Wait for what an earlier run, or somebody else, began."""
        if not self.desired.wait or stability.unsettled(actual) is None:
            return actual
        if self.desired.state == "absent" and actual.status == "deleting":
            self.waiter.until(stability.unsettled_after_deletion)
        else:
            self.waiter.until(stability.unsettled)
        return self.read()

    def plan(self, actual: ActualInstance) -> Plan:
        return plan_instance(self.desired, actual)

    def advice(self, actual: ActualInstance) -> list[str]:
        return advice(self.desired, actual)

    def apply(self, plan: Plan, actual: ActualInstance) -> None:
        """Each call leaves a state that the next run plans from."""
        if plan.of(DELETE):
            self._delete(plan)
        elif plan.of(CREATE):
            self._create(plan)
        else:
            self._update(plan, actual)

    def _update(self, plan: Plan, actual: ActualInstance) -> None:
        paths = {change.path for change in plan.changes}
        # What does not run takes no other change, except another group, which may be what lets it run.
        if self.desired.wait and actual.status == stability.INCOMPATIBLE and "parameter_group" not in paths:
            self._reboot(plan)
        modified = self._modify(plan, UPDATE, FLUSH, PASSWORD)
        self._tag(plan, actual.arn)
        if modified:
            self._wait(
                lambda now: stability.unsettled_after_change(now, self.desired.apply_immediately),
                waiters.SETTLE_SECONDS if shows_in_status(plan) else 0,
                paths,
            )
        self._reboot(plan)

    def _create(self, plan: Plan) -> None:
        self._require_secret()
        api_rds.create_instance(self.rds, plan.members(CREATE), tags.to_set(plan))
        self._wait(stability.unsettled_after_creation)

    def _require_secret(self) -> None:
        if self._secret is None:
            raise LaunchError("it does not exist.", option="master_secret", value=self.desired.master_secret,
                              remedy="Make it with launch.database.db_secret first.")

    def _modify(self, plan: Plan, *actions: str) -> bool:
        members = plan.members(*actions)
        if members:
            api_rds.modify_instance(self.rds, self.desired.identifier, members, self.desired.apply_immediately)
        return bool(members)

    def _tag(self, plan: Plan, arn: str) -> None:
        # After the call and before the wait: the fingerprint of a password may only be there when RDS has taken the
        # password, and a run that ends while it waits must not give the password again.
        if tags.to_set(plan):
            api_rds.add_tags(self.rds, arn, tags.to_set(plan))
        if tags.to_remove(plan):
            api_rds.remove_tags(self.rds, arn, tags.to_remove(plan))

    def _reboot(self, plan: Plan) -> None:
        # Some changes restart the server by themselves; what can't be rebooted yet is left to the next run.
        now = self.look() if plan.of(REBOOT) else None
        if now is None or not stability.awaits_reboot(now) or stability.unsettled(now):
            return
        api_rds.reboot_instance(self.rds, self.desired.identifier)
        # For some seconds RDS may still say what the reboot is to end; what it says at the end counts.
        after = self._wait(stability.unsettled_after_reboot, waiters.SETTLE_SECONDS, {stability.PARAMETERS})
        if after:
            self.waiter.refuse_broken(after.status)

    def _delete(self, plan: Plan) -> None:
        self._modify(plan, UNPROTECT)
        api_rds.delete_instance(self.rds, self.desired.identifier, plan.members(DELETE))
        self._wait(stability.unsettled_after_deletion)

    def _wait(
        self, unsettled: t.Callable[[ActualInstance], str | None], settle: float = 0, planned: t.Container[str] = (),
    ) -> ActualInstance | None:
        return self.waiter.until(unsettled, settle, planned) if self.desired.wait else None

    def _last_event(self) -> str | None:
        """What RDS said last about the instance; only an explanation, so that not getting it is no failure."""
        try:
            events = api_rds.describe_events(self.rds, self.desired.identifier, EVENT_MINUTES)
        except AwsError:
            return None
        return events[-1] if events else None

    def result(self, actual: ActualInstance) -> dict[str, t.Any]:
        """What the module returns; nothing of it is a secret."""
        port = self.desired.attributes.get("port")
        return {"instance": normalize.result(self.desired.identifier, actual, port)}
