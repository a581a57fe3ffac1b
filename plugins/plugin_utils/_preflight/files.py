# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of an inventory that Ansible never reads, or reads in another order than their writer thinks: pure.

A variable in one of them does nothing, which nobody would notice. Source of the rules: ansible-core's DataLoader.find_vars_files().

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import difflib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

GROUPS, HOSTS = "group_vars", "host_vars"
SYSTEM = "00_system"
READ = ("", ".yml", ".yaml", ".json")
# What a file of variables is called, were it not for what stands behind it.
_MEANT = (".yml", ".yaml", ".json")
# Groups that may be empty yet.
_KNOWN = ("all", "ungrouped", "pool", "database_runner")


@dataclasses.dataclass(frozen=True)
class Entry:
    """Something in group_vars or host_vars.

    :arg folder: where it is, as people see it.
    :arg kind: GROUPS or HOSTS.
    :arg name: of the file or folder.
    :arg inside: names of what a folder holds; None for a file.
    :arg dangling: paths of links that lead nowhere, itself or inside of it.
    """

    folder: str
    kind: str
    name: str
    inside: tuple[str, ...] | None = None
    dangling: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.kind}/{self.name}"


def check(entries: t.Sequence[Entry], groups: t.Collection[str], hosts: t.Collection[str]) -> list[LaunchError]:
    """Refuse each file whose variables do nothing, or are overridden by what they are to override.

    :arg groups: names of the inventory's groups.
    :arg hosts: names of its hosts, those to be made included.
    """
    folders = {(entry.folder, entry.kind, entry.name) for entry in entries if entry.inside is not None}
    return [error for entry in entries for error in _refusals(entry, folders, {GROUPS: {*groups, *_KNOWN}, HOSTS: {*hosts}})]


def _refusals(entry: Entry, folders: t.Collection[tuple[str, str, str]], known: t.Mapping[str, set[str]]) -> t.Iterator[LaunchError]:
    for path in entry.dangling:
        yield LaunchError("this link leads nowhere.", option="inventory", value=path, remedy="Copy the folder that it leads to as well, or lead it there.")
    if _is_ignored(entry.name):
        return
    if entry.inside is None and _is_meant(entry.name):
        yield _unread(entry.path)
        return
    stem = entry.name if entry.inside is not None else _stem(entry.name)
    if entry.inside is None and stem != entry.name and (entry.folder, entry.kind, stem) in folders:
        yield LaunchError(
            f"Ansible does not read it, because there is a folder {stem} beside it.", option="inventory", value=entry.path,
            remedy=f"Move it into {entry.kind}/{stem}.",
        )
    elif stem not in known[entry.kind]:
        yield _nobodys(entry, stem, known[entry.kind])
    for name in entry.inside or ():
        if _is_meant(name):
            yield _unread(f"{entry.path}/{name}")
        elif SYSTEM in (entry.inside or ()) and name < SYSTEM and not _is_ignored(name):
            yield LaunchError(
                f"it is read before {SYSTEM}, whose values would override it.", option="inventory", value=f"{entry.path}/{name}",
                remedy="Give it a name that sorts behind, as the environment's own.",
            )


def _nobodys(entry: Entry, stem: str, known: t.Collection[str]) -> LaunchError:
    near = difflib.get_close_matches(stem, sorted(known), 1)
    what = "group" if entry.kind == GROUPS else "host"
    remedy = f"Did you mean {near[0]}?" if near else f"Name it as a {what} of the inventory, or remove it."
    return LaunchError(f"the inventory has no {what} of this name, so that nobody reads it.", option="inventory", value=entry.path, remedy=remedy)


def _unread(path: str) -> LaunchError:
    return LaunchError("Ansible does not read a file of this name.", option="inventory", value=path, remedy="End it in .yml, or move it elsewhere.")


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name.endswith("~")


def _stem(name: str) -> str:
    return next((name.removesuffix(ending) for ending in _MEANT if name.endswith(ending)), name)


def _is_meant(name: str) -> bool:
    """Whether it looks like a file of variables, as in x.yml.bak, and is none."""
    return not _is_ignored(name) and not name.endswith(_MEANT) and any(f"{ending}." in name for ending in _MEANT)
