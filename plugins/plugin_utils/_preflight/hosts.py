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


def _number(settings: Settings) -> t.Iterator[LaunchError]:
    if settings[EXPECTED] < 0:
        yield LaunchError("it can't be a number of machines.", option=EXPECTED, value=settings[EXPECTED], remedy="Write how many there are.")


def _apart(settings: Settings) -> t.Iterator[LaunchError]:
    for name in twice(host["name"] for _index, host in settings.elements(LIST)):
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


def _ours(settings: Settings) -> t.Iterator[LaunchError]:
    """The inventory finds machines by tags, and a run makes them with tags: two places for one thing."""
    tags = settings.get("aws_endpoint_tags", {})
    for host, found in settings.world.tags.items():
        for key in sorted({"project", "environment"} & tags.keys() & found.keys()):
            if str(tags[key]) != str(found[key]):
                yield LaunchError(
                    f"the inventory found the pool host {host}, whose tag {key} is {found[key]!r}.", option=f"aws_endpoint_tags.{key}", value=tags[key],
                    remedy=f"Filter by the same value of tag:{key} in the inventory's source of pool hosts (pool.aws_ec2.yml).",
                )


CHECKS: tuple[Check, ...] = (_number, _enough, _apart, _ours)
FOUND: tuple[Check, ...] = (_found, _ours)
