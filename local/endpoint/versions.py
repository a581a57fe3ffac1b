# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions of PostgreSQL that the endpoint offers: 17.4 and every later one up to the installed server's."""

from __future__ import annotations

from dataclasses import dataclass

from local.endpoint.faults import invalid_combination

ENGINE = "postgres"
FAMILY = "postgres17"
MAJOR = 17
FIRST_MINOR = 4  # the version the first inventory was written for


@dataclass(frozen=True)
class Versions:
    """What can be created. The server itself is always the installed minor, which contains the earlier ones."""

    installed_minor: int

    def all(self) -> list[str]:
        """Return the versions, oldest first."""
        return [f"{MAJOR}.{minor}" for minor in range(FIRST_MINOR, self.installed_minor + 1)]

    def resolve(self, wanted: str | None) -> str:
        """Return the exact version asked for; nothing or only the major means the newest.

        Raises Fault: InvalidParameterCombination, no such version.
        """
        if wanted in (None, str(MAJOR)):
            return self.all()[-1]
        if wanted not in self.all():
            raise invalid_combination(f"Cannot find version {wanted} for {ENGINE}")
        return wanted

    def check_upgrade(self, current: str, wanted: str) -> str:
        """Return the exact version to upgrade to.

        Raises Fault: InvalidParameterCombination, no such version or an earlier one.
        """
        target = self.resolve(wanted)
        if _minor(target) < _minor(current):
            raise invalid_combination(f"Cannot upgrade {ENGINE} from {current} to {target}")
        return target

    def describe(self) -> list[dict]:
        """Return what DescribeDBEngineVersions lists."""
        return [self._describe(version) for version in self.all()]

    def _describe(self, version: str) -> dict:
        later = [other for other in self.all() if _minor(other) > _minor(version)]
        return {
            "Engine": ENGINE,
            "MajorEngineVersion": str(MAJOR),
            "EngineVersion": version,
            "DBParameterGroupFamily": FAMILY,
            "DBEngineDescription": "PostgreSQL",
            "DBEngineVersionDescription": f"PostgreSQL {version}",
            "ValidUpgradeTarget": [_target(other, automatic=other == self.all()[-1]) for other in later],
            "ExportableLogTypes": ["postgresql", "upgrade", "iam-db-auth-error"],
            "SupportsLogExportsToCloudwatchLogs": True,
            "SupportsReadReplica": True,
            "SupportsCertificateRotationWithoutRestart": True,
            "Status": "available",
        }


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def _target(version: str, *, automatic: bool) -> dict:
    return {
        "Engine": ENGINE,
        "EngineVersion": version,
        "Description": f"PostgreSQL {version}",
        "AutoUpgrade": automatic,
        "IsMajorVersionUpgrade": False,
    }
