# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the action plugin of the same name, which does all of it on the controller."""
from __future__ import annotations

DOCUMENTATION = r"""
module: pgbouncer_trust
short_description: Keep on the controller what clients trust of the pool hosts
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Writes the certificate of each host to C(<host>.crt), and all of them to C(ca.pem), for clients to verify the pools by.
  - All of it happens on the controller. Check mode does nothing, since these copies are no part of the system.
options:
  folder:
    description: Folder on the controller, of one inventory only. It is made if it is missing.
    type: path
    required: true
  certificates:
    description: What to trust of each host, PEM, by the host's name.
    type: dict
    required: true
  keep:
    description:
      - Names of hosts whose certificates stay beside these; those of others are removed.
      - Unset keeps all, as a run must that does not know every host.
    type: list
    elements: str
extends_documentation_fragment:
  - launch.database._attributes
attributes:
  check_mode:
    support: none
  diff_mode:
    support: none
notes:
  - Runs on the controller.
seealso:
  - module: launch.database.pgbouncer_userlist
"""

EXAMPLES = r"""
- name: Publish what clients trust
  launch.database.pgbouncer_trust:
    folder: ~/.launch/poc/pool
    certificates:
      launch-pool-1: "{{ lookup('ansible.builtin.file', 'launch-pool-1.crt') }}"
  run_once: true
"""

RETURN = r"""
files:
  description: Names of the files that were written or removed.
  returned: success
  type: list
  elements: str
"""
