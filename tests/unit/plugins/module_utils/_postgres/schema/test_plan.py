# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Catalogs, Live
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import Drifted, checksums, load, not_ours, outcome
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import Header, write

FACTS = {"table a.t": {"owner": "o"}, "role o": {"kind": "group"}}
FILE = write(Header("17", "UTF8", (), {"platform/V1__a.sql": 5}, ("role rds*",)), FACTS, {}).encode()
LIVE = Live(170012, "UTF8", Catalogs({**FACTS, "role rds_x": {"kind": "group"}}))
EXPECTED = load({"17.txt": FILE, "README.md": b"x"}, {})


def changed(**fields):
    return dataclasses.replace(LIVE, **fields)


@pytest.mark.parametrize(("live", "foreign", "migrations", "verdict", "reason"), [
    (LIVE, (), None, "clean", ""),
    (LIVE, (), {"platform/V1__a.sql": 5}, "clean", ""),
    (LIVE, (), {"platform/V1__a.sql": 6}, "unknown", "not made from these migrations: platform/V1__a.sql differ"),
    (LIVE, (), {"platform/V1__a.sql": 5, "launch/V2__b.sql": 1}, "unknown", "launch/V2__b.sql differ"),
    (LIVE, (), {}, "unknown", "platform/V1__a.sql differ"),
    (changed(version=160001), (), None, "unknown", "no expected catalog for PostgreSQL 16, only for 17"),
    (changed(encoding="LATIN1"), (), None, "unknown", "encoding UTF8, and the database has LATIN1"),
    (changed(catalogs=None, trouble="No two readings were alike."), (), None, "unknown", "No two readings"),
    (changed(catalogs=Catalogs(FACTS, unmodelled=["operator class a.b"])), (), None, "unknown", "not compared: operator class a.b"),
    (changed(catalogs=Catalogs(FACTS, unmodelled=["operator class a.b"])), ("operator class *",), None, "clean", ""),
    # What is known to differ is drift, whatever else is not known.
    (changed(catalogs=Catalogs({}, unmodelled=["operator class a.b"])), (), None, "drift", "operator class a.b"),
    (changed(catalogs=Catalogs({**FACTS, "role evil": {"kind": "login"}})), (), None, "drift", ""),
    (changed(catalogs=Catalogs({**FACTS, "role evil": {"kind": "login"}})), ("role evil",), None, "clean", ""),
])
def test_the_verdict(live, foreign, migrations, verdict, reason):
    found = outcome(EXPECTED, live, foreign, migrations)
    assert found.verdict == verdict
    assert reason in "".join(found.reasons) and bool(found.reasons) == bool(reason)


def test_a_failure_has_a_line_for_each_difference_and_a_diff_of_their_objects():
    found = outcome(EXPECTED, changed(catalogs=Catalogs({"role o": {"kind": "login"}, "table a.t": {"owner": "o"}})), (), None)
    error = Drifted(found)
    assert error.message == "role o: kind: expected group, found login"
    assert error.as_result()["diff"] == {
        "before_header": "database", "after_header": "expected catalog", "before": "role o | kind | login\n", "after": "role o | kind | group\n",
    }
    assert error.as_result()["compared"] == {"role": 1, "table": 1}


def test_somebody_elses_objects_are_not_counted_as_compared():
    live = changed(catalogs=Catalogs({**FACTS, "role rds_x": {"kind": "group"}, "table x.t": {"owner": "x"}}))
    assert outcome(EXPECTED, live, ("table x.*",), None).compared == {"role": 1, "table": 1}


def test_a_long_message_has_an_end():
    found = outcome(EXPECTED, changed(catalogs=Catalogs({f"role r{number}": {"kind": "login"} for number in range(200)})), (), None)
    assert len(Drifted(found).message.splitlines()) == 101 and Drifted(found).message.endswith("And 102 more differences.")
    assert len(found.as_result()["differences"]) == 202


@pytest.mark.parametrize(("files", "problem"), [
    ({}, "no expected catalog"),
    ({"a.sql": b"x"}, "no expected catalog"),
    ({"17.txt": FILE, "b.txt": FILE}, "same version"),
    ({"17.txt": b"\xff"}, "not UTF-8"),
])
def test_files_that_say_nothing_are_refused(files, problem):
    with pytest.raises(LaunchError, match=problem):
        load(files, {})


@pytest.mark.parametrize(("option", "problem"), [
    ({"pattern": "table x", "reason": " "}, "it is empty"),
    ({"pattern": "*", "reason": "x"}, "no kind"),
    ({"pattern": "", "reason": "x"}, "no kind"),
])
def test_patterns_need_a_reason_and_a_kind(option, problem):
    with pytest.raises(LaunchError, match=problem):
        not_ours([option])


def test_checksums_are_flyways_by_the_folders_name():
    assert checksums({"/x/sql/platform/": {"V1__a.sql": b"select 1", "R__b.sql": b"", "U1__c.sql": b"", "README.md": b""}}) == {
        "platform/V1__a.sql": 245801405, "platform/R__b.sql": 0,
    }
