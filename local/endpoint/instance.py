# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One DB instance: its members, its status over time, and the real server behind it."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from typing import Any

from local.endpoint import changes as planning
from local.endpoint import members as names
from local.endpoint import parameters, validation
from local.endpoint.account import Account
from local.endpoint.changes import Changes
from local.endpoint.classes import find
from local.endpoint.events import Events
from local.endpoint.groups import Group
from local.endpoint.master_secret import MasterSecret
from local.endpoint.postgres import Server
from local.endpoint.storage import MEMBERS as STORAGE
from local.endpoint.worker import Worker

HOSTED_ZONE = "Z1PVIF0B656C1W"  # of RDS endpoints in us-west-2
SETTLE = 0.6  # seconds an instance still says `available` after a change was accepted
PHASE = 0.4  # seconds each status of a change lasts at least
USABLE = ("available", "storage-optimization")
INCOMPATIBLE = "incompatible-parameters"


class Instance:
    """A DB instance as the API describes it.

    ``running`` holds the parameter values the server runs with; where the group's differ, they wait for a reboot.
    """

    def __init__(
        self,
        members: dict[str, Any],
        group: Group,
        server: Server,
        account: Account,
        events: Events,
        catalog: Mapping[str, dict],
    ) -> None:
        self.members = members
        self.group = group
        self.server = server
        self.account = account
        self.catalog = catalog
        self.status = "creating"
        self.pending: dict[str, Any] = {}
        self.tags: dict[str, str] = {}
        self.running: dict[str, str] = {}
        self.applying = False
        self.password_waits = False
        self.master_secret: MasterSecret | None = None
        self._events = events
        self._worker = Worker(self.identifier, self._failed)

    @property
    def identifier(self) -> str:
        """The DB instance identifier."""
        return self.members["DBInstanceIdentifier"]

    # -- description -----------------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """Return the members of the API's DBInstance."""
        shown = names.show(self.members, self.account) | {
            "DBInstanceStatus": self.status,
            "PendingModifiedValues": self.pending | ({"MasterUserPassword": "****"} if self.password_waits else {}),
            "DBParameterGroups": [{"DBParameterGroupName": self.group.name, "ParameterApplyStatus": self.apply_status}],
            "TagList": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }
        if self.status != "creating":
            shown["Endpoint"] = {"Address": self.server.host, "Port": self.server.port, "HostedZoneId": HOSTED_ZONE}
            if self.members["BackupRetentionPeriod"]:
                shown["LatestRestorableTime"] = datetime.datetime.now(datetime.timezone.utc)
        if self.master_secret:
            shown["MasterUserSecret"] = self.master_secret.describe()
        return shown

    @property
    def apply_status(self) -> str:
        """How far the group's parameters have reached the server."""
        if self.applying:
            return "applying"
        return "in-sync" if not self.running or self._wanted() == self.running else "pending-reboot"

    def _wanted(self) -> dict[str, str]:
        return parameters.effective(self.group.values(self.catalog), self.members, self.server.port)

    # -- status ----------------------------------------------------------------------------------

    def _say(self, category: str, message: str) -> None:
        self._events.add(self.members["DBInstanceArn"], category, message)

    def _failed(self, error: Exception) -> None:
        self.applying = False
        self.status = "failed" if self.status == "creating" else INCOMPATIBLE
        self._say("failure", f"{self.status}: {error}")

    def _pass(self, *statuses: str) -> None:
        """Go through statuses, each long enough to be seen."""
        for status in statuses:
            self.status = status
            time.sleep(PHASE)

    # -- life ------------------------------------------------------------------------------------

    def create(self, password: str) -> None:
        """Make the server in the background: creating, backing-up, available."""
        self._worker.put(lambda: self._create(password))

    def _create(self, password: str) -> None:
        wanted = self._wanted()
        fits = self._fits(wanted)
        settings = parameters.for_server(wanted) if fits else {}
        self.server.create(
            self.members["MasterUsername"], password, self.members["DBName"], settings, parameters.forces_ssl(wanted)
        )
        self._say("creation", "DB instance created")
        if not fits:
            self.server.halt()
            self._incompatible(wanted)
            return
        self.running = wanted
        if self.master_secret:
            self.master_secret.status = "active"
        if self.members["BackupRetentionPeriod"]:
            self._pass("backing-up")
            self._say("backup", "Finished DB Instance backup")
        self.status = "available"

    def _fits(self, wanted: Mapping[str, str]) -> bool:
        return validation.starts(wanted, find(self.members["DBInstanceClass"]).memory)

    def _incompatible(self, wanted: Mapping[str, str]) -> None:
        self.status = INCOMPATIBLE
        self._say(
            "failure",
            f"The database instance could not start: shared_buffers {wanted['shared_buffers']} (8kB) is more than "
            f"{validation.SHARED_MEMORY_PERCENT} percent of the memory of {self.members['DBInstanceClass']}",
        )

    def reboot(self) -> None:
        """Restart the server with the group's values, in the background."""
        self.status = "rebooting"
        self._worker.put(self._reboot)

    def _reboot(self) -> None:
        if self._restart():
            self._say("availability", "DB instance restarted")
            self.status = "available"

    def _restart(self) -> bool:
        """Restart with the group's values; return whether the server runs."""
        wanted = self._wanted()
        if not self._fits(wanted):
            self.server.halt()
            self._incompatible(wanted)
            return False
        self.server.configure(parameters.for_server(wanted), parameters.forces_ssl(wanted))
        self.server.restart()
        self.running = wanted
        return True

    def stop(self) -> None:
        """Stop the server and its container; the data stays."""
        self.status = "stopping"
        self._worker.put(lambda: self._after(self.server.stop, "stopped", "DB instance stopped"))

    def start(self) -> None:
        """Start the stopped server."""
        self.status = "starting"
        self._worker.put(lambda: self._after(self.server.start, "available", "DB instance started"))

    def _after(self, action: Callable[[], None], status: str, message: str) -> None:
        action()
        self._say("notification", message)
        self.status = status

    def delete(self, gone: Callable[[], None]) -> None:
        """Remove the server with its data, then call ``gone``."""
        self.status = "deleting"
        self._worker.put(lambda: self._delete(gone))
        self._worker.stop()

    def _delete(self, gone: Callable[[], None]) -> None:
        self.server.remove()
        if self.master_secret:
            self.master_secret.delete()
        self._say("deletion", "DB instance deleted")
        gone()

    # -- change ----------------------------------------------------------------------------------

    def modify(self, changes: Changes) -> None:
        """Take over the members of a plan; those that may wait wait unless the plan says now."""
        self.members.update(changes.immediate)
        for name in changes.cancelled:
            self.pending.pop(name, None)
        self.pending.update(changes.queued)
        if statuses := changes.statuses(self.pending):
            self._worker.put(lambda: self._change(statuses, changes.now))

    def _change(self, statuses: list[str], now: bool) -> None:
        time.sleep(SETTLE)
        self._pass(*statuses)
        due = list(self.pending) if now else ["PendingCloudwatchLogsExports"]
        applied = {name: self.pending.pop(name) for name in due if name in self.pending}
        self._take_over(applied)
        if {"DBInstanceClass", "EngineVersion"} & set(applied) and not self._restart():
            return
        if set(STORAGE) & set(applied):
            self._pass("storage-optimization")
        self._say("configuration change", "Finished applying modification to DB instance")
        self.status = "available"

    def _take_over(self, applied: dict[str, Any]) -> None:
        delta = applied.pop("PendingCloudwatchLogsExports", {})
        exports = planning.with_log_exports(self.members["EnabledCloudwatchLogsExports"], delta)
        self.members.update(applied, EnabledCloudwatchLogsExports=exports)

    def set_password(self, password: str) -> None:
        """Give the master another password, in the background."""
        self.password_waits = True
        self._worker.put(lambda: self._set_password(password))

    def _set_password(self, password: str) -> None:
        time.sleep(SETTLE)
        self._pass("resetting-master-credentials")
        self.server.set_password(self.members["MasterUsername"], password)
        self.password_waits = False
        if self.master_secret:
            self.master_secret.status = "active"
        self._say("configuration change", "Reset master credentials")
        self.status = "available"

    def set_port(self, port: int) -> None:
        """Make the server listen on another port, which restarts it at once."""
        self.server.port, self.status = port, "rebooting"
        self._worker.put(self._reboot)

    def set_group(self, group: Group) -> None:
        """Attach another parameter group; all its values wait for a reboot."""
        self.group, self.applying = group, True
        self._worker.put(self._attached)

    def _attached(self) -> None:
        time.sleep(SETTLE)
        self._pass("modifying")
        self.applying, self.status = False, "available"

    def apply_parameters(self, immediate: set[str]) -> None:
        """Bring parameters of the group that changed to the server, as far as they need no reboot."""
        if immediate and self.status in USABLE:
            self.applying = True
            self._worker.put(lambda: self._apply(immediate))

    def _apply(self, immediate: set[str]) -> None:
        time.sleep(PHASE)
        wanted = self._wanted()
        kept = {name: value for name, value in self.running.items() if name not in immediate}
        values = kept | {name: wanted[name] for name in immediate if name in wanted}
        self.server.configure(parameters.for_server(values), parameters.forces_ssl(values))
        self.server.reload()
        self.running, self.applying = values, False
