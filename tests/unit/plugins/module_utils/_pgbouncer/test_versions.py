# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.versions import Package, affects, check_version, package, upstream

BYPASS = {"id": "CVE-2026-107350", "since": "1.17.0", "fixed": "1.26.1", "effect": "login as another user"}
CRASH = {"id": "CVE-2026-6664", "fixed": "1.25.2", "effect": "crash by anybody", "fixed_by": ["1.24.1-1+deb13u2"]}


def policy(installed, candidate, host="deb.debian.org"):
    table = f"  Version table:\n     {candidate} 500\n        500 http://{host}/debian trixie/main\n"
    return f"pgbouncer:\n  Installed: {installed}\n  Candidate: {candidate}\n{table}"


FRESH, OLD = policy("(none)", "1.24.1-1+deb13u2"), policy("1.24.1-1", "1.24.1-1+deb13u2")
PGDG = policy("1.26.1-1.pgdg13+1", "1.26.2-1.pgdg13+1", "apt.postgresql.org")


@pytest.mark.parametrize(("said", "desired", "repository", "expected"), [
    (FRESH, "", "distribution", Package("1.24.1-1+deb13u2", installed=False, lists_needed=False)),
    (OLD, "", "distribution", Package("1.24.1-1", installed=True, lists_needed=False)),
    (OLD, "1.24.1-1", "distribution", Package("1.24.1-1", installed=True, lists_needed=False)),
    (OLD, "1.24.1-1+deb13u2", "distribution", Package("1.24.1-1+deb13u2", installed=True, lists_needed=True)),
    (OLD, "1.24*", "distribution", Package("1.24", installed=True, lists_needed=False)),
    (OLD, "1.26.1*", "pgdg", Package("1.26.1", installed=True, lists_needed=True)),
    (OLD, "", "pgdg", Package("1.24.1-1", installed=True, lists_needed=True)),
    (PGDG, "1.26.1*", "pgdg", Package("1.26.1", installed=True, lists_needed=False)),
    (PGDG, "1.26.2*", "pgdg", Package("1.26.2", installed=True, lists_needed=True)),
    (policy("(none)", "(none)"), "", "distribution", Package("", installed=False, lists_needed=True)),
    ("", "", "distribution", Package("", installed=False, lists_needed=True)),
])
def test_the_package_that_will_serve(said, desired, repository, expected):
    assert package(said, desired, repository) == expected


@pytest.mark.parametrize(("version", "expected"), [
    ("1.26.1", (1, 26, 1)),
    ("1.24.1-1+deb13u2", (1, 24, 1)),
    ("1:1.26.1-1.pgdg13+1", (1, 26, 1)),
])
def test_upstream(version, expected):
    assert upstream(version) == expected


def test_what_is_no_version_is_named():
    with pytest.raises(LaunchError, match="pgbouncer_package_version: 'latest'"):
        upstream("latest")


@pytest.mark.parametrize(("weakness", "version", "expected"), [
    (BYPASS, "1.16.1-1ubuntu1", False),
    (BYPASS, "1.17.0", True),
    (BYPASS, "1.24.1-1+deb13u2", True),
    (BYPASS, "1.26.0", True),
    (BYPASS, "1.26.1", False),
    (CRASH, "1.24.1-1+deb13u1", True),
    (CRASH, "1.24.1-1+deb13u2", False),
    (CRASH, "1.24.1-1+deb13u10", False),
    (CRASH, "1.24.1-1", True),
    (CRASH, "1.22.0-1build4", True),
    (CRASH, "1.25.2", False),
])
def test_affects(weakness, version, expected):
    assert affects(weakness, version) is expected


@pytest.mark.parametrize(("version", "minimum", "legacy", "accepted", "options"), [
    pytest.param("1.26.1-1", "1.26.1", False, [], [], id="current"),
    pytest.param("1.26.2", "1.26.1", False, [], [], id="newer"),
    pytest.param("1.25.2", "1.26.1", False, ["CVE-2026-107350"], ["pgbouncer_minimum_version"], id="below the minimum"),
    pytest.param("1.24.1-1+deb13u2", "1.24.1", False, ["CVE-2026-107350"], [], id="weakness accepted"),
    pytest.param("1.24.1-1+deb13u2", "1.24.1", False, [], ["pgbouncer_accepted_weaknesses"], id="weakness not accepted"),
    pytest.param(
        "1.18.0", "1.18.0", False, ["CVE-2026-107350", "CVE-2026-6664"], ["pgbouncer_accept_legacy"], id="below the floor"),
    pytest.param("1.18.0", "1.18.0", True, ["CVE-2026-107350", "CVE-2026-6664"], [], id="legacy accepted"),
    pytest.param("", "1.26.1", False, [], ["pgbouncer_repository"], id="no package"),
])
def test_check_version(version, minimum, legacy, accepted, options):
    assert [error.option for error in check_version(version, minimum, legacy, accepted, [BYPASS, CRASH])] == options


def test_the_refusal_of_a_weak_version_names_each_weakness_and_its_remedy():
    (error,) = check_version("1.24.1", "1.24.1", False, [], [BYPASS, CRASH])
    assert "CVE-2026-107350 (login as another user, fixed in 1.26.1)" in error.message
    assert "CVE-2026-6664" in error.message
    assert "accept each by its number" in error.remedy
