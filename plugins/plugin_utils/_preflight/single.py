# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory says about single hosts, beside what it says about the system: pure, except for templates.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import values
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Declared
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import renamed

# What these read was looked at once, on the controller: another value on a host would be read by nobody, or by no preflight.
OF_ALL = ("aws_endpoint", "database_credentials", "database_instance", "network_access", "pool_hosts", "system")


def check(
    declared: Declared, of_system: t.Mapping[str, t.Any], of_hosts: t.Mapping[str, t.Mapping[str, t.Any]], template_of: t.Callable[[str], values.Template],
) -> list[LaunchError]:
    """What is wrong with variables of single hosts whose names are known.

    :arg of_system: variables of the whole system, not templated. A source of hosts may repeat them for each host.
    :arg of_hosts: each host's own variables, not templated.
    :arg template_of: gives the templates of a host.
    """
    errors: list[LaunchError] = []
    for host, own in sorted(of_hosts.items()):
        for role in declared.roles.values():
            for option in sorted(option for option in own.keys() & role.options.keys() if _differs(own[option], of_system.get(option))):
                found = [_of_all(option)] if role.name in OF_ALL else values.one(option, role.options[option], own, template_of(host))[1]
                errors += renamed(found, lambda called, host=host: f"{called} of {host}")
    return errors


def _differs(one: t.Any, other: t.Any) -> bool:
    try:
        return bool(one != other)
    except AnsibleError:
        # One of them is in a vault that can't be opened.
        return True


def _of_all(option: str) -> LaunchError:
    return LaunchError("it is one value for the whole system, but is set for a single host.", option=option, remedy="Move it to group_vars/all.")
