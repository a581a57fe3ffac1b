# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import logins
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, judge

MASTER = {"name": "shop_admin", "secret": "/shop/master"}
APP = {"name": "shop_app", "secret": "/shop/app", "member_of": ["app_rw"], "connection_limit": 220, "settings": {"statement_timeout": "60s"}}
NEW = APP | {"name": "shop_app_b", "secret": "/shop/app-b"}


def said(*entries, **values):
    return [
        (error.option, error.value) for error in judge(logins.CHECKS, Settings({"system_master": MASTER, "system_logins": list(entries), **values}))
    ]


def test_logins_side_by_side_are_a_rotations_beginning():
    assert said(APP, NEW) == []
    assert said({"name": "shop_app", "secret": "/shop/app"}, NEW | {"state": "absent"}) == []


@pytest.mark.parametrize(("entries", "expected"), [
    ([APP, NEW | {"name": "shop_app"}], [("system_logins", None)]),
    ([APP, NEW | {"secret": "/shop/app"}], [("system_logins", None)]),
    ([APP, NEW | {"name": "shop_app", "state": "absent"}], [("system_logins", None)]),
    ([APP | {"name": "shop_admin"}], [("system_logins[0].name", "shop_admin")]),
    ([APP | {"secret": "/shop/master"}], [("system_logins[0].secret", "/shop/master")]),
    ([APP | {"name": "app_rw"}], [("system_logins[0].name", "app_rw")]),
    ([APP | {"name": "pg_app"}], [("system_logins[0].name", "pg_app")]),
    ([APP | {"name": "Shop"}], [("system_logins[0].name", "Shop")]),
    ([APP | {"member_of": ["app_wr"]}], [("system_logins[0].member_of", "app_wr")]),
    ([APP | {"may_become": ["app_ownr"]}], [("system_logins[0].may_become", "app_ownr")]),
    ([APP | {"member_of": ["shop_app_b"]}, NEW | {"state": "absent"}], [("system_logins[0].member_of", "shop_app_b")]),
    ([APP | {"connection_limit": -2}], [("system_logins[0].connection_limit", -2)]),
    ([APP | {"settings": {"statement timeout": "1s"}}], [("system_logins[0].settings", "statement timeout")]),
    ([APP | {"settings": {"search_path": ["a b"]}}], [("system_logins[0].settings.search_path", "a b")]),
    ([APP | {"settings": {"statement_timeout": "60 sec"}}], [("system_logins[0].settings.statement_timeout", "60 sec")]),
    ([APP | {"state": "absent", "pooled": True}], [("system_logins[0].pooled", True)]),
    ([APP | {"secret": "shop app"}], [("system_logins[0].secret", None)]),
    ([APP | {"secret": "pass word"}, NEW | {"secret": "pass word"}], [("system_logins[0].secret", None), ("system_logins[1].secret", None)]),
])
def test_what_can_not_be_a_login(entries, expected):
    assert said(*entries) == expected


@pytest.mark.parametrize("value", ["0", 0, "500ms", "5min", "1.5 h"])
def test_times(value):
    assert said(APP | {"settings": {"lock_timeout": value}}) == []


def test_roles_that_somebody_makes():
    assert said(APP | {"member_of": ["pg_monitor", "rds_iam", "extra", "shop_app_b"]}, NEW, database_schema_group_roles=[{"name": "extra"}]) == []
    assert said(APP | {"member_of": ["shop_rw"]}, system_names={"read_write": "shop_rw"}) == []
    assert said(APP, system_names={"read_write": "shop_rw"}) == [("system_logins[0].member_of", "app_rw")]


def test_without_any_role_none_is_proposed():
    errors = judge(logins.CHECKS, Settings({"system_master": MASTER, "system_logins": [APP], "system_tenants": False}))
    assert [error.remedy for error in errors] == ["Add it to database_schema_group_roles."]


def test_names_that_were_refused_are_no_reason_to_refuse_logins():
    assert said(APP | {"member_of": ["x"]}, system_names={"read_wirte": "x"}) == []


def test_without_pools_none_goes_through_them():
    assert said(APP | {"pooled": True}, system_pool="none") == [("system_logins[0].pooled", True)]
    assert said(APP, system_pool="none") == []


def test_a_login_that_was_refused_hides_none_of_the_others():
    settings = Settings(
        {"system_master": MASTER}, refused=frozenset(["system_logins"]), sound={"system_logins": {2: APP | {"name": "pg_app"}, 4: APP | {"secret": "a b"}}},
    )
    assert [error.option for error in judge(logins.CHECKS, settings)] == ["system_logins[2].name", "system_logins[4].secret"]


def test_settings_of_a_type_that_none_has():
    assert said(APP | {"settings": {"work_mem": {"a": 1}}}) == [("system_logins[0].settings.work_mem", {"a": 1})]


@pytest.mark.parametrize(("master", "expected"), [
    (MASTER | {"secret": "shop master"}, [("system_master.secret", None)]),
    (MASTER | {"secret": "/shop/db/master"}, []),
])
def test_the_secret_of_the_master_is_one_as_well(master, expected):
    assert said(APP, system_master=master) == expected


def test_only_what_is_present_and_pooled_goes_through_the_pools():
    entries = [APP, NEW | {"pooled": False}, {"name": "c", "secret": "/c", "pooled": True}, {"name": "d", "secret": "/d", "state": "absent"}]
    settings = Settings({"system_logins": entries})
    assert [login["name"] for login in logins.pooled(settings)] == ["shop_app", "c"]
    assert [login["name"] for login in logins.present(settings)] == ["shop_app", "shop_app_b", "c"]


def test_groups_that_are_refused_elsewhere_are_no_groups_here():
    made = [{"name": "extra"}, {"comment": "without a name"}, "text"]
    assert logins.groups(Settings({"database_schema_group_roles": made, "system_tenants": False})) == {"extra"}
    assert {"extra", "app_rw"} <= logins.groups(Settings({"database_schema_group_roles": made}))


def test_the_groups_that_there_are_come_in_order():
    (error,) = judge(logins.CHECKS, Settings({
        "system_master": MASTER, "system_logins": [APP], "system_tenants": False,
        "database_schema_group_roles": [{"name": name} for name in ("f", "b", "e", "a", "d", "c")],
    }))
    assert error.remedy == "Name one of a, b, c, d, e, f, or add it to database_schema_group_roles."


def test_a_membership_that_is_no_name_of_a_role_is_refused_by_the_rules_of_the_module_too():
    assert said(APP | {"member_of": ["App RW"]}) == [("system_logins[0].member_of", "App RW")] * 2
    assert said(APP | {"may_become": ["App RW"]}) == [("system_logins[0].may_become", "App RW")] * 2
