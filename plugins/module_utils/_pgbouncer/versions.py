# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions of PgBouncer may serve: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import fnmatch
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# Below it: no drain by SIGTERM, no TLS that survives a reload, no console that tells of peers.
FLOOR = "1.24.1"
# PostgreSQL's own repository, as the role's variable and as apt name it.
PGDG, PGDGS_HOST = "pgdg", "apt.postgresql.org"


@dataclasses.dataclass(frozen=True)
class Package:
    """What a host's lists of packages say.

    :arg version: the one that will serve; empty where there is none.
    :arg installed: whether one is there already.
    :arg lists_needed: whether the lists have to be fetched before that can be said.
    """

    version: str
    installed: bool
    lists_needed: bool


def package(policy: str, desired: str, repository: str) -> Package:
    """The package that will serve: the one asked for, the one that is installed, the newest, in that order.

    Lists are fetched where they speak of no such repository or package, and where a version is asked for that is not
    installed: they may be older than it.

    :arg policy: what C(apt-cache policy pgbouncer) says, in English.
    :arg desired: the package's version, which may end in C(*); empty for any.
    :arg repository: distribution or pgdg.
    """
    installed, candidate = _said(policy, "Installed"), _said(policy, "Candidate")
    unlisted = not candidate or (repository == PGDG and PGDGS_HOST not in policy)
    other = bool(desired) and not fnmatch.fnmatchcase(installed, desired)
    return Package(desired.removesuffix("*") or installed or candidate, bool(installed), unlisted or other)


def _said(policy: str, word: str) -> str:
    found = re.search(rf"{word}: (\d\S*)", policy)
    return found[1] if found else ""


def upstream(version: str) -> tuple[int, ...]:
    """The upstream part of a package version, to compare: 1:1.24.1-1+deb13u2 is (1, 24, 1)."""
    found = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*)", version)
    if found is None:
        raise LaunchError("that is not a version of PgBouncer.", option="pgbouncer_package_version", value=version)
    return tuple(int(part) for part in found[1].split("."))


def check_version(
    version: str,
    minimum: str,
    accept_legacy: bool,
    accepted: t.Collection[str],
    weaknesses: t.Iterable[t.Mapping[str, t.Any]],
) -> list[LaunchError]:
    """Refuse what is too old, and what has a published weakness that the inventory does not accept by number."""
    if not version:
        return [LaunchError(
            "no repository of this host has PgBouncer.",
            option="pgbouncer_repository",
            remedy="Look at what `apt-get update` and `apt-cache policy pgbouncer` say there.",
        )]
    return [
        *_too_old(version, minimum, accept_legacy),
        *_weak(version, accepted, weaknesses),
    ]


def _too_old(version: str, minimum: str, accept_legacy: bool) -> list[LaunchError]:
    if upstream(version) < upstream(FLOOR) and not accept_legacy:
        return [LaunchError(
            f"PgBouncer {version} would be installed; the role is made for {FLOOR} or later.",
            option="pgbouncer_accept_legacy",
            value=accept_legacy,
            remedy="Use pgbouncer_repository: pgdg, or say true and do without a restart that lets clients finish.",
        )]
    if upstream(version) < upstream(minimum):
        return [LaunchError(
            f"PgBouncer {version} would be installed, which is older.",
            option="pgbouncer_minimum_version",
            value=minimum,
            remedy=f"Use pgbouncer_repository: pgdg, pin another pgbouncer_package_version, or lower this to {version}.",
        )]
    return []


def _weak(
    version: str, accepted: t.Collection[str], weaknesses: t.Iterable[t.Mapping[str, t.Any]]
) -> list[LaunchError]:
    open_ones = [weakness for weakness in weaknesses if affects(weakness, version) and weakness["id"] not in accepted]
    if not open_ones:
        return []
    named = "; ".join(f"{weakness['id']} ({weakness['effect']}, fixed in {weakness['fixed']})" for weakness in open_ones)
    return [LaunchError(
        f"PgBouncer {version} has published weaknesses that are not accepted: {named}.",
        option="pgbouncer_accepted_weaknesses",
        value=sorted(accepted),
        remedy="Install a version that has them fixed, or accept each by its number.",
    )]


def affects(weakness: t.Mapping[str, t.Any], version: str) -> bool:
    """Whether a version has a weakness: within its upstream range, and not fixed by the distribution."""
    if not upstream(weakness.get("since", "0")) <= upstream(version) < upstream(weakness["fixed"]):
        return False
    return not any(_fixes(package, version) for package in weakness.get("fixed_by", ()))


def _fixes(package: str, version: str) -> bool:
    """Whether a package is the one that has it fixed or a later revision of it: 1.24.1-1+deb13u3 follows 1.24.1-1+deb13u2."""
    *series, revision = _numbers(package)
    *other_series, other_revision = _numbers(version)
    return series == other_series and other_revision >= revision


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
