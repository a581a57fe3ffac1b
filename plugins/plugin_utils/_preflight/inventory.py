# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of an inventory's variables, and whose they are: read on the controller.

Facts, registered results and variables of plays are not among them: nobody wrote those into an inventory.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import os
import typing as t

from ansible import constants
from ansible.inventory.group import Group
from ansible.vars.plugins import get_vars_from_inventory_sources, get_vars_from_path

from ansible_collections.launch.database.plugins.plugin_utils._preflight.files import GROUPS, HOSTS, Entry

if t.TYPE_CHECKING:
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader

POOL, CONTROLLER = "pool", "localhost"
SYSTEM = "system_name"
# What amazon.aws.aws_ec2 says about every machine, after its option hostvars_prefix.
_EC2 = ("instance_id", "image_id", "instance_type")


@dataclasses.dataclass(frozen=True)
class Given:
    """What was given from outside of the playbooks.

    :arg names: of all variables of all hosts and groups, and of the command line.
    :arg extra: names of the command line's.
    :arg others: names that an inventory plugin made.
    :arg pool: the variables of the group of pool hosts, not templated; it may have no host yet.
    :arg groups: the names of hosts, by group.
    :arg of_hosts: the own variables of each host but the controller, not templated.
    :arg environments: the folders of inventories that name a system.
    :arg files: what group_vars and host_vars hold, beside the inventory and beside the playbook.
    """

    names: frozenset[str]
    extra: frozenset[str]
    others: frozenset[str]
    pool: t.Mapping[str, t.Any]
    groups: t.Mapping[str, t.Sequence[str]]
    of_hosts: t.Mapping[str, t.Mapping[str, t.Any]] = dataclasses.field(default_factory=dict)
    environments: tuple[str, ...] = ()
    files: tuple[Entry, ...] = ()


def read_given(inventory: InventoryManager, loader: DataLoader, extra: t.Iterable[str]) -> Given:
    """Everything that was given, whatever host it is for.

    :arg extra: names of the variables of the command line.
    """
    extra = frozenset(extra)
    names, others, of_hosts = set(extra), set(), {}
    for host in inventory.hosts.values():
        own = {**host.vars, **_of_files(inventory, loader, host)}
        others |= _of_ec2(host.vars)
        names |= set(own)
        if host.name != CONTROLLER:
            of_hosts[host.name] = {name: value for name, value in own.items() if name not in extra}
    # A group without hosts has files as well, and one that nobody found yet.
    groups = {POOL: Group(POOL)} | inventory.groups
    for group in groups.values():
        names |= {*group.get_vars(), *_of_files(inventory, loader, group)}
    pool = {**groups[POOL].get_vars(), **_of_files(inventory, loader, groups[POOL])}
    hosts = {name: sorted(host.name for host in group.get_hosts()) for name, group in inventory.groups.items()}
    names -= constants.INTERNAL_STATIC_VARS
    return Given(frozenset(names), extra, frozenset(others), pool, hosts, of_hosts, _environments(inventory, loader), _entries(inventory, loader))


def _environments(inventory: InventoryManager, loader: DataLoader) -> tuple[str, ...]:
    every = inventory.groups["all"]
    return tuple(base for base in _bases(inventory._sources) if SYSTEM in get_vars_from_path(loader, base, [every], "task"))


def _bases(sources: t.Iterable[str]) -> list[str]:
    """The folders of inventories, each once, as Ansible looks for variables in them."""
    folders = [os.path.realpath(source if os.path.isdir(source) else os.path.dirname(source)) for source in sources if os.path.exists(source)]
    return list(dict.fromkeys(folders))


def _entries(inventory: InventoryManager, loader: DataLoader) -> tuple[Entry, ...]:
    folders = [source if os.path.isdir(source) else os.path.dirname(source) for source in [*inventory._sources, loader.get_basedir() + "/"]]
    bases = dict.fromkeys(folder.rstrip("/") for folder in folders if folder)
    return tuple(entry for base in bases for kind in (GROUPS, HOSTS) for entry in _listed(base, kind))


def _listed(base: str, kind: str) -> t.Iterator[Entry]:
    for name in sorted(os.listdir(f"{base}/{kind}")) if os.path.isdir(f"{base}/{kind}") else []:
        path = f"{base}/{kind}/{name}"
        inside = tuple(sorted(os.listdir(path))) if os.path.isdir(path) else None
        paths = [path, *(f"{path}/{each}" for each in inside or ())]
        yield Entry(base, kind, name, inside, tuple(each for each in paths if not os.path.exists(each)))


def _of_files(inventory: InventoryManager, loader: DataLoader, entity: t.Any) -> dict[str, t.Any]:
    """As Ansible finds group_vars and host_vars: beside the inventory and beside the playbook."""
    return {
        **get_vars_from_inventory_sources(loader, inventory._sources, [entity], "task"),
        **get_vars_from_path(loader, loader.get_basedir(), [entity], "task"),
    }


def _of_ec2(variables: t.Mapping[str, t.Any]) -> set[str]:
    prefixes = [name[:-len(_EC2[0])] for name in variables if name.endswith(_EC2[0])]
    return {
        name for prefix in prefixes if all(prefix + attribute in variables for attribute in _EC2)
        for name in variables if name.startswith(prefix)
    }
