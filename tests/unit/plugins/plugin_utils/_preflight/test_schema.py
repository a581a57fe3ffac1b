# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors
from ansible_collections.launch.database.plugins.plugin_utils._preflight import schema
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, World, judge

A = {"id": "01JAMZ0000TENANT0000000001", "name": "a", "domain": "a.test"}
B = {"id": "01JAMZ0000TENANT0000000002", "name": "b", "domain": "b.test"}
CANARIES = {"system_canaries": [{"id": "00000000CANARYA00000000000", "name": "c"}]}


def judged(locations=None, **values):
    return judge(schema.CHECKS, Settings(CANARIES | values, world=World(locations=locations or {})))


def said(locations=None, **values):
    return [(error.option, error.value) for error in judged(locations, **values)]


@pytest.mark.parametrize(("files", "expected"), [
    ({"V1__a.sql": b"select 1", "R__b.sql": b"select '${flyway:filename}'", "README.md": b""}, []),
    ({"V1__a.sql": b"", "v2__b.sql": b"", "V3_b.sql": b""}, ["V3_b.sql", "v2__b.sql"]),
    ({"V1__a.sql": b"", "V1_0__b.sql": b""}, ["sql/V1_0__b.sql"]),
    ({"V1__a.sql": b"\xff"}, ["V1__a.sql"]),
    ({}, ["sql"]),
])
def test_every_file_that_is_no_migration_is_named_under_the_variable_of_the_inventory(files, expected):
    errors = judged({"sql": files})
    assert [(error.option, error.value) for error in errors] == [("database_schema_locations", name) for name in expected]
    assert all(error.remedy for error in errors)


def test_a_version_in_two_locations():
    (error,) = judged({"platform": {"V1__a.sql": b""}, "shop": {"V1_0__b.sql": b"", "V2__c.sql": b""}})
    assert error.message.startswith("database_schema_locations: 'shop/V1_0__b.sql': it has the same version 1.0 as platform/V1__a.sql.")


def test_locations_that_can_not_be_read():
    refused = LaunchErrors([LaunchError("is no folder.", option="database_schema_locations", value=name) for name in ("a", "b")])
    assert said(refused) == [("database_schema_locations", "a"), ("database_schema_locations", "b")]


@pytest.mark.parametrize(("value", "words"), [
    (None, None), ("", None), ("4.1", None), (4, None), ("0", None), (1.10, "it is a number, of which 1.10 and 1.1 are the same"),
    ("latest", "it is no version"),
])
@pytest.mark.parametrize("option", ["database_schema_target", "database_schema_baseline_version"])
def test_a_version_is_no_number_with_a_point(option, value, words):
    errors = judged(**{option: value})
    assert [(error.option, words in error.problem) for error in errors] == ([(option, True)] if words else [])


@pytest.mark.parametrize("name", ["V1__a.sql", "R__a.sql"])
def test_a_placeholder_without_a_value(name):
    files = {"V0__z.sql": b"", name: b"create schema ${app_schema};\ncreate table ${color} ();"}
    (error,) = judged({"sql": files})
    assert error.option == "database_schema_placeholders" and f"{name} line 2 has the placeholder ${{color}}, which has no value" in error.problem
    assert said({"sql": files}, database_schema_placeholders={"Color": "blue"}) == []


def test_an_allowance_of_the_lint_that_makes_no_sense():
    allowed = [{"rule": "typo", "script": "V1__a.sql", "owner": "x", "reason": "y", "expires": "2027-01-31"}]
    assert said({"sql": {"V1__a.sql": b""}}, database_schema_lint_allowed=allowed) == [("database_schema_lint_allowed[0].rule", "typo")]


def test_an_instance_that_can_not_be_one():
    assert said({"sql": {"V1__a.sql": b""}}, database_schema_instance_identifier="Shop DB") == [("database_schema_instance_identifier", "Shop DB")]


@pytest.mark.parametrize(("given", "refused"), [
    ({"provenance_table": "flyway_schema_history"}, ("database_schema_provenance_table", "flyway_schema_history")),
    ({"provenance_table": "kept", "provenance": {"job": "x" * 201}}, ("database_schema_provenance.job", None)),
    ({"provenance": {"job": "1"}}, ("database_schema_provenance", None)),
])
def test_a_provenance_that_makes_no_sense(given, refused):
    variables = {f"database_schema_{name}": value for name, value in given.items()}
    assert said({"sql": {"V1__a.sql": b""}}, **variables) == [refused]


def test_a_placeholder_with_a_name_of_the_platform():
    (error,) = judged({"sql": {"V1__a.sql": b""}}, database_schema_placeholders={"owner": "x"})
    assert error.option == "database_schema_placeholders.owner"


def test_without_the_platform_nothing_has_its_names():
    files = {"V1__a.sql": b"create schema ${app_schema}"}
    assert [option for option, _value in said({"sql": files}, system_tenants=False)] == ["database_schema_placeholders"]
    assert said({"sql": files}, system_tenants=False, database_schema_placeholders={"app_schema": "x"}) == []


def test_folders_of_a_platform_that_there_is_not_are_refused_once():
    files = {"V1_0_0__schemas.sql": b"create schema ${app_schema}", "V1_0_1__a.sql": b"${owner}"}
    values = {"system_tenants": False, "system_audit_partitions": False}
    settings = Settings(values, world=World(locations={"sql/platform": files, "sql/own": {"V2__b.sql": b"${color}"}}))
    assert [error.option for error in judge((*schema.CHECKS, *schema.FOLDERS), settings)] == [schema.PLACEHOLDERS, schema.LOCATIONS]


def test_so_is_the_folder_of_a_log_that_rests_on_it():
    log = {"V1_1_1__audit_log.sql": b"${audit_schema} ${owner}"}
    settings = Settings({"system_tenants": False}, world=World(locations={"sql/platform_audit": log}))
    assert [error.option for error in judge((*schema.CHECKS, *schema.FOLDERS), settings)] == [schema.LOCATIONS]


@pytest.mark.parametrize(("tenants", "expected"), [
    ([], []),
    ([A, B], []),
    ([{"id": A["id"], "name": "a", "status": "suspended"}], []),
    (["a", {"name": "b"}], [("database_schema_tenants[0]", "a"), ("database_schema_tenants[1].id", None)]),
    ([{**A, "domian": "x"}], [("database_schema_tenants[0].domian", None)]),
    ([{**A, "status": "gone"}], [("database_schema_tenants[0].status", "gone")]),
    ([{**A, "domain": "a'); drop table tenants", "name": "n" * 300}, {**B, "settings": {"x": "\0"}}], [
        ("database_schema_tenants[0].name", "n" * 60 + "..."), ("database_schema_tenants[0].domain", "a'); drop table tenants"),
        ("database_schema_tenants[1].settings", None),
    ]),
    ([{"id": A["id"], "state": "absent"}, {"id": B["id"]}], [("database_schema_tenants[0].export", None), ("database_schema_tenants[1].name", None)]),
    ([{"id": A["id"], "state": "absent", "export": "/a"}, {**B, "settings": {"x": 1}, "domain": ""}], []),
    ([A, {**B, "id": 7}], [("database_schema_tenants[1].id", "7")]),
    ([A, {**B, "id": A["id"]}], [("database_schema_tenants", None)]),
    ([A, {**B, "domain": A["domain"]}], [("database_schema_tenants", None)]),
    ([A, {**B, "id": CANARIES["system_canaries"][0]["id"]}], [("database_schema_tenants", None)]),
])
def test_every_tenant_that_can_not_be_one_is_named(tenants, expected):
    assert said(database_schema_tenants=tenants) == expected


def test_ids_are_those_of_the_system():
    uuid = {"id": "019a0000-0000-7000-8000-000000000001", "name": "a"}
    pattern = {"id_pattern": "^[0-9a-f-]{36}$", "id_type": "uuid"}
    assert said(database_schema_tenants=[uuid], system_names=pattern, system_canaries=[]) == []
    assert said(database_schema_tenants=[uuid]) == [("database_schema_tenants[0].id", uuid["id"])]


def test_without_tenants_none_is_judged():
    assert said(database_schema_tenants=[{"id": 3}], system_tenants=False) == []


@pytest.mark.parametrize(("groups", "option"), [
    ([{"name": "a"}, {"name": "b"}], None), ([{"comment": "a"}], "database_schema_group_roles[0].name"),
    ([{"name": "a"}, {"name": "a"}], "database_schema_group_roles"),
    ([{"name": "a", "settings": {"statement timeout": "1s"}}], "database_schema_group_roles[0].settings"),
    ([{"name": "a"}, {"name": "pg_b"}], "database_schema_group_roles[1].name"),
    ([{"name": "a", "comment": "x", "conection_limit": 3}], "database_schema_group_roles[0].conection_limit"),
    ([{"name": "a", "login": True, "secret": "/a", "database_privileges": ["CONNECT"]}], None),
])
def test_groups_have_names(groups, option):
    assert [said_option for said_option, _value in said(database_schema_group_roles=groups)] == ([option] if option else [])


@pytest.mark.parametrize(("content", "problem"), [
    (None, "it is not a file on the controller."), (b"", "it holds no certificate in PEM."), (b"x\n-----BEGIN CERTIFICATE-----\n", None),
])
def test_authorities_are_a_file_with_certificates(content, problem):
    values = {"system_ca_file": "ca.pem", "aws_endpoint_scope": "aws", "aws_endpoint_region": "eu-west-1"}
    errors = judge(schema.AUTHORITIES, Settings(values, world=World(authorities=content)))
    assert [error.problem for error in errors] == ([problem] if problem else [])


@pytest.mark.parametrize(("values", "words"), [
    ({"aws_endpoint_scope": "aws"}, "https://truststore.pki.rds.amazonaws.com/eu-west-1/eu-west-1-bundle.pem"),
    ({"aws_endpoint_scope": "loopback"}, "make up"),
    ({"aws_endpoint_scope": "aws", "system_database": "address"}, "where the server is kept"),
])
def test_where_authorities_are_found_depends_on_the_server(values, words):
    (error,) = judge(schema.AUTHORITIES, Settings({"system_ca_file": "ca.pem", "aws_endpoint_region": "eu-west-1", **values}))
    assert words in error.remedy


PLATFORM, AUDIT = {"V1_0_0__schemas.sql": b""}, {"V1_1_1__audit_log.sql": b""}


@pytest.mark.parametrize(("locations", "values", "words"), [
    pytest.param({"p": PLATFORM, "a": AUDIT}, {}, [], id="both"),
    pytest.param(
        {"own": {"V2__a.sql": b""}}, {}, [f"none of them is the collection's sql/{name}," for name in ("platform", "platform_audit")], id="none",
    ),
    pytest.param({"p": PLATFORM}, {"system_audit_partitions": False}, [], id="no log"),
    pytest.param({"p": PLATFORM, "a": AUDIT}, {"system_audit_partitions": False}, ["one of them is the collection's sql/platform_audit,"], id="a log too many"),
    pytest.param(
        {"a": AUDIT}, {"system_tenants": False}, ["one of them is the collection's sql/platform_audit, which rests on sql/platform,"], id="a log alone",
    ),
    pytest.param({"a": AUDIT}, {"system_tenants": False, "database_schema_placeholders": {"Audit_schema": "log"}}, [], id="a log of one's own names"),
    pytest.param({"own": {}}, {"system_tenants": False, "system_audit_partitions": False}, [], id="no tenants"),
    pytest.param(
        {"p": PLATFORM}, {"system_tenants": False, "system_audit_partitions": False}, ["one of them is the collection's sql/platform,"],
        id="a platform too many",
    ),
])
def test_folders_of_the_platform_follow_the_switches(locations, values, words):
    errors = judge(schema.FOLDERS, Settings(values, world=World(locations=locations)))
    assert [error.problem[:len(start)] for error, start in zip(errors, words)] == words
    assert len(errors) == len(words)


@pytest.mark.parametrize("locations", [LaunchError("is no folder.", option="database_schema_locations"), {}])
def test_folders_that_were_not_read_are_not_said_to_lack_a_script(locations):
    assert judge(schema.FOLDERS, Settings({}, world=World(locations=locations))) == []


def test_a_folder_that_is_missing_or_too_many_is_said_of_all_locations_with_the_switch():
    def said_of(locations, **values):
        return [(error.option, error.value, error.remedy) for error in judge(schema.FOLDERS, Settings(values, world=World(locations=locations)))]

    assert said_of({"own": {}, "a": AUDIT}) == [
        ("database_schema_locations", ["own", "a"], "Add it, before the system's own, or set system_tenants to false."),
    ]
    assert said_of({"own": {}, "p/q": {f"sub/{name}": b"" for name in (*PLATFORM, *AUDIT)}}, system_audit_partitions=False) == [
        ("database_schema_locations", ["own", "p/q"], "Take it out, or set system_audit_partitions to true."),
    ]


@pytest.mark.parametrize("content", [None, b""])
def test_authorities_are_refused_under_the_file_that_is_named(content):
    values = {"system_ca_file": "ca.pem", "aws_endpoint_scope": "loopback"}
    (error,) = judge(schema.AUTHORITIES, Settings(values, world=World(authorities=content)))
    assert (error.option, error.value) == ("system_ca_file", "ca.pem")


def test_without_a_file_that_was_named_there_are_no_authorities_to_refuse():
    assert judge(schema.AUTHORITIES, Settings({"aws_endpoint_scope": "loopback"})) == []


def test_groups_that_are_there_twice_are_named_and_so_is_each_without_a_name():
    groups = [{"name": "b"}, {"name": ""}, {"name": "a"}, {"name": "b"}, {"name": "a"}, {"comment": "x"}]
    assert said(database_schema_group_roles=groups) == [
        ("database_schema_group_roles[5].name", None), ("database_schema_group_roles[1].name", ""),
        ("database_schema_group_roles", "a"), ("database_schema_group_roles", "b"),
    ]


@pytest.mark.parametrize("canaries", ["database_schema_canaries", "system_canaries"])
def test_a_tenant_with_the_id_of_a_canary_is_refused_for_a_role_alone_too(canaries):
    settings = Settings({canaries: [{"id": A["id"], "name": "c"}], "database_schema_tenants": [A]})
    assert [error.option for error in judge(schema.CHECKS, settings)] == ["database_schema_tenants"]
    assert judge(schema.CHECKS, Settings({"database_schema_tenants": [A]})) == []


def test_without_tenants_none_is_looked_at():
    assert said(database_schema_tenants=["a"], system_tenants=False) == []
