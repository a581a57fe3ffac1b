# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.role.scram_salt import announces
from ansible_collections.launch.database.plugins.module_utils._scram import verifier

PASSWORD = "kept-in-the-secret-1"


@pytest.fixture
def roles(names):
    return [
        {"name": names("rw"), "comment": "Reads and writes"},
        {"name": names("owner"), "database_privileges": ["CREATE"]},
        {
            "name": names("app"), "login": True, "password": PASSWORD, "password_verifier": verifier(PASSWORD),
            "member_of": [names("rw")], "may_become": [names("owner")], "connection_limit": 7,
            "settings": {"statement_timeout": "60s", "search_path": ["app", "$user"], "jit": False},
        },
    ]


def attributes(target, name):
    return target.rows(f"SELECT rolcanlogin, rolconnlimit, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = '{name}'")[0]


def memberships(target, member):
    return set(target.rows(
        "SELECT roleid::regrole::text, inherit_option, set_option FROM pg_auth_members"
        f" WHERE member::regrole::text = '{member}' AND NOT admin_option"
    ))


def login(target, user, password):
    server = target.database.server
    psycopg2.connect(
        host=server.address, port=server.port, dbname=target.name, user=user, password=password, sslmode="verify-full", sslrootcert=str(server.ca_file),
    ).close()


def test_groups_and_a_login_are_made_in_one_call(target, names, roles):
    outcome = target.run("postgres_role", roles=roles)
    assert outcome["changed"] is True
    assert attributes(target, names("rw")) == (False, -1, False, False, False)
    assert attributes(target, names("app")) == (True, 7, False, False, False)
    assert memberships(target, names("app")) == {(names("rw"), True, False), (names("owner"), False, True)}
    settings = target.rows(f"SELECT setconfig FROM pg_db_role_setting WHERE setrole::regrole::text = '{names('app')}'")[0][0]
    assert settings == ["jit=off", 'search_path=app, "$user"', "statement_timeout=60s"]
    assert target.rows(f"SELECT shobj_description('{names('rw')}'::regrole, 'pg_authid')") == [("Reads and writes",)]
    assert target.rows(f"SELECT has_database_privilege('{names('owner')}', '{target.name}', 'CREATE')") == [(True,)]
    login(target, names("app"), PASSWORD)


def test_the_master_may_become_a_group_without_its_rights_and_no_login(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.execute(f"SET ROLE {names('owner')}")
    may = "SELECT pg_has_role('{0}', 'SET'), pg_has_role('{0}', 'USAGE')"
    assert target.rows(may.format(names("owner"))) == [(True, False)]
    assert target.rows(may.format(names("app"))) == [(False, False)]


def test_no_secret_is_in_what_the_module_returns(target, roles):
    secret = roles[2]["password_verifier"]
    outcome = str(target.run("postgres_role", roles=roles))
    assert "(hidden)" in outcome
    assert secret not in outcome and PASSWORD not in outcome


def test_a_password_that_is_not_current_is_set_again(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.execute(f"ALTER ROLE {names('app')} PASSWORD 'somebody-changed-it'")
    outcome = target.run("postgres_role", roles=roles)
    assert [(change["action"], change["path"], change["after"]) for change in outcome["plan"]] == [
        ("set_password", f"{names('app')}.password", "(hidden)"),
    ]
    login(target, names("app"), PASSWORD)


def test_a_password_is_known_to_be_current_without_the_right_to_connect_to_the_database(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.execute(f"REVOKE CONNECT ON DATABASE {target.name} FROM PUBLIC")
    assert target.run("postgres_role", roles=roles)["changed"] is False


def test_a_login_that_has_expired_is_told_from_one_with_another_password(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.execute(f"ALTER ROLE {names('app')} VALID UNTIL '2020-01-01 00:00:00+00'")
    outcome = target.run("postgres_role", roles=roles)
    assert outcome["failed"] and (outcome["option"], outcome["value"]) == ("roles", names("app"))
    assert "it has expired since 20" in outcome["msg"] and f"ALTER ROLE {names('app')} VALID UNTIL 'infinity'" in outcome["remedy"]
    for until in ("infinity", "2999-01-01"):
        target.execute(f"ALTER ROLE {names('app')} VALID UNTIL '{until}'")
        assert target.run("postgres_role", roles=roles)["plan"] == []


def test_what_drifted_is_brought_back_and_named(target, names, roles):
    target.run("postgres_role", roles=roles)
    app = names("app")
    target.execute(f"""
        ALTER ROLE {app} CONNECTION LIMIT 8; ALTER ROLE {app} NOLOGIN; ALTER ROLE {app} SET statement_timeout = '1s';
        GRANT {names('rw')} TO {app} WITH INHERIT FALSE, SET TRUE; COMMENT ON ROLE {names('rw')} IS 'other'""")
    outcome = target.run("postgres_role", roles=roles)
    assert {change["path"]: change["before"] for change in outcome["plan"]} == {
        f"{app}.connection_limit": 8,
        f"{app}.login": False,
        f"{app}.settings.statement_timeout": "1s",
        f"{app}.member_of.{names('rw')}": {"inherit": False, "set": True},
        f"{names('rw')}.comment": "other",
    }
    assert target.run("postgres_role", roles=roles)["changed"] is False


def test_a_setting_without_value_is_taken_back_and_others_stay(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.run("postgres_role", roles=[{"name": names("app"), "login": True, "settings": {"jit": None}}])
    settings = target.rows(f"SELECT setconfig FROM pg_db_role_setting WHERE setrole::regrole::text = '{names('app')}'")[0][0]
    assert settings == ['search_path=app, "$user"', "statement_timeout=60s"]


@pytest.mark.parametrize("settings", [
    {"timezone": "UTC", "DATESTYLE": "ISO, DMY", "IntervalStyle": "iso_8601"},
    {"search_path": [], "temp_tablespaces": "", "application_name": ""},
    {"search_path": "", "datestyle": []},
    {"search_path": "$user", "local_preload_libraries": ["auto_explain"]},
])
def test_settings_of_any_case_and_empty_ones_are_set_once_and_taken_back(target, names, settings):
    def run(given):
        return target.run("postgres_role", roles=[{"name": names("app"), "settings": given}])

    made, again, gone = run(settings), run(settings), run(dict.fromkeys(settings))
    assert "failed" not in made and len(made["plan"]) > len(settings)
    assert again["plan"] == []
    assert len(gone["plan"]) == len(settings) and gone["roles"][0]["settings"] == {}


def test_a_setting_for_the_database_alone_is_taken_back_where_it_contradicts_the_list(target, names, roles):
    target.run("postgres_role", roles=roles)
    app = names("app")
    target.execute(f"""
        ALTER ROLE {app} IN DATABASE {target.name} SET search_path = public; ALTER ROLE {app} IN DATABASE {target.name} SET jit = off;
        ALTER ROLE {app} IN DATABASE {target.name} SET work_mem = '8MB'; ALTER ROLE {app} IN DATABASE postgres SET search_path = public""")
    outcome, again = target.run("postgres_role", roles=roles), target.run("postgres_role", roles=roles)
    assert [(change["path"], change["before"]) for change in outcome["plan"]] == [(f"{app}.settings.search_path in {target.name}", "public")]
    assert again["plan"] == []
    kept = f"SELECT datname, setconfig FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE setrole = '{app}'::regrole ORDER BY 1"
    assert sorted(target.rows(kept)) == sorted([(target.name, ["jit=off", "work_mem=8MB"]), ("postgres", ["search_path=public"])])
    target.database.passwords[app] = PASSWORD
    assert target.as_user(app).rows("SHOW search_path") == [('app, "$user"',)]


def test_an_empty_search_path_is_empty(target, names, roles):
    roles[2]["settings"] = {"search_path": []}
    target.run("postgres_role", roles=roles)
    target.database.passwords[names("app")] = PASSWORD
    assert target.as_user(names("app")).rows("SELECT current_schemas(false)") == [([],)]


def test_a_library_without_a_name_would_lock_the_login_out(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.execute(f"ALTER ROLE {names('app')} SET local_preload_libraries = ''")
    with pytest.raises(psycopg2.OperationalError):
        login(target, names("app"), PASSWORD)
    outcome = target.run("postgres_role", roles=[{"name": names("app"), "settings": {"local_preload_libraries": ""}}])
    assert outcome["failed"] and "nobody could log in with it" in outcome["msg"]


def test_a_text_with_commas_is_found_where_names_should_be(target, names, roles):
    target.run("postgres_role", roles=roles)
    target.execute(f"ALTER ROLE {names('app')} SET search_path = 'app, $user'")
    outcome = target.run("postgres_role", roles=roles)
    assert [change["path"] for change in outcome["plan"]] == [f"{names('app')}.settings.search_path"]


def test_a_membership_that_is_not_named_goes_only_when_asked(target, names, roles):
    target.run("postgres_role", roles=roles)
    roles[2]["may_become"] = []
    assert target.run("postgres_role", roles=roles)["changed"] is False
    outcome = target.run("postgres_role", roles=roles, purge_memberships=True)
    assert [(change["action"], change["path"]) for change in outcome["plan"]] == [("revoke", f"{names('app')}.member_of.{names('owner')}")]
    assert memberships(target, names("app")) == {(names("rw"), True, False)}


def test_a_membership_that_another_role_granted_is_named_with_that_role(target, names, roles):
    target.run("postgres_role", roles=roles)
    app, rw, owner = names("app"), names("rw"), names("owner")
    target.database.server.psql(f"GRANT {rw} TO {app} WITH INHERIT TRUE, SET TRUE")
    ((grantor,),) = target.rows(f"SELECT grantor::regrole::text FROM pg_auth_members WHERE member = '{app}'::regrole AND set_option AND inherit_option")
    outcome = target.run("postgres_role", roles=roles)
    assert outcome["failed"] and (outcome["option"], outcome["value"]) == ("roles", f"{app}.member_of.{rw}")
    assert outcome["problem"] == f"it was granted by {grantor}, so {target.user} can't change it."
    roles[2].update(member_of=[], may_become=[owner])
    assert target.run("postgres_role", roles=roles)["plan"] == []
    assert f"{app}.member_of.{rw}" in target.run("postgres_role", roles=roles, purge_memberships=True)["value"]
    target.database.server.psql(outcome["remedy"].partition(" as ")[0].removeprefix("Run "))
    assert [change["action"] for change in target.run("postgres_role", roles=roles, purge_memberships=True)["plan"]] == ["revoke"]


def superuser(target, names):
    target.database.passwords[names("root")] = PASSWORD
    target.database.server.psql(f"CREATE ROLE {names('root')} SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
    return target.as_user(names("root"))


@pytest.mark.parametrize("login_of", [lambda target, names: target, superuser], ids=["master", "superuser"])
def test_a_membership_that_several_roles_granted_is_changed_and_revoked_for_each_of_them(target, names, roles, login_of):
    target.run("postgres_role", roles=roles)
    app, rw, lead = names("app"), names("rw"), names("lead")
    target.database.server.psql(f"""
        CREATE ROLE {lead}; GRANT {lead} TO {target.user} WITH INHERIT TRUE; GRANT {rw} TO {lead} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
        SET ROLE {lead}; GRANT {rw} TO {app} WITH INHERIT TRUE, SET TRUE""")
    who = login_of(target, names)
    outcome, again = who.run("postgres_role", roles=roles), who.run("postgres_role", roles=roles)
    assert ([change["path"] for change in outcome["plan"]], again["plan"]) == ([f"{app}.member_of.{rw}"], [])
    assert memberships(target, app) == {(rw, True, False), (names("owner"), False, True)}
    roles[2]["member_of"] = []
    outcome, again = (who.run("postgres_role", roles=roles, purge_memberships=True) for _run in range(2))
    assert ([(change["action"], change["path"]) for change in outcome["plan"]], again["plan"]) == ([("revoke", f"{app}.member_of.{rw}")], [])
    assert memberships(target, app) == {(names("owner"), False, True)}


@pytest.mark.parametrize(("role", "path"), [
    pytest.param({"name": "app", "login": True, "member_of": ["far"]}, "{app}.member_of.{far}", id="grant"),
    pytest.param({"name": "far", "comment": "x", "admin_set_role": False}, "{far}.comment", id="change"),
    pytest.param({"name": "far"}, "{far}.admin_set_role", id="right to become it"),
    pytest.param({"name": "far", "state": "absent"}, "{far}", id="remove"),
])
def test_a_role_that_a_superuser_made_is_refused_by_the_plan_until_the_login_has_admin_option_on_it(target, names, role, path):
    app, far = names("app"), names("far")
    target.run("postgres_role", roles=[{"name": app, "login": True}])
    target.database.server.psql(f"CREATE ROLE {far}")
    role = {**role, "name": names(role["name"]), **({"member_of": [far]} if "member_of" in role else {})}
    checked, outcome = (target.run("postgres_role", check=check, roles=[role]) for check in (True, False))
    assert checked["failed"] and checked == outcome and (checked["option"], checked["value"]) == ("roles", far)
    assert checked["problem"] == f"{target.user} has no ADMIN OPTION on it and is no superuser, so it can't change {path.format(app=app, far=far)}."
    target.database.server.psql(checked["remedy"].partition(" as a superuser")[0].removeprefix("Run "))
    assert "failed" not in target.run("postgres_role", roles=[role])


@pytest.mark.parametrize(("inherit", "granted"), [("TRUE", True), ("FALSE", False)])
def test_admin_option_of_a_role_that_the_login_is_a_member_of_counts_as_on_the_server(target, names, inherit, granted):
    app, far, between = names("app"), names("far"), names("between")
    target.database.server.psql(f"""
        CREATE ROLE {far}; CREATE ROLE {between}; GRANT {far} TO {between} WITH ADMIN TRUE;
        GRANT {between} TO {target.user} WITH INHERIT {inherit}, SET TRUE""")
    assert "failed" not in target.run("postgres_role", roles=[{"name": far, "comment": "x", "connection_limit": 3, "admin_set_role": False}])
    target.run("postgres_role", roles=[{"name": app}])
    outcome = target.run("postgres_role", roles=[{"name": app, "member_of": [far]}])
    assert "ADMIN OPTION" in outcome.get("msg", "") or granted
    assert memberships(target, app) == ({(far, True, False)} if granted else set())


def test_a_predefined_role_is_granted_with_the_admin_option_of_a_role_that_the_login_is_a_member_of(target, names):
    outcome = target.run("postgres_role", roles=[{"name": names("app"), "login": True, "member_of": ["pg_monitor"]}])
    assert "failed" not in outcome and memberships(target, names("app")) == {("pg_monitor", True, False)}


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS", "REPLICATION", "CREATEROLE", "CREATEDB"])
def test_an_existing_role_with_such_power_is_refused(target, names, power):
    target.database.server.psql(f"CREATE ROLE {names('strong')} {power}")
    outcome = target.run("postgres_role", roles=[{"name": names("weak")}, {"name": names("strong")}])
    assert outcome["failed"] and outcome["value"] == names("strong") and power in outcome["msg"]
    assert target.rows(f"SELECT FROM pg_roles WHERE rolname = '{names('weak')}'") == []


def test_a_setting_that_the_server_refuses_leaves_nothing(target, names):
    outcome = target.run("postgres_role", roles=[{"name": names("a")}, {"name": names("b"), "settings": {"statement_timeout": "60q"}}])
    assert outcome["failed"]
    assert f"{names('b')}.settings.statement_timeout can't be changed: SQLSTATE 22023" in outcome["msg"]
    assert target.rows(f"SELECT FROM pg_roles WHERE rolname = '{names('a')}'") == []


def test_an_unknown_group_is_refused_before_anything_is_changed(target, names):
    outcome = target.run("postgres_role", roles=[{"name": names("a"), "member_of": [names("missing")]}])
    assert outcome["failed"] and outcome["value"] == names("missing")
    assert target.rows(f"SELECT FROM pg_roles WHERE rolname = '{names('a')}'") == []


def test_two_runs_at_once_both_end_well(target, names, roles):
    processes = [target.start("postgres_role", roles=roles) for _ in range(2)]
    outputs = [process.stdout.read() for process in processes]
    assert [process.wait() for process in processes] == [0, 0], outputs
    assert target.run("postgres_role", roles=roles)["changed"] is False


def test_a_server_that_is_not_there_is_one_error_with_its_address(target):
    outcome = target.run("postgres_role", roles=[], login_port=1)
    assert outcome["failed"]
    assert outcome["value"] == f"{target.database.server.address}:1" and outcome["option"] == "login_host"
    assert "Connection refused" in outcome["msg"] and outcome["remedy"]


@pytest.mark.parametrize("other", [
    pytest.param(PASSWORD, id="the same password, set in clear"),
    pytest.param(verifier(PASSWORD), id="another salt"),
    pytest.param(verifier(PASSWORD, iterations=4097), id="other rounds"),
])
def test_another_verifier_of_the_same_password_is_replaced_since_a_pooler_needs_the_same(target, names, roles, other):
    roles[2]["password_verifier"] = verifier(PASSWORD, salt=b"0123456789abcdef")
    target.run("postgres_role", roles=roles)
    target.execute(f"ALTER ROLE {names('app')} PASSWORD '{other}'")
    checked, outcome, again = (target.run("postgres_role", check=check, roles=roles) for check in (True, False, False))
    assert [(change["path"], change["after"]) for change in checked["plan"]] == [(f"{names('app')}.password", "(hidden)")]
    assert (outcome["plan"], again["plan"]) == (checked["plan"], [])
    kept = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{names('app')}'"
    assert roles[2]["password_verifier"] in target.database.server.psql(kept)


@pytest.mark.parametrize(("options", "words"), [
    ({"ca_cert": "/etc/ssl/certs/ca-certificates.crt"}, "certificate verify failed"),
    ({"login_host": "localhost"}, "certificate"),
])
def test_the_salt_is_asked_for_only_where_the_certificate_is_right(target, monkeypatch, options, words):
    server = target.database.server
    real = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda _address, timeout: real((server.address, server.port), timeout))
    params = {**target.connection(), "ssl_mode": "verify-full", "connect_timeout": 5, **options}
    with pytest.raises(LaunchError, match=words):
        announces(params, "launch_admin", verifier(PASSWORD))
