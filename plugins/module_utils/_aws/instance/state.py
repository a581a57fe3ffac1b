# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DB instance as it should be and as it is, in the same words.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

# Carries a fingerprint of the password that the instance was given, so that a changed secret is noticed.
PASSWORD_TAG = "launch.database:master-secret-fingerprint"


@dataclasses.dataclass(frozen=True)
class DesiredInstance:
    """The module's options.

    :arg attributes: by option, normalized; what is not named is unmanaged.
    """

    identifier: str
    state: str = "present"
    attributes: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    master_secret: str | None = None
    apply_immediately: bool = False
    reboot: str = "never"
    wait: bool = True
    tags: t.Mapping[str, t.Any] | None = None
    purge_tags: bool = False
    skip_final_snapshot: bool = False
    final_snapshot_identifier: str | None = None


@dataclasses.dataclass(frozen=True)
class MasterSecret:
    """What the secret holds.

    :arg password: never leaves the process but towards RDS.
    :arg fingerprint: tells two passwords apart without telling anything of either; None where the secret has no verifier.
    """

    password: str = dataclasses.field(repr=False)
    username: str | None = None
    fingerprint: str | None = None


@dataclasses.dataclass(frozen=True)
class ActualInstance:
    """An instance as it is.

    :arg live: attributes by option, in force.
    :arg pending: attributes by option, accepted and not in force yet.
    :arg apply_status: whether the parameter group is in force: in-sync, applying, pending-reboot, ...
    :arg settled_groups: whether no security group is being added or removed.
    :arg offered: engine versions that RDS offers; read only where one has to be chosen.
    :arg kms_key: the ARN of the desired key, where it was given as an alias.
    """

    exists: bool
    status: str = "absent"
    live: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    pending: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    apply_status: str = "in-sync"
    settled_groups: bool = True
    arn: str | None = None
    resource_id: str | None = None
    availability_zone: str | None = None
    address: str | None = None
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    offered: tuple[str, ...] = ()
    kms_key: str | None = None
    secret: MasterSecret | None = None

    def expected(self, option: str) -> t.Any:
        """What an attribute will be when all that was accepted is done."""
        return self.pending.get(option, self.live.get(option))
