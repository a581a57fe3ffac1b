# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: pgbouncer_service
short_description: Keep a running PgBouncer in line with its files
version_added: 0.1.0
description:
  - Compares the running PgBouncer with what is on disk, and enables, starts, reloads or restarts it with the mildest
    action that brings both together.
  - What differs is found by looking, not by remembering what a play changed. A run that was killed between writing a
    file and loading it is finished by the next, and a setting that was changed by hand in the file or in the console is
    found in check mode.
  - A reload is verified. PgBouncer resets what follows a faulty line to its defaults and may still answer that all is well;
    this module then fails and names what differs.
  - It restarts for a new program, for a changed unit or drop-in, and for the settings that PgBouncer reads only once,
    such as C(listen_port). PgBouncer 1.23 or later lets its clients finish if the unit stops it with C(SIGTERM).
author:
  - launch.database contributors (!UNKNOWN)
requirements:
  - systemd and psycopg2 on the host
  - rights of root, to speak to systemd and to become the user of the process
extends_documentation_fragment:
  - launch.database._attributes
options:
  name:
    description: The systemd unit.
    type: str
    default: pgbouncer.service
  config:
    description: The configuration file that the unit names.
    type: path
    default: /etc/pgbouncer/pgbouncer.ini
  program:
    description: The program that the unit starts.
    type: path
    default: /usr/sbin/pgbouncer
  reload_timeout:
    description: How long a reload may take until the process shows it, in seconds.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Use what was written
  launch.database.pgbouncer_service:
  become: true
  throttle: 1 # one host at a time, should it need a restart
"""

RETURN = r"""
plan:
  description: The changes that were made, or that check mode would make.
  returned: always
  type: list
  elements: dict
  sample:
    - {action: reload, path: settings.default_pool_size, before: "20", after: "70", when: immediate, destructive: false}
pending:
  description: What waits for something else; always empty here.
  returned: always
  type: list
  elements: dict
service:
  description: The service as it was last seen.
  returned: always
  type: dict
  contains:
    active:
      description: Whether it runs.
      type: bool
    enabled:
      description: Whether it starts with the host.
      type: bool
    version:
      description: The version that runs, or none.
      type: str
    databases:
      description: The names of the databases that it serves.
      type: list
      elements: str
"""

import os
import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.launch.database.plugins.module_utils._converge import converge
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import systemd
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.console import parse_version, read_console
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.ini import parse
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_plan import (
    Files, Service, plan_service,
)

# Later ones include what earlier ones do: a restart reads everything that a reload reads.
_STRENGTH = ("reload", "restart", "start")
_POLL = 0.2  # seconds
_DEFAULT_SOCKET_FOLDER = "/tmp"


def read_files(module, shown):
    """What is on disk; the program is asked for its version only."""
    with open(module.params["config"], encoding="utf-8") as file:
        configuration = parse(file.read())
    out = module.run_command([module.params["program"], "--version"], check_rc=True)[1]
    return Files(
        configuration=configuration,
        changed=systemd.change_times([module.params["config"], *configuration.files]),
        unit_changed=systemd.change_times(systemd.unit_files(shown)),
        version=parse_version(out),
    )


def read_service(module):
    shown = systemd.show(module.run_command, module.params["name"])
    unit = systemd.to_unit(shown)
    if not systemd.is_installed(shown) or not os.path.exists(module.params["config"]):
        return Service(unit)
    files = read_files(module, shown)
    if not unit.active or not unit.pid:
        return Service(unit, files)
    folder = files.configuration.settings.get("unix_socket_dir", _DEFAULT_SOCKET_FOLDER)
    return Service(unit, files, read_console([folder], os.stat(f"/proc/{unit.pid}").st_uid))


def apply(module, plan):
    """Enable it if need be, then the strongest of the actions that the plan names."""
    name = module.params["name"]
    if plan.of("enable"):
        systemd.act(module.run_command, "enable", name)
    wanted = [verb for verb in _STRENGTH if plan.of(verb)]
    if wanted:
        systemd.act(module.run_command, wanted[-1], name)
        settle(module)


def settle(module):
    """Wait until the process shows what it was told: systemd returns from a reload before it is done."""
    until = time.monotonic() + module.params["reload_timeout"]
    while plan_service("", read_service(module)).changed and time.monotonic() < until:
        time.sleep(_POLL)


def to_result(actual):
    console = actual.console
    return {"service": {
        "active": actual.unit.active,
        "enabled": actual.unit.enabled,
        "version": console and console.version,
        "databases": sorted(console.databases) if console else [],
    }}


def main():
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "default": "pgbouncer.service"},
            "config": {"type": "path", "default": "/etc/pgbouncer/pgbouncer.ini"},
            "program": {"type": "path", "default": "/usr/sbin/pgbouncer"},
            "reload_timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    converge(
        module,
        read=lambda: read_service(module),
        plan=lambda actual: plan_service(module.params["name"], actual),
        apply=lambda plan, _actual: apply(module, plan),
        result=to_result,
    )


if __name__ == "__main__":
    main()
