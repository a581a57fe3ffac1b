# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import ActualRole, ActualRoles, Grant, Membership, plan_roles
from ansible_collections.launch.database.plugins.module_utils._postgres.role.removal import Holdings
from ansible_collections.launch.database.plugins.module_utils._postgres.role.spec import role_specs

VERIFIER = "SCRAM-SHA-256$4096:soqDMGOrVrnGYRi2MCGgsQ==$VvqvztluP5PlmJMBc5zuFBB7ZGSgSfFp/lCbjlwFpJY=:og8jUfB8f2oL09XAx3pISGwcJA8NAvWzIhuKnjmWXdA="


def planned(role, actual, version=170000, purge=False):
    specs = role_specs([{"name": "app", "login": True, **role}], "master")
    roles = {} if actual is None else {"app": actual}
    plan = plan_roles(specs, ActualRoles(version, roles, frozenset({"rw", "owner"})), purge)
    return [(change.action, change.path.partition(".")[2], change.before, change.after) for change in plan.changes]


APP = ActualRole(login=True)
BOTH = {"inherit": True, "set": True}
RIGHTS = {"inherit": True, "set": False}
BECOME = {"inherit": False, "set": True}


@pytest.mark.parametrize(("role", "actual", "changes"), [
    ({}, APP, []),
    ({}, None, [("create", "", None, {"login": True})]),
    ({"password_verifier": VERIFIER}, None, [("create", "", None, {"login": True}), ("set_password", "password", None, "(hidden)")]),
    ({"password_verifier": VERIFIER}, ActualRole(login=True, password_current=False), [("set_password", "password", "(hidden)", "(hidden)")]),
    ({"password_verifier": VERIFIER}, ActualRole(login=True, password_current=True), []),
    ({"password_verifier": VERIFIER}, APP, []),
    ({"login": False}, ActualRole(login=True, admin_set_role=True), [("set_login", "login", True, False)]),
    ({"login": False}, ActualRole(), [("grant_admin", "admin_set_role", False, True)]),
    ({"connection_limit": 0}, APP, [("set_connection_limit", "connection_limit", -1, 0)]),
    ({"comment": "x"}, APP, [("set_comment", "comment", None, "x")]),
    ({"comment": ""}, APP, []),
    ({"settings": {"jit": False}}, APP, [("set", "settings.jit", None, "off")]),
    ({"settings": {"jit": None}}, ActualRole(login=True, settings={"jit": "off"}), [("reset", "settings.jit", "off", None)]),
    ({"settings": {"jit": None}}, APP, []),
    ({"settings": {"search_path": ["app", "$user"]}}, ActualRole(login=True, settings={"search_path": 'app, "$user"'}), []),
    ({"settings": {"search_path": ["app"]}}, ActualRole(login=True, settings={"search_path": "app, x"}), [("set", "settings.search_path", "app, x", "app")]),
    ({"settings": {"search_path": ["a", "b"]}}, ActualRole(login=True, settings={"search_path": '"a, b"'}),
     [("set", "settings.search_path", '"a, b"', "a, b")]),
    ({"settings": {"search_path": "$user"}}, ActualRole(login=True, settings={"search_path": '"$user"'}), []),
    ({"settings": {"search_path": []}}, APP, [("set", "settings.search_path", None, "")]),
    ({"settings": {"search_path": []}}, ActualRole(login=True, settings={"search_path": '""'}), []),
    ({"settings": {"application_name": ""}}, ActualRole(login=True, settings={"application_name": ""}), []),
    ({"settings": {"timezone": "UTC"}}, ActualRole(login=True, settings={"TimeZone": "UTC"}), []),
    ({"settings": {"TimeZone": "UTC"}}, ActualRole(login=True, settings={"TimeZone": "CET"}), [("set", "settings.timezone", "CET", "UTC")]),
    ({"settings": {"DATESTYLE": None}}, ActualRole(login=True, settings={"DateStyle": "ISO"}), [("reset", "settings.datestyle", "ISO", None)]),
    ({"database_privileges": ["CREATE"]}, APP, [("grant_database", "database_privileges.CREATE", None, "granted")]),
    ({"database_privileges": ["CREATE"]}, ActualRole(login=True, database_privileges=("CONNECT", "CREATE")), []),
    ({"member_of": ["rw"]}, APP, [("grant", "member_of.rw", None, RIGHTS)]),
    ({"member_of": ["rw"], "may_become": ["rw"]}, APP, [("grant", "member_of.rw", None, BOTH)]),
    ({"may_become": ["rw"]}, ActualRole(login=True, member_of={"rw": Membership(True, False)}), [("grant", "member_of.rw", RIGHTS, BECOME)]),
    ({"member_of": ["rw"]}, ActualRole(login=True, member_of={"rw": Membership(True, False), "owner": Membership(True, True)}), []),
])
def test_a_difference_is_a_change(role, actual, changes):
    assert planned(role, actual) == changes


def test_a_secret_that_is_missing_is_a_password_that_would_be_set():
    specs = role_specs([{"name": "app", "login": True, "secret": "/app"}], "master", ["/app"])
    changes = plan_roles(specs, ActualRoles(170000, {}, frozenset()), False).changes
    assert [(change.action, change.path) for change in changes] == [("create", "app"), ("set_password", "app.password")]


def test_memberships_are_purged_only_where_they_are_managed():
    actual = ActualRole(login=True, member_of={"owner": Membership(True, True)})
    assert planned({"member_of": []}, actual, purge=True) == [("revoke", "member_of.owner", BOTH, None)]
    assert planned({}, actual, purge=True) == []


def test_an_old_server_has_one_kind_of_membership():
    actual = ActualRole(login=True, member_of={"rw": Membership(True, True)})
    assert planned({"member_of": ["rw"]}, actual, version=150004) == []


def test_all_roles_are_made_before_any_membership():
    specs = role_specs([{"name": "app", "login": True, "member_of": ["group"]}, {"name": "group", "login": False}], "master")
    changes = plan_roles(specs, ActualRoles(170000, {}, frozenset()), False).changes
    assert [change.action for change in changes] == ["create", "create", "grant", "grant_admin"]


def test_too_powerful_and_unknown_roles_are_refused_together():
    specs = role_specs([{"name": "app", "login": True, "member_of": ["missing"]}], "master")
    state = ActualRoles(170000, {"app": ActualRole(login=True, powers=("BYPASSRLS",))}, frozenset({"app"}))
    with pytest.raises(LaunchError) as refusal:
        plan_roles(specs, state, False)
    assert "'app': it exists and has BYPASSRLS" in refusal.value.message
    assert "'missing': app should be a member of it" in refusal.value.message


@pytest.mark.parametrize(("settings", "here", "changes"), [
    pytest.param({"jit": False}, {"jit": "on"}, [("app.settings.jit in shop", "on", "jit")], id="contradicts"),
    pytest.param({"timezone": "UTC"}, {"TimeZone": "CET"}, [("app.settings.timezone in shop", "CET", "TimeZone")], id="of another case"),
    pytest.param({"jit": None}, {"jit": "on"}, [("app.settings.jit in shop", "on", "jit")], id="to be taken back"),
    pytest.param({"search_path": ["a", "b"]}, {"search_path": "a, b"}, [], id="says the same"),
    pytest.param({}, {"jit": "on"}, [], id="not managed"),
])
def test_a_setting_for_the_database_alone_that_contradicts_the_list_is_taken_back_there(settings, here, changes):
    specs = role_specs([{"name": "app", "login": True, "settings": settings}], "master")
    there = {name: value for name, value in specs[0].settings.items() if isinstance(value, str)} | ({"search_path": "a, b"} if here.get("search_path") else {})
    state = ActualRoles(170000, {"app": ActualRole(login=True, settings=there, settings_here=here)}, frozenset({"app"}), "shop")
    plan = plan_roles(specs, state, False)
    assert {(change.action, change.payload.value) for change in plan.changes} <= {("reset_in_database", "shop")}
    assert [(change.path, change.before, change.payload.object) for change in plan.changes] == changes


@pytest.mark.parametrize(("role", "given", "purge", "refused"), [
    pytest.param({"member_of": ["rw"]}, BOTH, False, True, id="it could become it"),
    pytest.param({"may_become": ["rw"]}, RIGHTS, False, True, id="it has its rights"),
    pytest.param({"member_of": []}, RIGHTS, True, True, id="to be purged"),
    pytest.param({"member_of": []}, RIGHTS, False, False, id="not to be purged"),
    pytest.param({}, BOTH, True, False, id="not managed"),
    pytest.param({"member_of": ["rw"]}, RIGHTS, True, False, id="as it should be"),
    pytest.param({"member_of": ["rw"], "may_become": ["rw"]}, RIGHTS, True, False, id="less, and more can be granted"),
])
def test_a_membership_that_another_role_granted_is_refused_where_it_gives_more(role, given, purge, refused):
    there = Membership(**given)
    app = ActualRole(login=True, member_of={"rw": there}, grants={"rw": [Grant(there, "rdsadmin", mine=False)]})
    state = ActualRoles(170000, {"app": app}, frozenset({"app", "rw"}), login="master")
    specs = role_specs([{"name": "app", "login": True, **role}], "master")
    if not refused:
        assert {change.action for change in plan_roles(specs, state, purge).changes} <= {"grant"}
        return
    with pytest.raises(LaunchError) as refusal:
        plan_roles(specs, state, purge)
    assert refusal.value.message == (
        "roles: 'app.member_of.rw': it was granted by rdsadmin, so master can't change it."
        " Run REVOKE rw FROM app GRANTED BY rdsadmin as rdsadmin or a superuser."
    )


def test_a_membership_in_a_group_that_is_removed_goes_with_it_whoever_granted_it():
    app = ActualRole(login=True, member_of={"rw": Membership(True, True)}, grants={"rw": [Grant(Membership(True, True), "rdsadmin", mine=False)]})
    state = ActualRoles(170000, {"app": app, "rw": ActualRole()}, frozenset({"app", "rw"}), login="master")
    specs = role_specs([{"name": "app", "login": True, "member_of": []}, {"name": "rw", "login": False, "state": "absent"}], "master")
    revoked, dropped = plan_roles(specs, state, True).changes
    assert (revoked.action, revoked.payload.grantors, dropped.action) == ("revoke", (), "drop"), "in nobody's name that the login can't act for"


def test_a_login_that_has_expired_is_refused_and_a_group_is_not():
    state = ActualRoles(170000, {"app": ActualRole(login=True, expired="2020-01-01 00:00:00+00")}, frozenset({"app"}))
    with pytest.raises(LaunchError) as refusal:
        plan_roles(role_specs([{"name": "app", "login": True}], "master"), state, False)
    assert refusal.value.message == (
        "roles: 'app': it has expired since 2020-01-01 00:00:00+00. Run ALTER ROLE app VALID UNTIL 'infinity'."
    )
    assert plan_roles(role_specs([{"name": "app", "login": False}], "master"), state, False).changes


def test_changes_carry_what_their_statements_need_and_show_no_verifier():
    (spec,) = role_specs([{"name": "app", "login": True, "password_verifier": VERIFIER, "settings": {"jit": False}, "member_of": ["rw"]}], "admin")
    plan = plan_roles([spec], ActualRoles(170000, {}, frozenset({"rw"})), False)
    assert [(change.action, change.payload.object, change.payload.value) for change in plan.changes] == [
        ("create", None, True), ("set_password", None, VERIFIER), ("set", "jit", "off"), ("grant", "rw", Membership(True, False))]
    assert {change.payload.role for change in plan.changes} == {"app"}
    assert VERIFIER not in repr(plan) + repr(plan.payloads("set_password"))


def test_a_setting_is_taken_back_by_the_name_that_the_server_keeps_it_under():
    (spec,) = role_specs([{"name": "app", "login": True, "settings": {"app.mode": None}}], "admin")
    plan = plan_roles([spec], ActualRoles(170000, {"app": ActualRole(login=True, settings={"App.Mode": "x"})}, frozenset()), False)
    assert [change.payload.object for change in plan.changes] == ["App.Mode"]


FAR = frozenset({"far", "app"})


def on_far(*entries, app=APP, far=None, purge=True, version=170000, fixed=FAR, ungrantable=FAR, more=()):
    """Roles of which somebody else made some."""
    roles = {"app": app, **({} if far is None else {"far": far})}
    state = ActualRoles(version, roles, frozenset({"app", "far", "near", "pg_monitor", *more}), "shop", "master", frozenset(fixed), frozenset(ungrantable))
    return plan_roles(role_specs([{"login": False, "admin_set_role": False, **entry} for entry in entries], "master"), state, purge)


@pytest.mark.parametrize(("entry", "roles", "paths"), [
    pytest.param({"name": "app", "login": True, "member_of": ["far"]}, {}, "app.member_of.far", id="grant"),
    pytest.param({"name": "app", "login": True, "member_of": []}, {"app": ActualRole(True, member_of={"far": Membership(True, True)})},
                 "app.member_of.far", id="revoke"),
    pytest.param({"name": "app", "login": True, "member_of": []}, {"app": ActualRole(True, member_of={"far": Membership(True, True)}), "fixed": ()},
                 "app.member_of.far", id="not revoked either"),
    pytest.param({"name": "far", "comment": "x", "connection_limit": 1}, {"far": ActualRole()}, "far.connection_limit, far.comment", id="attributes"),
    pytest.param({"name": "far", "settings": {"jit": False}}, {"far": ActualRole()}, "far.settings.jit", id="a setting"),
    pytest.param({"name": "far", "admin_set_role": True}, {"far": ActualRole()}, "far.admin_set_role", id="the right to become it"),
    pytest.param({"name": "far", "state": "absent"}, {"far": ActualRole()}, "far", id="its removal"),
    pytest.param({"name": "far", "admin_set_role": True}, {"far": ActualRole(), "fixed": ()}, "far.admin_set_role", id="changed, but not granted"),
    pytest.param({"name": "app", "login": True, "member_of": ["far"]}, {"fixed": ()}, "app.member_of.far", id="not granted either"),
    pytest.param({"name": "app", "login": True, "member_of": ["far"]}, {"more": ["rds_superuser"]}, "app.member_of.far", id="a role of one's own on RDS"),
    pytest.param({"name": "far", "state": "absent"}, {"far": ActualRole(holdings=Holdings(privileges=("table a",))), "fixed": ()},
                 "far.privileges", id="its privileges, which owners revoke"),
])
def test_a_role_without_admin_option_on_it_is_refused_with_the_changes_that_need_it(entry, roles, paths):
    with pytest.raises(LaunchError) as refusal:
        on_far(entry, **roles)
    assert refusal.value.message == (
        f"roles: 'far': master has no ADMIN OPTION on it and is no superuser, so it can't change {paths}."
        " Run GRANT far TO master WITH ADMIN TRUE, INHERIT FALSE, SET FALSE as a superuser, or as the role that created it. Nothing was changed."
    )


def test_an_older_server_has_one_kind_of_admin_option():
    with pytest.raises(LaunchError, match="Run GRANT far TO master WITH ADMIN OPTION as a superuser"):
        on_far({"name": "app", "login": True, "member_of": ["far"]}, version=150004)


@pytest.mark.parametrize(("entry", "more", "changes"), [
    pytest.param({"name": "app", "login": True, "member_of": ["near"]}, {}, ["grant"], id="only the group's counts"),
    pytest.param({"name": "far", "database_privileges": ["CREATE"]}, {"far": ActualRole()}, ["grant_database"], id="a database's privileges"),
    pytest.param({"name": "far"}, {"far": ActualRole()}, [], id="nothing to change"),
    pytest.param({"name": "far", "comment": "x"}, {"far": ActualRole(), "fixed": ()}, ["set_comment"], id="changed by who can't grant it"),
    pytest.param({"name": "far", "state": "absent"}, {"far": ActualRole(), "fixed": ()}, ["drop"], id="removed by who can't grant it"),
    pytest.param({"name": "app", "login": True, "member_of": ["pg_monitor"]}, {"ungrantable": {"pg_monitor"}, "more": ["rds_superuser"]}, ["grant"],
                 id="on RDS"),
])
def test_admin_option_is_asked_for_only_where_the_server_does(entry, more, changes):
    assert [change.action for change in on_far(entry, **more).changes] == changes


def test_a_predefined_role_is_as_any_other_where_there_is_no_rds():
    with pytest.raises(LaunchError, match="'pg_monitor': master has no ADMIN OPTION"):
        on_far({"name": "app", "login": True, "member_of": ["pg_monitor"]}, ungrantable={"pg_monitor"})


@pytest.mark.parametrize(("entry", "roles", "words"), [
    pytest.param({"name": "far", "comment": "x"}, {"far": ActualRole(powers=("BYPASSRLS",))}, "it exists and has BYPASSRLS", id="too powerful"),
    pytest.param(
        {"name": "app", "login": True, "member_of": []},
        {"app": ActualRole(True, member_of={"far": Membership(True, True)}, grants={"far": [Grant(Membership(True, True), "root", mine=False)]})},
        "it was granted by root", id="granted by another role",
    ),
])
def test_what_is_refused_for_another_reason_is_refused_once(entry, roles, words):
    with pytest.raises(LaunchError) as refusal:
        on_far(entry, **roles)
    assert words in refusal.value.message and "ADMIN OPTION" not in refusal.value.message


@pytest.mark.parametrize(("role", "purge", "grantors"), [
    pytest.param({"member_of": ["rw"]}, False, ("lead", "boss"), id="each that gives too much"),
    pytest.param({"member_of": ["rw"], "may_become": ["rw"]}, False, None, id="together they give what they should"),
    pytest.param({"member_of": []}, True, ("master", "lead", "boss"), id="all that are revoked"),
])
def test_a_membership_that_several_granted_is_changed_in_the_name_of_each(role, purge, grantors):
    given = [Grant(Membership(True, False), "master"), Grant(Membership(True, True), "lead"), Grant(Membership(False, True), "boss")]
    actual = ActualRole(login=True, member_of={"rw": Membership(True, True)}, grants={"rw": given})
    plan = plan_roles(role_specs([{"name": "app", "login": True, **role}], "master"), ActualRoles(170000, {"app": actual}, frozenset({"rw"})), purge)
    assert [change.payload.grantors for change in plan.changes] == ([] if grantors is None else [grantors])
