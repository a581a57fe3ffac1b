# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DB snapshots: their metadata only. The local stack keeps no data of them and cannot restore one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from local.endpoint.account import Account
from local.endpoint.faults import Fault
from local.endpoint.instance import Instance

COPIED = (
    "AllocatedStorage",
    "AvailabilityZone",
    "DBInstanceIdentifier",
    "DbiResourceId",
    "Engine",
    "EngineVersion",
    "InstanceCreateTime",
    "IAMDatabaseAuthenticationEnabled",
    "Iops",
    "KmsKeyId",
    "LicenseModel",
    "MasterUsername",
    "OptionGroupName",
    "StorageEncrypted",
    "StorageThroughput",
    "StorageType",
)


class Snapshots:
    """The manual snapshots of an account's region, by identifier."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._snapshots: dict[str, dict] = {}

    def check_free(self, identifier: str) -> None:
        """Refuse an identifier that is taken."""
        if identifier.lower() in self._snapshots:
            raise Fault(
                "DBSnapshotAlreadyExists",
                f"Cannot create the snapshot because a snapshot with the identifier {identifier} already exists.",
            )

    def add(self, identifier: str, instance: Instance, tags: Mapping[str, str]) -> dict:
        """Record a snapshot of the instance as it is now."""
        self.check_free(identifier)
        shown = instance.describe()
        self._snapshots[identifier.lower()] = {
            **{name: shown[name] for name in COPIED if name in shown},
            "DBSnapshotIdentifier": identifier.lower(),
            "DBSnapshotArn": self._account.arn(f"snapshot:{identifier.lower()}"),
            "SnapshotCreateTime": datetime.datetime.now(datetime.timezone.utc),
            "Status": "available",
            "PercentProgress": 100,
            "Port": instance.server.port,
            "SnapshotType": "manual",
            "VpcId": shown["DBSubnetGroup"].vpc_id,
            "TagList": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        return self._snapshots[identifier.lower()]

    def find(self, identifier: str | None, instance: str | None) -> list[dict]:
        """Return one snapshot, or all, or all of an instance.

        Raises Fault: DBSnapshotNotFound, for an identifier that is not there.
        """
        if identifier and identifier.lower() not in self._snapshots:
            raise Fault("DBSnapshotNotFound", f"DBSnapshot {identifier} not found.")
        return [
            snapshot
            for name, snapshot in self._snapshots.items()
            if identifier in (None, name) and instance in (None, snapshot["DBInstanceIdentifier"])
        ]

    def remove(self, identifier: str) -> dict:
        """Delete a snapshot."""
        self.find(identifier, None)
        return self._snapshots.pop(identifier.lower())
