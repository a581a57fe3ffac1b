# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PgBouncer of this host: read it, and carry a plan out.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import os
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import systemd
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.console import parse_version, read_console
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.ini import parse
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_plan import Console, Files, Service, differences, plan_service, strongest
from ansible_collections.launch.database.plugins.module_utils._plan import Plan

_POLL = 0.2  # seconds
_DEFAULT_SOCKET_FOLDER = "/tmp"


@dataclasses.dataclass(frozen=True)
class PgBouncer:
    """One unit of one host.

    :arg run: runs a command, as systemd's functions want it.
    :arg name: of the unit.
    :arg config: path of the configuration file that the unit names.
    :arg program: path of the program that the unit starts.
    :arg reload_timeout: seconds until the process has to show what it was given.
    """

    run: systemd.Run
    name: str
    config: str
    program: str
    reload_timeout: float

    def read(self) -> Service:
        """The unit, what is on disk, and what the process says of itself."""
        shown = systemd.show(self.run, self.name)
        unit = systemd.to_unit(shown)
        if not systemd.is_installed(shown) or not os.path.exists(self.config):
            return Service(unit)
        files = self._files(systemd.unit_files(shown))
        if not unit.active or not unit.pid:
            return Service(unit, files)
        return Service(unit, files, self._console(files, unit.pid))

    def _files(self, unit_files: t.Sequence[str]) -> Files:
        with open(self.config, encoding="utf-8") as file:
            configuration = parse(file.read())
        return Files(
            configuration=configuration,
            changed=systemd.change_times([self.config, *configuration.files]),
            unit_changed=systemd.change_times(unit_files),
            version=self._version(),
        )

    def _version(self) -> str:
        returned, out, error = self.run([self.program, "--version"])
        if returned != 0:
            raise LaunchError(f"it does not say its version: {error.strip().rstrip('.')}.", option="program", value=self.program,
                              remedy="Install PgBouncer anew, or name the program that the unit starts.")
        return parse_version(out)

    @staticmethod
    def _console(files: Files, pid: int) -> Console | None:
        folder = files.configuration.settings.get("unix_socket_dir", _DEFAULT_SOCKET_FOLDER)
        return read_console([folder], os.stat(f"/proc/{pid}").st_uid)

    def plan(self, actual: Service) -> Plan:
        return plan_service(self.name, actual)

    def apply(self, plan: Plan, actual: Service) -> None:
        """Enable it if need be, then the strongest of the actions that the plan names."""
        if plan.of("enable"):
            systemd.act(self.run, "enable", self.name)
        verb = strongest(plan)
        if verb is not None:
            systemd.act(self.run, verb, self.name)
            self._settle()

    def _settle(self) -> None:
        """Wait until the process shows what it was given: systemd returns from a reload before it is done."""
        until = time.monotonic() + self.reload_timeout
        while differences(self.read()) and time.monotonic() < until:
            time.sleep(_POLL)

    @staticmethod
    def result(actual: Service) -> dict[str, t.Any]:
        """What the module returns."""
        console = actual.console
        return {"service": {
            "active": actual.unit.active,
            "enabled": actual.unit.enabled,
            "version": console and console.version,
            "databases": sorted(console.databases) if console else [],
        }}
