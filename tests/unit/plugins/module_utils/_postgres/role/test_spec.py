# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import role_specs

VERIFIER = "SCRAM-SHA-256$4096:soqDMGOrVrnGYRi2MCGgsQ==$VvqvztluP5PlmJMBc5zuFBB7ZGSgSfFp/lCbjlwFpJY=:og8jUfB8f2oL09XAx3pISGwcJA8NAvWzIhuKnjmWXdA="


def spec(**role):
    return role_specs([{"name": "app", "login": True, **role}], "master")[0]


@pytest.mark.parametrize(("value", "normal"), [
    ("60s", "60s"), (7, "7"), (1.5, "1.5"), (True, "on"), (False, "off"), (None, None), (["app", "$user"], ("app", "$user")),
])
def test_settings_become_postgresqls_words(value, normal):
    assert spec(settings={"x.y": value}).settings == {"x.y": normal}


def test_every_setting_that_can_be_none_is_named():
    with pytest.raises(LaunchError) as refusal:
        role_specs([{"name": "app", "login": True, "settings": {"a b": 1, "work_mem": "4MB", "role": "x"}}, {"name": "App", "login": True}], "master")
    assert [error.option for error in refusal.value.errors] == ["roles[0].settings", "roles[0].settings.role", "roles[1].name"]


@pytest.mark.parametrize(("settings", "normal"), [
    ({"TimeZone": "UTC"}, {"timezone": "UTC"}),
    ({"search_path": "app"}, {"search_path": ("app",)}),
    ({"search_path": []}, {"search_path": ("",)}),
    ({"search_path": ""}, {"search_path": ("",)}),
    ({"temp_tablespaces": []}, {"temp_tablespaces": ("",)}),
    ({"DateStyle": "ISO, MDY"}, {"datestyle": "ISO, MDY"}),
    ({"datestyle": []}, {"datestyle": ""}),
    ({"application_name": ""}, {"application_name": ""}),
    ({"local_preload_libraries": "$libdir/plugins/a"}, {"local_preload_libraries": ("$libdir/plugins/a",)}),
    ({"role": None}, {"role": None}),
])
def test_settings_have_one_name_and_one_shape(settings, normal):
    assert spec(settings=settings).settings == normal


def test_what_is_not_named_is_not_managed():
    bare = spec()
    assert (bare.connection_limit, bare.member_of, bare.may_become, bare.comment, bare.settings) == (None, None, None, None, {})


@pytest.mark.parametrize(("login", "given", "normal"), [(True, None, False), (False, None, True), (True, True, True), (False, False, False)])
def test_the_master_may_become_groups_unless_told_otherwise(login, given, normal):
    assert spec(login=login, admin_set_role=given).admin_set_role is normal


@pytest.mark.parametrize(("role", "option", "words"), [
    ({"name": "App"}, "roles[0].name", "it is not a name"),
    ({"name": "1app"}, "roles[0].name", "it is not a name"),
    ({"name": "a" * 64}, "roles[0].name", "it is not a name"),
    ({"name": 'a"; DROP'}, "roles[0].name", "it is not a name"),
    ({"name": "pg_app"}, "roles[0].name", "belongs to PostgreSQL"),
    ({"name": "rdsadmin"}, "roles[0].name", "belongs to PostgreSQL"),
    ({"name": "master"}, "roles[0].name", "does the work"),
    ({"member_of": ["a b"]}, "roles[0].member_of", "it is not a name"),
    ({"connection_limit": -2}, "roles[0].connection_limit", "not a number of connections"),
    ({"settings": {"a b": "1"}}, "roles[0].settings", "not a setting's name"),
    ({"settings": {"search_path": ["a,b"]}}, "roles[0].settings.search_path", "it is not a name"),
    ({"settings": {"Search_Path": "app, public"}}, "roles[0].settings.Search_Path", "Give a YAML list"),
    ({"settings": {"search_path": '"app"'}}, "roles[0].settings.search_path", "Give a YAML list"),
    ({"settings": {"temp_tablespaces": "a,b"}}, "roles[0].settings.temp_tablespaces", "Give a YAML list"),
    ({"settings": {"local_preload_libraries": "a,b"}}, "roles[0].settings.local_preload_libraries", "Give a YAML list"),
    ({"settings": {"session_preload_libraries": "a,b"}}, "roles[0].settings.session_preload_libraries", "Give a YAML list"),
    ({"settings": {"session_preload_libraries": []}}, "roles[0].settings.session_preload_libraries", "nobody could log in with it"),
    ({"settings": {"jit": "on", "JIT": "off"}}, "roles[0].settings", "it is named twice"),
    ({"settings": {"Role": "owner"}}, "roles[0].settings.Role", "a session of the login would begin as another role"),
    ({"settings": {"session_authorization": "owner"}}, "roles[0].settings.session_authorization", "a session of the login would begin as another role"),
    ({"password": "pencil"}, "roles[0]", "password_verifier is what the server gets"),
    ({"password_verifier": "pencil"}, "roles[0]", "is not one of PostgreSQL's"),
    ({"password_verifier": VERIFIER, "password": "pen"}, "roles[0]", "made from another password"),
    ({"login": False, "password_verifier": VERIFIER}, "roles[0]", "without login has no password"),
])
def test_a_wish_that_makes_no_sense_is_refused_with_its_option(role, option, words):
    with pytest.raises(LaunchError) as refusal:
        spec(**role)
    assert refusal.value.option == option
    assert words in refusal.value.message and refusal.value.remedy


@pytest.mark.parametrize("role", [{"password_verifier": "clear-text"}, {"password_verifier": VERIFIER, "password": "clear-text"}])
def test_a_refusal_never_shows_a_secret(role):
    with pytest.raises(LaunchError) as refusal:
        spec(**role)
    assert "clear-text" not in str(refusal.value.as_result()) and VERIFIER not in str(refusal.value.as_result())


def test_a_role_that_is_named_twice_is_refused_together_with_everything_else():
    with pytest.raises(LaunchError) as refusal:
        role_specs([{"name": name, "login": False} for name in ("a", "a", "B")], "master")
    assert "'a': it is named twice" in refusal.value.message and "'B': it is not a name" in refusal.value.message


def test_secrets_are_not_in_the_representation():
    assert "pencil" not in repr(spec(password_verifier=VERIFIER, password="pencil"))
    assert VERIFIER not in repr(spec(password_verifier=VERIFIER))


def test_a_secret_that_was_not_read_is_refused_and_one_that_is_missing_is_remembered():
    with pytest.raises(LaunchError, match=r"roles\[0\].secret: '/app': it was not read: .* whose action plugin reads the secret"):
        spec(secret="/app")
    role = {"name": "app", "login": True, "secret": "/app"}
    assert role_specs([role], "master", ["/app"])[0].missing_secret == "/app"
    assert role_specs([{**role, "password_verifier": VERIFIER}], "master", [])[0].missing_secret is None
    with pytest.raises(LaunchError, match="a role without login has no password"):
        spec(login=False, secret="/app", password_verifier=None)
