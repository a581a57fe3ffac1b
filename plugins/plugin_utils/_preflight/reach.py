# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts the plays go to, and what --limit leaves of them: pure.

A play that matches no host succeeds, and nobody would notice that it did nothing.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import difflib
import fnmatch
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import hosts, system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings

POOL, RUNNER = "pool", "database_runner"
# Tags of the plays behind the preflight.
PARTS = ("aws", "pool", "schema", "partitions", "rls", "heads")
# Where a limit says more than names, only Ansible knows which hosts it means.
_NOT_A_NAME = re.compile(r"[@~!&\[]")


class Play(t.NamedTuple):
    """A play on other hosts than the controller.

    :arg purpose: what it is for, in words.
    :arg parts: its tags.
    :arg pattern: of its hosts.
    :arg of_first: whether the first of them does all of it, once it is known which that is.
    """

    purpose: str
    parts: frozenset[str]
    pattern: str
    of_first: bool = False


def selected(parts: t.Iterable[str], tags: t.Collection[str], skipped: t.Collection[str]) -> frozenset[str]:
    """The parts of a playbook that --tags and --skip-tags leave in."""
    if {"all", "tagged"} & set(skipped):
        return frozenset()
    chosen = set(parts) if not tags or {"all", "tagged"} & set(tags) else set(parts) & set(tags)
    return frozenset(chosen - set(skipped))


def plays(settings: Settings) -> list[Play]:
    """The plays of a system. Their patterns are those of playbooks/part_*.yml."""
    groups, pooled = settings.world.groups, system.has_pools(settings)
    runner = settings.get(RUNNER)
    first = (sorted(groups.get(RUNNER) or groups.get(POOL) or []) + [POOL])[0]
    parts = {"schema", *(["partitions"] if system.has_partitions(settings) else []), *(["rls"] if system.has_tenants(settings) else [])}
    if system.has_heads(settings):
        parts.add("heads")
    found = [Play("the database", frozenset(parts), runner or first, not runner)]
    if pooled:
        found.insert(0, Play("the pools", frozenset({"pool"}), POOL))
    if system.has_tenants(settings):
        found.append(Play("the proof of isolation", frozenset({"rls"}), POOL if pooled else runner or RUNNER))
    return found


def _matching(pattern: str, settings: Settings) -> list[str]:
    """The hosts of a pattern; where the pools have none yet, those that a run makes."""
    found = settings.world.reach.hosts.get(pattern) or []
    planned = sorted(host["name"] for host in settings.get(hosts.LIST, [])) if system.has_pools(settings) else []
    if found or pattern == POOL:
        return list(found) or planned
    return [name for name in planned if name == pattern]


def _somewhere(settings: Settings) -> t.Iterator[LaunchError]:
    pattern, reach = settings.get(RUNNER), settings.world.reach
    if pattern and pattern in reach.hosts and not _matching(pattern, settings):
        near = difflib.get_close_matches(pattern, [*settings.world.groups, *(host for of_group in settings.world.groups.values() for host in of_group)], 1)
        yield LaunchError(
            "it matches no host of the inventory, so nothing would be done in the database.", option=RUNNER, value=pattern,
            remedy=f"Did you mean {near[0]}?" if near else "Name a host or a group of the inventory that reaches the database, or localhost.",
        )


def _limited(settings: Settings) -> t.Iterator[LaunchError]:
    reach = settings.world.reach
    if reach.limit is None:
        return
    left_out = [(play.purpose, found) for play in plays(settings) if play.parts & reach.parts and (found := _left_out(play, settings))]
    if left_out:
        # Any host of the pools will do for them; the one that reaches the database is the first of its pattern.
        limit = ",".join(dict.fromkeys([reach.limit, *(found[0] for _purpose, found in left_out)]))
        yield LaunchError(
            f"it leaves no host for {', '.join(purpose for purpose, _found in left_out)}.", option="--limit", value=reach.limit,
            remedy=f"Use --limit '{limit}', or select with --tags the parts that do not need these hosts. Nothing was changed.",
        )


def _left_out(play: Play, settings: Settings) -> list[str]:
    """The hosts of a play, if the limit leaves none of them; else nothing."""
    reach, found = settings.world.reach, _matching(play.pattern, settings)
    if reach.hosts.get(play.pattern):
        is_left = bool(reach.left.get(play.pattern))
    else:
        is_left = _may_mean(reach.limit or "", found[:1] if play.of_first else found)
    return [] if is_left else found


def _may_mean(limit: str, planned: t.Iterable[str]) -> bool:
    """Whether a limit may leave one of the hosts that are not there yet."""
    words = [word for word in re.split("[,:]", limit) if word]
    return any(word in (POOL, "all") or _NOT_A_NAME.search(word) or fnmatch.filter(planned, word) for word in words)


CHECKS: tuple[Check, ...] = (_somewhere, _limited)
