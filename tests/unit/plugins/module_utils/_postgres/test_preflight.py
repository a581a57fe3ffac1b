# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.preflight import check_ca, check_migrations, check_tenants
from ansible_collections.launch.database.plugins.modules.postgres_tenant import TENANT

A = {"id": "01JAMZ0000TENANT0000000001", "name": "a", "domain": "a.test"}
B = {"id": "01JAMZ0000TENANT0000000002", "name": "b", "domain": "b.test"}


def said(errors):
    return [(error.option, error.value) for error in errors]


@pytest.mark.parametrize(("files", "expected"), [
    ({"V1__a.sql": b"select 1", "R__b.sql": b"select '${flyway:filename}'", "README.md": b""}, []),
    ({"V1__a.sql": b"", "v2__b.sql": b"", "V3_b.sql": b""}, ["V3_b.sql", "v2__b.sql"]),
    ({"V1__a.sql": b"", "V1_0__b.sql": b""}, ["V1_0__b.sql"]),
    ({"V1__a.sql": b"\xff"}, ["V1__a.sql"]),
    ({}, [None]),
])
def test_every_file_that_is_no_migration_is_named_under_the_variable_of_the_inventory(files, expected):
    errors = check_migrations(files)
    assert said(errors) == [("database_schema_migrations", name) for name in expected]
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
    errors = check_tenants(tenants, [], TENANT)
    assert said(errors) == expected
    assert all(error.remedy for error in errors)


def test_nobody_has_what_a_canary_has():
    assert said(check_tenants([A], [{**B, "id": A["id"]}], TENANT)) == [("database_schema_tenants", None)]
    assert check_tenants([A], [B], TENANT) == []


@pytest.mark.parametrize(("content", "problem"), [
    (None, "is no file on the controller."), (b"", "holds no certificate in PEM."), (b"x\n-----BEGIN CERTIFICATE-----\n", None),
])
def test_authorities_are_a_file_with_certificates(content, problem):
    assert [error.problem for error in check_ca(content, "ca.pem")] == ([problem] if problem else [])
