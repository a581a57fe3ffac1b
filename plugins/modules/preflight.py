# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the action plugin of the same name, which does all of it on the controller."""
from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
short_description: Refuse what can't work before anything is changed
version_added: 0.1.0
description:
  - Takes all variables of the inventory and of the command line, each templated once on the controller, and refuses everything that is wrong
    with them in one error, a line for each, with option, value, problem and remedy. It changes nothing.
  - Names that no role of the collection declares are refused with the nearest one that is. Those that only an inventory knows are listed in
    C(<system_name>_own_variables); prefixes of others' variables are in C(system_foreign_prefixes).
  - Values are compared with the argument specifications of the roles, with each other, with the files that they name and with the
    environment. In the end the endpoint is asked once whose account answers.
  - What only AWS knows, such as the parameters of an engine, is refused by the modules' own plans.
options:
  parts:
    description:
      - Tags of the plays behind it, which say what they do. Where C(--limit) leaves a play of them no host, the run would end well and have done
        nothing, and is refused; so are tags of which no play has one.
      - Without it, C(--limit) is not looked at.
    type: list
    elements: str
    choices: [aws, pool, schema, partitions, rls, heads]
  sections:
    description:
      - Parts to look at, by the names of roles, with the values that the role was given. For a role that is used alone.
      - V(pool_hosts_found) looks whether the inventory found as many pool hosts as there have to be.
      - Without it, everything is looked at, for a whole system, and O(state=require) is satisfied from then on.
    type: list
    elements: str
  state:
    description:
      - V(refuse) looks. Where everything passed in this run of C(ansible-playbook) already, it returns at once.
      - V(require) refuses to go on where not everything was looked at in this run, as with C(--limit) without C(localhost). What the preflight left
        behind can't be forged by variables.
    type: str
    choices: [refuse, require]
    default: refuse
author:
  - launch.database contributors (!UNKNOWN)
extends_documentation_fragment:
  - launch.database._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
notes:
  - Runs on the controller. Without O(sections), the host of the task has to be C(localhost).
seealso:
  - module: launch.database.rds_instance
  - module: launch.database.rds_parameter_group
"""

EXAMPLES = r"""
- name: Refuse what can't work
  launch.database.preflight:

- name: Go on only where that passed
  launch.database.preflight:
    state: require

- name: Refuse what a role can't work with
  launch.database.preflight:
    sections: [pgbouncer]
"""

RETURN = r"""
account:
  description: The account that answered; empty where none was asked.
  returned: success
  type: str
  sample: "597088015766"
"""
