# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests that were stopped left running; a site, another checkout's stack and running tests are left alone."""

from __future__ import annotations

import json
from collections.abc import Iterable

from local import stack
from local.containers import podman, remove_network, succeeds, write_settings
from local.locks import exclusive
from local.processes import PROC, ssh_masters
from local.profiles import MOLECULE, PROFILES, Profile

TESTS = {profile.name: profile for profile in (*PROFILES.values(), MOLECULE) if profile.name != "site"}
PYTEST = "launch-pytest-"  # then the id of the process that made the network, and a number


def sweep(names: Iterable[str]) -> list[str]:
    """Remove what the tests of these profiles left, and databases of tests that ended; return it in words.

    Without a name, only the latter: a profile's tests may run elsewhere, an ended process' databases are nobody's.
    """
    write_settings()
    found = [*(_sweep(TESTS[name]) for name in names), *(_remove_network(name) for name in _orphans(_networks()))]
    return [words for words in found if words]


def _sweep(profile: Profile) -> str | None:
    with exclusive(profile.name):
        if not stack.is_ours(profile) or not (stack.remains(profile) or ssh_masters(profile.gateway)):
            return None
        return f"{profile.name}: {stack.remove(profile)}"


def _networks() -> list[str]:
    listed = json.loads(podman("network", "ls", "--filter=label=launch.profile=pytest", "--format=json") or "[]")
    return [one["name"] for one in listed or []]


def _orphans(networks: Iterable[str]) -> list[str]:
    """Return those networks whose test session has ended."""
    return [name for name in networks if not (PROC / name.removeprefix(PYTEST).split("-")[0]).exists()]


def _remove_network(name: str) -> str | None:
    if not succeeds("network", "exists", name):  # somebody was faster
        return None
    remove_network(name)
    return f"pytest: {name}"
