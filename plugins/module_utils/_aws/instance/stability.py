# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a DB instance is settled, changing, or broken: pure.

Sources: RDS user guide, "Viewing Amazon RDS DB instance status"; the conditions are those of AWS's own CloudFormation
handler (DBInstancePredicates), which waits for more than the status.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import ActualInstance

AVAILABLE = "available"
# "Fully operational": it may last for days after a change of storage.
OPTIMIZING = "storage-optimization"
SETTLED = frozenset({AVAILABLE, OPTIMIZING})
APPLYING, PENDING_REBOOT, IN_SYNC = "applying", "pending-reboot", "in-sync"
# The server does not start with the parameters of its group. With corrected ones it does, at the next reboot.
INCOMPATIBLE = "incompatible-parameters"
PARAMETERS = "parameters"

SUPPORT = "Look at the instance's events and logs; delete it or restore a snapshot."
# Statuses that no waiting ends, and what does.
BROKEN = {
    "failed": SUPPORT,
    "incompatible-create": SUPPORT,
    "incompatible-restore": SUPPORT,
    "restore-error": SUPPORT,
    "modify-failed": SUPPORT,
    "upgrade-failed": SUPPORT,
    "incompatible-credentials": "Set another master password.",
    "incompatible-network": "Give the subnets free addresses, and start it again.",
    "incompatible-option-group": "Fix the option group.",
    INCOMPATIBLE: "Fix the parameter group, then run this with reboot: if_pending.",
    "inaccessible-encryption-credentials": "Restore the key; then restore a snapshot.",
    "inaccessible-encryption-credentials-recoverable": "Enable the KMS key and start the instance.",
    "insufficient-capacity": "Take another class or zone, or try later.",
    "storage-full": "Raise allocated_storage.",
    "stopped": "Start it.",
}
# What a plan may do about a broken instance, by the path of its change.
FIXED_BY = {INCOMPATIBLE: PARAMETERS, "storage-full": "allocated_storage"}


def refuse_broken(identifier: str, status: str, planned: t.Container[str] = (), event: str | None = None) -> None:
    """Raises LaunchError for a status that waiting doesn't end, unless what is planned fixes it.

    :arg event: what RDS said last about the instance.
    """
    if status not in BROKEN or FIXED_BY.get(status, "") in planned:
        return
    said = f" RDS says: {event.rstrip('.')}." if event else ""
    raise LaunchError(f"its status is {status}.{said}", option="identifier", value=identifier, remedy=BROKEN[status])


def awaits_reboot(actual: ActualInstance) -> bool:
    """Whether a reboot brings the group's values into force.

    When the group is corrected RDS may say in-sync of an instance that does not run, so that the status has to be looked at, too.
    """
    return actual.apply_status == PENDING_REBOOT or actual.status == INCOMPATIBLE


def unsettled(actual: ActualInstance) -> str | None:
    """What is under way, in a few words; None where changes can be made."""
    if not actual.exists or actual.status in BROKEN:
        return None
    if actual.status not in SETTLED:
        return f"status {actual.status}"
    if actual.apply_status == APPLYING:
        return "parameters are being applied"
    if not actual.settled_groups:
        return "security groups are being changed"
    return None


def unsettled_after_creation(actual: ActualInstance) -> str | None:
    """As unsettled(), and RDS knows it by its name, which may take a moment."""
    return unsettled(actual) if actual.exists else "not visible yet"


def unsettled_after_change(actual: ActualInstance, immediately: bool) -> str | None:
    """As unsettled(), and all that was to be applied at once is in force."""
    if immediately and actual.pending and not unsettled(actual):
        return f"{', '.join(sorted(actual.pending))} pending"
    return unsettled(actual)


def unsettled_after_reboot(actual: ActualInstance) -> str | None:
    """As unsettled(), and the parameters are in force."""
    if actual.apply_status == PENDING_REBOOT and not unsettled(actual):
        return "parameters are not in force yet"
    return unsettled(actual)


def unsettled_after_deletion(actual: ActualInstance) -> str | None:
    """Whether it is still there."""
    return f"status {actual.status}" if actual.exists else None
