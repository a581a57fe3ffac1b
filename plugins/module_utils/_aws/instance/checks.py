# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RDS would refuse in the options of an instance, whatever there is: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.instance import storage, versions, windows

# API reference of CreateDBInstance.
INTERVALS = (0, 1, 5, 10, 15, 30, 60)
RETENTIONS = (7, *(31 * months for months in range(1, 24)), 731)
BACKUP_DAYS = range(36)
PORTS = range(1150, 65536)
LOGS = ("iam-db-auth-error", "postgresql", "upgrade")
Options = t.Mapping[str, t.Any]
Check = t.Callable[[Options], t.Any]


def problems(options: Options) -> list[LaunchError]:
    """Everything that is wrong with the options that were given, as normalize gives them."""
    found = []
    for check in CHECKS:
        try:
            check(options)
        except LaunchError as error:
            found.append(error)
    return found + storage.problems(options)


def _form(option: str, check: t.Callable[[str, t.Any], t.Any]) -> Check:
    return lambda options: options.get(option) is None or check(option, options[option])


def _one_of(option: str, allowed: t.Container, said: str) -> Check:
    def check(options: Options) -> None:
        if options.get(option) is not None and options[option] not in allowed:
            raise LaunchError(f"RDS takes {said}.", option=option, value=options[option], remedy="Choose one of them.")

    return check


def _logs(options: Options) -> None:
    strange = sorted(set(options.get("cloudwatch_logs_exports") or []) - set(LOGS))
    if strange:
        raise LaunchError("PostgreSQL has no such log.", option="cloudwatch_logs_exports", value=strange, remedy=f"Choose of {', '.join(LOGS)}.")


def _monitoring(options: Options) -> None:
    if options.get("monitoring_interval") and not options.get("monitoring_role_arn"):
        raise LaunchError("Enhanced Monitoring needs a role to write its metrics.", option="monitoring_interval",
                          value=options["monitoring_interval"], remedy="Give monitoring_role_arn, or 0.")


def _overlap(options: Options) -> None:
    if options.get("backup_window") and options.get("maintenance_window"):
        windows.refuse_overlap(options["backup_window"], options["maintenance_window"])


CHECKS: tuple[Check, ...] = (
    _form("instance_class", identifiers.instance_class),
    _form("engine_version", versions.check),
    _form("db_name", identifiers.database),
    _form("master_username", identifiers.database),
    _form("parameter_group", identifiers.parameter_group),
    _form("backup_window", windows.backup),
    _form("maintenance_window", windows.maintenance),
    _one_of("monitoring_interval", INTERVALS, f"{', '.join(map(str, INTERVALS))} seconds"),
    _one_of("performance_insights_retention", RETENTIONS, "7, a multiple of 31 up to 713, or 731 days"),
    _one_of("backup_retention_period", BACKUP_DAYS, "0 to 35 days"),
    _one_of("port", PORTS, "1150 to 65535"),
    _logs,
    _monitoring,
    _overlap,
)
