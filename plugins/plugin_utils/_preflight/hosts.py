# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines of the pools: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, twice

LIST, EXPECTED = "pool_hosts_list", "pool_hosts_expected"


def at_least(settings: Settings) -> int:
    """How many there have to be."""
    return max(settings[EXPECTED], 1)


def _enough(settings: Settings) -> t.Iterator[LaunchError]:
    names = [host["name"] for host in settings.get(LIST, [])]
    if len(names) < at_least(settings):
        yield LaunchError(
            f"it names {len(names)} machines, and {EXPECTED} is {settings[EXPECTED]}.", option=LIST, value=names,
            remedy=f"Name at least that many, and one in any case, or correct {EXPECTED}. Nothing was changed.",
        )


def _apart(settings: Settings) -> t.Iterator[LaunchError]:
    for name in twice(host["name"] for host in settings.get(LIST, [])):
        yield LaunchError("two machines have this name.", option=LIST, value=name, remedy="Give each its own: it is how a machine is found again.")


def _found(settings: Settings) -> t.Iterator[LaunchError]:
    """Not before they were made: a section of its own."""
    hosts = settings.world.groups.get("pool", [])
    if len(hosts) < at_least(settings):
        named = f" ({', '.join(hosts)})" if hosts else ""
        yield LaunchError(
            f"the inventory found {len(hosts)} running pool hosts{named}.", option=EXPECTED, value=settings[EXPECTED],
            remedy=f"Run playbooks/aws.yml, which makes missing ones and starts stopped ones, or correct {EXPECTED}.",
        )


CHECKS: tuple[Check, ...] = (_enough, _apart)
FOUND: tuple[Check, ...] = (_found,)
