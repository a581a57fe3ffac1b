# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blue/green deployments: their descriptions only. There is no green server, and a switchover renames nothing but in them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from local.endpoint.account import Account
from local.endpoint.faults import Fault


class BlueGreen:
    """The blue/green deployments of an account's region, by identifier."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._deployments: dict[str, dict] = {}

    def add(self, name: str, identifier: str, tags: Mapping[str, str]) -> dict:
        """Record a deployment of the instance with this identifier."""
        if any(name == one["BlueGreenDeploymentName"] for one in self._deployments.values()):
            raise Fault("BlueGreenDeploymentAlreadyExistsFault", f"A blue/green deployment with the name {name} exists.")
        key = f"bgd-{secrets.token_hex(8)}"
        self._deployments[key] = {
            "BlueGreenDeploymentIdentifier": key,
            "BlueGreenDeploymentName": name,
            "TagList": [{"Key": key, "Value": value} for key, value in tags.items()],
            **self._sides(identifier, f"{identifier}-green-{secrets.token_hex(3)}", "AVAILABLE"),
        }
        return self._deployments[key]

    def _sides(self, source: str, target: str, status: str) -> dict[str, Any]:
        blue, green = self._account.arn(f"db:{source}"), self._account.arn(f"db:{target}")
        member = {"SourceMember": blue, "TargetMember": green, "Status": status}
        return {"Source": blue, "Target": green, "Status": status, "SwitchoverDetails": [member]}

    def all(self) -> list[dict]:
        """Return all of them."""
        return list(self._deployments.values())

    def get(self, key: str) -> dict:
        """Return one.

        Raises Fault: BlueGreenDeploymentNotFoundFault.
        """
        if key not in self._deployments:
            raise Fault("BlueGreenDeploymentNotFoundFault", f"BlueGreenDeployment {key} not found.")
        return self._deployments[key]

    def switch(self, key: str) -> dict:
        """Make the green side the one with the instance's name; the blue one is kept under another."""
        found = self.get(key)
        if found["Status"] != "AVAILABLE":
            raise Fault("InvalidBlueGreenDeploymentStateFault", f"BlueGreenDeployment {key} is not available.")
        name = found["Source"].rpartition(":")[2]
        found.update(self._sides(f"{name}-old1", name, "SWITCHOVER_COMPLETED"))
        return found

    def remove(self, key: str) -> dict:
        """Delete a deployment."""
        self.get(key)
        return {**self._deployments.pop(key), "Status": "DELETING"}
