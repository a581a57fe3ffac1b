# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION, ROLES, SCHEMAS, Names
from ansible_collections.launch.database.plugins.module_utils._postgres.role.platform import login_roles, platform_roles

ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
UUID = "0190a000-0000-7000-8000-000000000001"
UUIDS = {"id_type": "uuid", "id_pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "id_generator": "gen_random_uuid()"}


@pytest.mark.parametrize("given", [None, {}, {"owner": None}])
def test_what_is_not_named_has_its_default(given):
    assert Names.from_options(given) == Names()


def test_a_name_is_taken_and_the_others_stay():
    names = Names.from_options({"app_schema": "notes", "read_write": "notes_rw"})
    assert (names.app_schema, names.read_write, names.read_only) == ("notes", "notes_rw", "app_ro")


def test_ids_are_the_platforms_own_in_its_schema_unless_another_generator_is_named():
    assert Names.from_options({"app_schema": "notes"}).as_placeholders()["id_generator"] == "notes.new_ulid()"
    assert Names.from_options(UUIDS).as_placeholders()["id_generator"] == "gen_random_uuid()"


def test_placeholders_are_the_keys_of_the_option_and_what_follows_from_them():
    assert set(Names().as_placeholders()) == {*OPTION.options["names"]["options"], "id_base_type"}


@pytest.mark.parametrize(("given", "base"), [
    ('text COLLATE "C"', "text"), ("varchar(26) collate pg_catalog.\"C\"", "varchar(26)"), ("uuid", "uuid"), ("numeric(20, 0)", "numeric(20, 0)"),
])
def test_a_function_returns_ids_without_their_collation(given, base):
    assert Names.from_options({"id_type": given}).as_placeholders()["id_base_type"] == base


@pytest.mark.parametrize(("given", "option", "words"), [
    ("launch", "names", "it is not a dictionary"),
    ({"onwer": "x"}, "names.onwer", "it is not a name that a system has. There are app_schema,"),
    ({"owner": 7}, "names.owner", "it is not a text"),
    ({"owner": ""}, "names.owner", "it is not a name"),
    ({"owner": "Launch"}, "names.owner", "it is not a name"),
    ({"owner": "a; drop table x"}, "names.owner", "it is not a name"),
    ({"owner": "pg_owner"}, "names.owner", "it belongs to PostgreSQL or RDS"),
    ({"platform": "rds_superuser"}, "names.platform", "it belongs to PostgreSQL or RDS"),
    ({"app_schema": "user"}, "names.app_schema", "it is a word of SQL"),
    ({"app_schema": "public"}, "names.app_schema", "it is a word of SQL"),
    ({"tenant_column": "order"}, "names.tenant_column", "it is a word of SQL"),
    ({"context_setting": "context"}, "names.context_setting", "Write it with a prefix"),
    ({"context_setting": "app.x'y"}, "names.context_setting", "it is not a setting"),
    ({"id_pattern": "[0-9]+"}, "names.id_pattern", "it is not a pattern of a whole id"),
    ({"id_pattern": "^[0-9]'$"}, "names.id_pattern", "it is not a pattern of a whole id"),
    ({"id_pattern": "^[0-9]$$"}, "names.id_pattern", "it is not a pattern of a whole id"),
    ({"id_pattern": "^[0-9$"}, "names.id_pattern", "it is not a regular expression"),
    ({"id_type": ""}, "names.id_type", "it is not a type"),
    ({"id_type": "uuid; drop"}, "names.id_type", "it is not a type"),
    ({"id_type": "uuid not null"}, "names.id_type", "it is not a type"),
    ({"id_type": "uuid) stored"}, "names.id_type", "it is not a type"),
    ({"id_generator": "f("}, "names.id_generator", "it is not an expression"),
    ({"id_generator": "f()), (g()"}, "names.id_generator", "it is not an expression"),
    ({"id_generator": "'x"}, "names.id_generator", "it is not an expression"),
    ({"id_generator": "now() -- x"}, "names.id_generator", "it is not an expression"),
    ({"owner": "app_rw"}, "names.read_write", "is names.owner as well"),
    ({"ops_schema": "audit"}, "names.ops_schema", "is names.audit_schema as well"),
])
def test_what_can_be_no_name_is_refused(given, option, words):
    with pytest.raises(LaunchError) as refusal:
        Names.from_options(given)
    assert (refusal.value.option, words in refusal.value.message, bool(refusal.value.remedy)) == (option, True, True), refusal.value.message


@pytest.mark.parametrize("names", [
    *({"id_type": name} for name in ("uuid", "app.ulid", "character varying(26)", 'text COLLATE "C"', "numeric(20, 0)", 'text collate pg_catalog."C"')),
    *({"id_generator": text} for text in ("uuidv7()", "encode(gen_random_bytes(16), 'hex')", "nextval('app.ids')::text", "'(' || f('')")),
])
def test_types_and_expressions_of_ids(names):
    assert Names.from_options(names)


def test_everything_that_is_wrong_is_said_at_once_under_the_name_of_the_variable():
    with pytest.raises(LaunchError) as refusal:
        Names.from_options({"onwer": "x", "owner": "select", "id_type": ""}, "system_names")
    for option in ("system_names.onwer", "system_names.owner", "system_names.id_type"):
        assert f"{option}: " in refusal.value.message


@pytest.mark.parametrize(("names", "good", "bad"), [
    ({}, ULID, ("", UUID, ULID.lower(), ULID + "\n", "8" + ULID[1:], None, 7)),
    (UUIDS, UUID, ("", ULID, UUID.upper(), UUID + "\n", UUID[:-1])),
    ({"id_pattern": "^[1-9][0-9]*$"}, "42", ("0", "4 2", "42\n")),
])
def test_an_id_is_what_the_pattern_says(names, good, bad):
    known = Names.from_options(names)
    assert known.check_id(good, "actor") == good
    for value in bad:
        with pytest.raises(LaunchError, match="it is not an id") as refusal:
            known.check_id(value, "actor")
        assert refusal.value.option == "actor"


def test_the_groups_of_the_platform_have_the_systems_names_and_a_comment_each():
    roles = platform_roles({"owner": "launch_owner"}, "names")
    assert [role["name"] for role in roles] == [
        "launch_owner", "app_audit_owner", "app_seal_owner", "app_key_keeper", "app_migrator", "app_rw", "app_ro", "app_auditor", "app_archiver",
        "app_platform", "app_gateway",
    ]
    assert all(role["comment"] for role in roles)


def test_a_login_is_a_role_with_what_the_database_has_of_it():
    login = {
        "name": "app", "secret": "/app", "description": "The application", "member_of": ["rw"], "settings": {"jit": False},
        "connection_limit": 5, "pooled": True, "state": "present",
    }
    assert login_roles([login, {"name": "old", "secret": "/old", "member_of": ["rw"], "state": "absent"}]) == [
        {
            "name": "app", "login": True, "secret": "/app", "state": "present", "member_of": ["rw"], "settings": {"jit": False},
            "connection_limit": 5, "comment": "The application",
        },
        {"name": "old", "login": True, "state": "absent"},
    ]


def test_what_a_login_does_not_say_is_not_managed():
    assert login_roles([{"name": "app"}]) == [{"name": "app", "login": True}]


@pytest.mark.parametrize(("given", "taken"), [
    ({"context_setting": "app.context"}, True), ({"context_setting": "_a1._b2"}, True), ({"context_setting": "App.context"}, False),
    ({"context_setting": "a.b.c"}, False), ({"context_setting": "1a.b"}, False), ({"context_setting": "a.1b"}, False), ({"context_setting": "a.b\n"}, False),
    ({"context_setting": ".b"}, False), ({"context_setting": ""}, False),
    ({"id_pattern": "^x$"}, True), ({"id_pattern": "^x"}, False), ({"id_pattern": "x$"}, False), ({"id_pattern": ""}, False), ({"id_pattern": "^x\n$"}, False),
    ({"id_pattern": "^x\x7f$"}, False), ({"id_pattern": "^x\x00$"}, False), ({"id_pattern": '^"$'}, True), ({"id_pattern": "^x;--/*$"}, True),
    ({"id_pattern": "^(x$"}, False), ({"id_pattern": "^'$"}, False),
    *(({key: text}, False) for key in ("id_type", "id_generator") for text in ("a;b", "a--b", "a/*b", "a$$b", "a\nb", "a\tb", "a\x7fb", "a\x00b")),
    *(({key: text}, True) for key in ("id_type", "id_generator") for text in ("numeric(20, 0)", 'text COLLATE "C"')),
    *(({"id_generator": text}, True) for text in ("lower('x'::text)", "a - b", "a / b * c")),
    *(({"id_type": text}, False) for text in ("lower('x'::text)", "a - b", "a / b * c")),
    ({"id_type": " "}, False), ({"id_generator": ""}, True), ({"id_generator": " "}, True),
])
def test_what_stands_in_migrations_as_it_is_can_end_nothing_that_it_stands_in(given, taken):
    ((key, value),) = given.items()
    if taken:
        assert getattr(Names.from_options(given), key) == value
        return
    with pytest.raises(LaunchError) as refusal:
        Names.from_options(given)
    assert (refusal.value.option, refusal.value.value) == (f"names.{key}", value)


@pytest.mark.parametrize("key", ["app_schema", "audit_schema", "ops_schema", *ROLES, "tenant_column", "tenants_table"])
def test_each_name_of_a_thing_is_an_identifier(key):
    with pytest.raises(LaunchError, match=f"names.{key}: 'A b': it is not a name"):
        Names.from_options({key: "A b"})


@pytest.mark.parametrize("kind", [SCHEMAS, ROLES])
def test_each_two_of_a_kind_need_two_names_and_the_first_keeps_its_own(kind):
    for first, second in itertools.combinations(kind, 2):
        with pytest.raises(LaunchError) as refusal:
            Names.from_options({first: "same", second: "same"}, "system_names")
        assert (refusal.value.option, refusal.value.value) == (f"system_names.{second}", "same")
        assert f"it is system_names.{first} as well." in refusal.value.message
    with pytest.raises(LaunchError) as refusal:
        Names.from_options(dict.fromkeys(kind, "same"))
    assert refusal.value.message.count(f"it is names.{kind[0]} as well.") == len(kind) - 1


def test_a_schema_and_a_role_may_share_a_name():
    assert Names.from_options({"app_schema": "shop", "owner": "shop", "tenants_table": "shop"}).owner == "shop"


@pytest.mark.parametrize("given", [0, False, "", []])
def test_what_is_no_mapping_is_not_taken_for_none(given):
    with pytest.raises(LaunchError, match="it is not a dictionary"):
        Names.from_options(given)


def test_an_id_is_shown_as_it_was_given():
    with pytest.raises(LaunchError) as refusal:
        Names().check_id(7, "actor")
    assert (refusal.value.value, refusal.value.remedy) == (7, f"An id matches {Names().id_pattern}.")
