# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import proof
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, World, judge

A = {"id": "00000000CANARYA00000000000", "name": "A"}
B = {"id": "00000000CANARYB00000000000", "name": "B"}
COUNTRIES = {"name": "app.countries", "reason": "the same for every tenant"}
EXCEPTION = {"rule": "R16", "object": "app.v", "owner": "reporting", "reason": "no tenant's rows", "expires": "2027-01-31"}
GOOD = {"system_canaries": [A, B], "system_actor": "00000000P1AYB00K0000000000"}


def options(**values):
    return [error.option for error in judge(proof.CHECKS, Settings(GOOD | values))]


@pytest.mark.parametrize(("values", "expected"), [
    ({}, []),
    ({"isolation_proof_canaries": [{"table": "app.projects"}]}, []),
    ({"isolation_proof_exempt_tables": [{"name": "app.log", "reason": "has no rows of tenants"}]}, []),
    ({"system_canaries": [A]}, ["system_canaries"]),
    ({"system_canaries": [A, B, A]}, ["system_canaries"]),
    ({"system_canaries": [A, {"id": "b", "name": "B"}]}, ["system_canaries[1].id"]),
    ({"system_actor": "me"}, ["system_actor"]),
    ({"isolation_proof_canaries": [{"table": "projects"}]}, ["isolation_proof_canaries[0].table"]),
    ({"isolation_proof_canaries": [{"values": {}}]}, ["isolation_proof_canaries[0].table"]),
    ({"isolation_proof_exempt_tables": [{"name": "app.log"}]}, ["isolation_proof_exempt_tables[0].reason"]),
    ({"isolation_proof_exempt_tables": [{"name": "app.log", "reason": " "}]}, ["isolation_proof_exempt_tables[0].reason"]),
    ({"isolation_proof_exempt_tables": [{"name": "app.log", "reason": "x"}] * 2}, ["isolation_proof_exempt_tables"]),
    (
        {"isolation_proof_exempt_tables": [{"name": "app.log", "reason": "x"}], "isolation_proof_canaries": [{"table": "app.log"}]},
        ["isolation_proof_exempt_tables"],
    ),
    ({"isolation_proof_shared_tables": [COUNTRIES], "isolation_proof_exceptions": [EXCEPTION]}, []),
    ({"isolation_proof_shared_tables": [COUNTRIES | {"reason": ""}]}, ["isolation_proof_shared_tables[0].reason"]),
    ({"isolation_proof_shared_tables": [COUNTRIES | {"name": "countries"}]}, ["isolation_proof_shared_tables[0].name"]),
    ({"isolation_proof_shared_tables": [COUNTRIES], "isolation_proof_exempt_tables": [COUNTRIES]}, ["isolation_proof_shared_tables"]),
    ({"isolation_proof_exceptions": [EXCEPTION | {"expires": "2027-02-30"}]}, ["isolation_proof_exceptions[0].expires"]),
    ({"isolation_proof_exceptions": [EXCEPTION | {"owner": " "}]}, ["isolation_proof_exceptions[0].owner"]),
    ({"isolation_proof_exceptions": [{"rule": "R16"}]}, [f"isolation_proof_exceptions[0].{field}" for field in ("object", "owner", "reason", "expires")]),
])
def test_what_the_proof_is_told(values, expected):
    assert options(**values) == expected


def test_without_tenants_there_is_nothing_to_prove():
    assert options(system_tenants=False, system_canaries=[A], system_actor="me") == []


def test_tables_are_named_and_both_lists_are_looked_at():
    rows = {"isolation_proof_canaries": [{"table": "x"}], "isolation_proof_exempt_tables": [{"name": "y", "reason": "x"}]}
    assert options(**rows) == ["isolation_proof_canaries[0].table", "isolation_proof_exempt_tables[0].name"]
    errors = judge(proof.ROLE, Settings({
        "isolation_proof_canaries": [{"table": f"app.{name}"} for name in "fbdaec"],
        "isolation_proof_exempt_tables": [{"name": f"app.{name}", "reason": "x"} for name in "fbdaecc"],
    }))
    assert [error.value for error in errors] == ["app.c", *(f"app.{name}" for name in "abcdef")]


def test_a_table_that_was_refused_hides_none_of_the_others():
    option = "isolation_proof_exempt_tables"
    settings = Settings(GOOD, refused=frozenset([option]), sound={option: {1: {"name": "log", "reason": "x"}, 2: {"name": "app.log"}}})
    assert [error.option for error in judge(proof.CHECKS, settings)] == [f"{option}[1].name", f"{option}[2].reason"]


@pytest.mark.parametrize(("values", "expected"), [
    ({"isolation_proof_not_ours": [{"pattern": "table reports.*", "reason": "the analysts'"}]}, []),
    ({"isolation_proof_not_ours": [{"pattern": "table reports.*"}]}, ["isolation_proof_not_ours[0].reason"]),
    ({"isolation_proof_not_ours": [{"pattern": "*", "reason": "x"}]}, ["isolation_proof_not_ours[0].pattern"]),
])
def test_patterns_of_what_is_somebody_elses(values, expected):
    assert options(**values) == expected


FILE = "# format: 1\n# server: 17\n# encoding: UTF8\n\nrole ${master} | kind | login\nrole ${owner} | kind | group\nrole ${guest} | kind | group\n"


@pytest.mark.parametrize(("catalogs", "placeholders", "expected"), [
    ({"17.txt": FILE.encode()}, {"guest": "g"}, []),
    ({"17.txt": FILE.encode()}, {}, ["isolation_proof_placeholders"]),
    ({"17.txt": b"x"}, {}, ["isolation_proof_expected_catalog"]),
    ({}, {}, ["isolation_proof_expected_catalog"]),
    (LaunchError("it is not a folder.", option="isolation_proof_expected_catalog"), {}, ["isolation_proof_expected_catalog"]),
])
def test_an_expected_catalog_that_says_nothing_is_refused_before_anything_is_changed(catalogs, placeholders, expected):
    values = GOOD | {
        "isolation_proof_expected_catalog": "x", "isolation_proof_placeholders": placeholders, "system_master": {"name": "m"}, "system_tenants": True,
    }
    settings = Settings(values, world=World(catalogs=catalogs))
    assert [error.option for error in judge(proof.CHECKS, settings)] == expected
