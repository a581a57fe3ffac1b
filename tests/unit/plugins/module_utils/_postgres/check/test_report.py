# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.check.report import report

ERROR = {"rule": "R01", "severity": "error", "object": "app.t", "detail": "off", "remedy": "on"}
WARNING = ERROR | {"rule": "R22", "severity": "warning"}
EXCEPTED = ERROR | {"owner": "me", "reason": "why", "expires": "2027-01-31"}
RESULT = {
    "checked": ["R01_rls_disabled.sql", "R22_foreign_key_unindexed.sql"], "examined": {"R01_rls_disabled.sql": 3, "R22_foreign_key_unindexed.sql": 2},
    "not_applicable": [], "findings": [], "excepted": [], "unused_exceptions": [],
    "application_roles": ["app", "rw"], "unknown_names": {}, "not_run": {}, "not_looked_at": {},
}


def of(**changes):
    return report(RESULT | changes, "db/shop", "2026-11-26T00:00:00Z")


@pytest.mark.parametrize(("changes", "verdict", "sentence", "states"), [
    ({}, "clean", "2 rules of isolation were looked at; none is broken", ["clean", "clean"]),
    ({"findings": [ERROR], "errors": [{}], "failed": False}, "findings", "2 rules of isolation were looked at; 1 broken: R01", ["broken", "clean"]),
    ({"findings": [WARNING]}, "clean", "2 rules of isolation were looked at; 1 with a warning: R22", ["clean", "warned"]),
    (
        {"findings": [WARNING, WARNING | {"severity": "error"}], "errors": [{}]}, "findings",
        "2 rules of isolation were looked at; 1 broken: R22", ["clean", "broken"],
    ),
    (
        {"examined": dict.fromkeys(RESULT["examined"], 0), "not_applicable": ["R01"]}, "unknown",
        "2 rules of isolation were looked at; 1 unknown, because nothing applies to them: R01; 1 with nothing here that they apply to: R22",
        ["unknown", "not applicable"],
    ),
    (
        {"examined": RESULT["examined"] | {"R01_rls_disabled.sql": 0}, "not_applicable": ["R01"], "findings": [WARNING], "errors": [{}]}, "findings",
        "2 rules of isolation were looked at; 1 with a warning: R22; 1 unknown, because nothing applies to them: R01", ["unknown", "warned"],
    ),
    (
        {"excepted": [EXCEPTED]}, "clean",
        "2 rules of isolation were looked at; none is broken beyond the exceptions; excepted: R01 app.t until 2027-01-31 by me", ["clean", "clean"],
    ),
    (
        {"examined": RESULT["examined"] | {"R22_foreign_key_unindexed.sql": 0}}, "clean",
        "2 rules of isolation were looked at; none is broken; 1 with nothing here that they apply to: R22", ["clean", "not applicable"],
    ),
    (
        {"unknown_names": {"gateway": "gatewy"}}, "unknown",
        "2 rules of isolation were looked at; unknown, because nothing has their names: gateway gatewy", ["clean", "clean"],
    ),
    (
        {"not_run": {"R22": "SQLSTATE 42P22"}, "errors": [{"option": None}]}, "unknown",
        "2 rules of isolation were looked at; 1 unknown, because they could not be run: R22", ["clean", "not run"],
    ),
    (
        {"not_run": {"R22": "SQLSTATE 42P22"}, "findings": [ERROR], "errors": [{"option": "R01"}, {"option": None}]}, "findings",
        "2 rules of isolation were looked at; 1 broken: R01; 1 unknown, because they could not be run: R22", ["broken", "not run"],
    ),
    (
        {"examined": RESULT["examined"] | {"R22_foreign_key_unindexed.sql": 0}, "not_looked_at": {"R22": "no extension"}}, "clean",
        "1 rules of isolation were looked at; none is broken; 1 not looked at: R22", ["clean", "not looked at"],
    ),
    (
        {"findings": [WARNING], "not_looked_at": {"R22": "own statements only"}}, "clean",
        "2 rules of isolation were looked at; 1 with a warning: R22", ["clean", "warned"],
    ),
    # With fail_on never the module does not fail, and what it found is there all the same.
    ({"findings": [ERROR]}, "findings", "2 rules of isolation were looked at; 1 broken: R01", ["broken", "clean"]),
])
def test_what_is_broken_weighs_more_than_what_is_unknown(changes, verdict, sentence, states):
    found = of(**changes)
    assert (found["verdict"], found["sentence"], [rule["state"] for rule in found["rules"]]) == (verdict, sentence, states)
    assert sum(found["counts"].values()) == 2


def test_each_rule_has_its_title_and_what_it_found():
    first, second = of(findings=[WARNING], excepted=[EXCEPTED])["rules"]
    assert first == {"rule": "R01", "title": "rls disabled", "examined": 3, "state": "clean", "failed": False, "findings": [], "why_not_run": "",
                     "why_not_looked_at": "", "excepted": [EXCEPTED]}
    assert (second["title"], second["findings"]) == ("foreign key unindexed", [WARNING])


@pytest.mark.parametrize(("errors", "failed"), [
    pytest.param({}, [False, False], id="a warning is no failure"),
    pytest.param({"errors": [{"option": "R22", "value": "app.t"}]}, [False, True], id="a warning that the module failed for"),
])
def test_a_rule_failed_where_the_module_failed_for_it(errors, failed):
    assert [rule["failed"] for rule in of(findings=[WARNING], **errors)["rules"]] == failed


def test_which_database_and_when_and_what_was_excepted_for_nothing():
    found = of(unused_exceptions=[{"rule": "R16"}])
    assert (found["database"], found["written"], found["unused_exceptions"]) == ("db/shop", "2026-11-26T00:00:00Z", [{"rule": "R16"}])
