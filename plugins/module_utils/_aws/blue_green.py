# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a blue/green deployment of an instance is open, and what is refused then: pure.

For a major upgrade RDS replicates from blue to green logically. DDL is not replicated then; RDS calls the green side degraded and blocks the
switchover, until the deployment is made anew. With the same major version it replicates physically, DDL included. Which of the two it is, its
description does not say, so each open one counts.

Sources: Amazon RDS User Guide, "PostgreSQL replication methods for blue/green deployments"; for what DDL does, RDS's own event as users have quoted it
(gitlab-org/gitlab, issue 604838); API reference of BlueGreenDeployment, for the statuses. Nothing of it was seen on AWS.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# The old instance is apart from then on, whether it is kept or not.
CLOSED = "SWITCHOVER_COMPLETED"
# What ends each of the others.
WAYS_OUT: t.Mapping[str, str] = {
    "PROVISIONING": "Wait until it is made, and switch it over or delete it",
    "AVAILABLE": "Switch it over or delete it first",
    "SWITCHOVER_IN_PROGRESS": "Wait until the switchover is over",
    "SWITCHOVER_FAILED": "Switch it over again or delete it first",
    "INVALID_CONFIGURATION": "Delete it first",
    "DELETING": "Wait until it is gone",
}
WHY = "With logical replication, which RDS takes for a major upgrade, DDL does not reach the green side and blocks the switchover."


@dataclasses.dataclass(frozen=True)
class Deployment:
    """A blue/green deployment, as far as it matters here.

    :arg members: the identifiers of all instances on both sides, replicas among them.
    """

    identifier: str
    name: str
    status: str
    source: str
    target: str
    members: frozenset[str]

    @property
    def is_open(self) -> bool:
        """A status that nobody has documented counts as open."""
        return self.status != CLOSED

    def is_called(self, names: t.Collection[str]) -> bool:
        return self.name in names or self.identifier in names

    def described(self) -> str:
        """What it is, for a sentence."""
        known = "" if self.status in WAYS_OUT else ", which is not known here and counts as open"
        return (f"the blue/green deployment {self.name} ({self.identifier}) is open: its status is {self.status or 'missing'}{known}, "
                f"its source {self.source or 'missing'}, its target {self.target or 'missing'}.")

    def as_result(self) -> dict[str, t.Any]:
        fields = {name: getattr(self, name) for name in ("identifier", "name", "status", "source", "target")}
        return fields | {"open": self.is_open}


def of_instance(raw: t.Iterable[t.Mapping[str, t.Any]], instance: str) -> list[Deployment]:
    """Those of RDS's deployments that have this instance on one of their sides."""
    return [deployment for deployment in map(_read, raw) if instance.lower() in deployment.members]


def _read(raw: t.Mapping[str, t.Any]) -> Deployment:
    details = raw.get("SwitchoverDetails") or []
    arns = [raw.get("Source"), raw.get("Target"), *(detail.get(side) for detail in details for side in ("SourceMember", "TargetMember"))]
    return Deployment(
        identifier=raw.get("BlueGreenDeploymentIdentifier", ""), name=raw.get("BlueGreenDeploymentName", ""), status=raw.get("Status", ""),
        source=_called(raw.get("Source")), target=_called(raw.get("Target")), members=frozenset(map(_instance, arns)) - {""},
    )


def _called(arn: str | None) -> str:
    return (arn or "").rpartition(":")[2]


def _instance(arn: str | None) -> str:
    """The instance's identifier. A cluster may have the same one, and is none."""
    return _called(arn).lower() if (arn or "").split(":")[5:6] == ["db"] else ""


def refusals(deployments: t.Iterable[Deployment], allowed: t.Collection[str], option: str, instance: str) -> list[LaunchError]:
    """What is in the way of changing the schema."""
    return [
        LaunchError(
            f"{deployment.described()} {WHY}", option=option, value=instance,
            remedy=f"{WAYS_OUT.get(deployment.status, 'Look in RDS what it means')}; or name it in allowed, if the switchover may be lost.",
        )
        for deployment in deployments if deployment.is_open and not deployment.is_called(allowed)
    ]


def allowances(deployments: t.Iterable[Deployment], allowed: t.Collection[str]) -> list[str]:
    """What to say of open ones that somebody answers for."""
    return [f"{deployment.described()} It is in allowed." for deployment in deployments if deployment.is_open and deployment.is_called(allowed)]
