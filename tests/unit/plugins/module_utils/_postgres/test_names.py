# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION, Names
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
    ({"id_generator": "now() -- x"}, "names.id_generator", "it is not an expression"),
    ({"owner": "app_rw"}, "names.read_write", "is names.owner as well"),
    ({"ops_schema": "audit"}, "names.ops_schema", "is names.audit_schema as well"),
])
def test_what_can_be_no_name_is_refused(given, option, words):
    with pytest.raises(LaunchError) as refusal:
        Names.from_options(given)
    assert (refusal.value.option, words in refusal.value.message, bool(refusal.value.remedy)) == (option, True, True), refusal.value.message


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
        "app_platform",
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
