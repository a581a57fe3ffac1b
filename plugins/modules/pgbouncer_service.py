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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._converge import converge
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_job import PgBouncer

SPEC = ArgumentSpec(options={
    "name": {"type": "str", "default": "pgbouncer.service"},
    "config": {"type": "path", "default": "/etc/pgbouncer/pgbouncer.ini"},
    "program": {"type": "path", "default": "/usr/sbin/pgbouncer"},
    "reload_timeout": {"type": "int", "default": 10},
})


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC.to_kwargs())
    pgbouncer = PgBouncer(module.run_command, **module.params)
    converge(module, read=pgbouncer.read, plan=pgbouncer.plan, apply=pgbouncer.apply, result=pgbouncer.result)


if __name__ == "__main__":
    main()
