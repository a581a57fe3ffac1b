# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.preflight import check_ca, check_migrations, check_tenants
from ansible_collections.launch.database.plugins.modules.postgres_tenant import TENANT

A = {"id": "01JAMZ0000TENANT0000000001", "name": "a", "domain": "a.test"}
B = {"id": "01JAMZ0000TENANT0000000002", "name": "b", "domain": "b.test"}


def said(errors):
    return [(error.option, error.value) for error in errors]


@pytest.mark.parametrize(("files", "expected"), [
    ({"V1__a.sql": b"select 1", "R__b.sql": b"select '${flyway:filename}'", "README.md": b""}, []),
    ({"V1__a.sql": b"", "v2__b.sql": b"", "V3_b.sql": b""}, ["V3_b.sql", "v2__b.sql"]),
    ({"V1__a.sql": b"", "V1_0__b.sql": b""}, ["sql/V1_0__b.sql"]),
    ({"V1__a.sql": b"\xff"}, ["V1__a.sql"]),
    ({}, ["sql"]),
])
def test_every_file_that_is_no_migration_is_named_under_the_variable_of_the_inventory(files, expected):
    errors = check_migrations({"sql": files})
    assert said(errors) == [("database_schema_locations", name) for name in expected]
    assert all(error.remedy for error in errors)


def test_what_two_locations_have_in_common_is_named_with_both():
    (error,) = check_migrations({"sql/platform": {"V1__a.sql": b""}, "sql/launch": {"V1_0__b.sql": b""}})
    assert error.message.startswith("database_schema_locations: 'sql/launch/V1_0__b.sql': has the same version 1.0 as sql/platform/V1__a.sql.")


@pytest.mark.parametrize(("names", "placeholders", "expected"), [
    ({}, {"x": 1}, []),
    ({"owner": "o"}, {"X": ""}, []),
    (None, {"x": 1, "owner": "o"}, []),
    (None, {"x": 1}, ["database_schema_placeholders"]),
    ({}, None, ["database_schema_placeholders"]),
    ({}, "x", ["database_schema_placeholders"]),
    ("x", {"x": 1}, ["database_schema_names"]),
    ({"onwer": "o", "owner": "select"}, {"x": 1}, ["database_schema_names.onwer", "database_schema_names.owner"]),
    ({"onwer": "o"}, {}, ["database_schema_names.onwer", "database_schema_placeholders"]),
    ({}, {"x": 1, "owner": "o"}, ["database_schema_placeholders.owner"]),
])
def test_every_placeholder_has_one_value(names, placeholders, expected):
    errors = check_migrations({"sql": {"V1__a.sql": b"select '${owner} ${x}'"}}, names, placeholders)
    assert [error.option for error in errors] == expected
    assert all(error.remedy for error in errors)


@pytest.mark.parametrize(("tenants", "expected"), [
    ([], []),
    ([A, B], []),
    ([{"id": A["id"], "name": "a", "status": "suspended"}], []),
    (None, [("database_schema_tenants", None)]),
    ("a", [("database_schema_tenants", "a")]),
    ({"id": "a"}, [("database_schema_tenants", {"id": "a"})]),
    (["a", {"name": "b"}], [("database_schema_tenants[0]", "a"), ("database_schema_tenants[1]", {"name": "b"})]),
    ([{**A, "domian": "x"}], [("database_schema_tenants[0]", {**A, "domian": "x"})]),
    ([{**A, "status": "gone"}], [("database_schema_tenants[0]", {**A, "status": "gone"})]),
    ([A, {**B, "id": 7}], [("database_schema_tenants[1].id", "7")]),
    ([A, {**B, "id": A["id"]}], [("database_schema_tenants", None)]),
])
def test_every_tenant_that_can_not_be_one_is_named(tenants, expected):
    errors = check_tenants(tenants, [], TENANT, Names())
    assert said(errors) == expected
    assert all(error.remedy for error in errors)


def test_nobody_has_what_a_canary_has():
    assert said(check_tenants([A], [{**B, "id": A["id"]}], TENANT, Names())) == [("database_schema_tenants", None)]
    assert check_tenants([A], [B], TENANT, Names()) == []


@pytest.mark.parametrize(("content", "problem"), [
    (None, "is no file on the controller."), (b"", "holds no certificate in PEM."), (b"x\n-----BEGIN CERTIFICATE-----\n", None),
])
def test_authorities_are_a_file_with_certificates(content, problem):
    assert [error.problem for error in check_ca(content, "ca.pem")] == ([problem] if problem else [])
