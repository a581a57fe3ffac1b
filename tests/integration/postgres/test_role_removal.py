# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles that are to go, removed by a login that is no superuser."""
from __future__ import annotations

import contextlib
import dataclasses
import time

import psycopg2
import pytest

from local.endpoint.scram import verifier

PASSWORD = "kept-in-the-secret-4"


@pytest.fixture
def made(target, names):
    """A group that owns a schema, another one, and a login that is a member of both."""
    target.database.passwords[names("app")] = PASSWORD
    roles = [
        {"name": names("owner"), "database_privileges": ["CREATE"]}, {"name": names("rw")},
        {
            "name": names("app"), "login": True, "password": PASSWORD, "password_verifier": verifier(PASSWORD), "member_of": [names("rw")],
            "may_become": [names("owner")], "settings": {"statement_timeout": "60s"}, "database_privileges": ["CONNECT"], "comment": "x",
        },
    ]
    outcome = target.run("postgres_role", roles=roles)
    assert outcome["changed"], outcome
    target.execute(f"SET ROLE {names('owner')}; CREATE SCHEMA s; CREATE TABLE s.t (a int, b int)")
    wait_for_sessions_to_end(target, names("app"))
    return roles


def wait_for_sessions_to_end(target, role):
    """The module tried the password; the server ends a session a moment after its client is gone."""
    for _ in range(500):
        if not target.rows(f"SELECT FROM pg_stat_activity WHERE usename = '{role}'"):
            return
        time.sleep(0.01)
    raise AssertionError(f"{role} still has a session")


def remove(target, *roles, **arguments):
    return target.run("postgres_role", roles=[{"name": role, "login": True, "state": "absent"} for role in roles], **arguments)


def exists(target, role):
    return target.rows(f"SELECT FROM pg_roles WHERE rolname = '{role}'") != []


def actions(outcome):
    return [change["action"] for change in outcome["plan"]]


def test_a_login_goes_with_its_memberships_settings_and_rights_and_is_gone_afterwards(target, names, made):
    app = names("app")
    checked, done, again = remove(target, app, check=True), remove(target, app), remove(target, app)
    assert (actions(checked), actions(done), actions(again)) == (["drop_privileges", "drop"], ["drop_privileges", "drop"], [])
    assert all(change["destructive"] for change in done["plan"])
    assert (done["changed"], again["changed"], done["roles"]) == (True, False, []) and "warnings" not in done
    assert not exists(target, app) and exists(target, names("owner"))
    assert target.run("postgres_role", roles=made)["changed"] is True


def test_privileges_on_what_belongs_to_groups_are_revoked_as_these(target, names, made):
    app, owner = names("app"), names("owner")
    target.execute(f"""
        CREATE SCHEMA mine; CREATE TABLE mine.t (a int); GRANT USAGE ON SCHEMA mine TO {app}; GRANT SELECT ON mine.t TO {app};
        SET ROLE {owner}; GRANT USAGE ON SCHEMA s TO {app}; GRANT SELECT, UPDATE ON s.t TO {app} WITH GRANT OPTION; GRANT INSERT (b) ON s.t TO {app};
        ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO {app}""")
    outcome = remove(target, app)
    privileges = next(change["before"] for change in outcome["plan"] if change["action"] == "drop_privileges")
    assert {"schema s", "table s.t", "table mine.t", f"database {target.name}"} <= set(privileges), outcome
    assert not exists(target, app)
    assert app not in str(target.rows("SELECT relacl::text FROM pg_class WHERE relname = 't'"))
    # Neither this login nor the group has more rights than before.
    assert target.rows(f"SELECT pg_has_role('{owner}', 'USAGE'), pg_has_role('{owner}', 'SET')") == [(False, True)]


def test_what_it_owns_keeps_all_of_the_list_and_is_listed(target, names, made):
    app, owner = names("app"), names("owner")
    target.execute(f"SET ROLE {owner}; GRANT CREATE, USAGE ON SCHEMA s TO {app}")
    as_app = target.as_user(app)
    as_app.execute("CREATE TABLE s.own (a int); CREATE VIEW s.v AS SELECT 1")
    before = target.rows("SELECT xmin::text, relname FROM pg_class WHERE relnamespace = 's'::regnamespace ORDER BY 2")
    outcome = target.run("postgres_role", roles=[
        {"name": names("new"), "login": True}, {"name": app, "login": True, "state": "absent"}, {"name": names("rw"), "state": "absent"},
    ])
    assert outcome["failed"] and outcome["value"] == app
    assert "owns, or is named by: table s.own, view s.v. Give them away (REASSIGN OWNED BY" in outcome["msg"]
    assert exists(target, app) and exists(target, names("rw")) and not exists(target, names("new"))
    assert target.rows("SELECT xmin::text, relname FROM pg_class WHERE relnamespace = 's'::regnamespace ORDER BY 2") == before


def test_what_it_has_in_other_databases_is_counted(target, names, made, database):
    app = names("app")
    database.execute(f"CREATE SCHEMA {names('x')}; GRANT USAGE ON SCHEMA {names('x')} TO {app}; CREATE TABLE {names('x')}.t (); GRANT SELECT ON {names('x')}.t TO {app}")
    outcome = remove(target, app)
    assert outcome["failed"] and f"owns or has privileges on objects of other databases: 2 in {database.name}. See there" in outcome["msg"]
    elsewhere = dataclasses.replace(target, name=database.name)
    # Where these are, they go; what is left in the first database are privileges, which go from there.
    assert "of other databases" not in str(remove(elsewhere, app, check=True).get("msg"))


def test_a_policy_that_names_it_is_not_dropped_silently(target, names, made):
    target.execute(f"SET ROLE {names('owner')}; CREATE POLICY p ON s.t AS RESTRICTIVE TO {names('app')} USING (true)")
    outcome = remove(target, names("app"))
    assert outcome["failed"] and "owns, or is named by: policy p on table s.t." in outcome["msg"]


def test_a_membership_that_it_granted_is_somebody_elses(target, names, made):
    app, other = names("app"), names("other")
    target.execute(f"CREATE ROLE {other}; GRANT {names('rw')} TO {app} WITH ADMIN TRUE")
    target.as_user(app).execute(f"GRANT {names('rw')} TO {other}")
    outcome = remove(target, app)
    assert outcome["failed"] and f"membership of role {other} in role {names('rw')}" in outcome["msg"]


def test_privileges_on_what_belongs_to_somebody_out_of_reach_are_listed(target, names, made):
    server = target.database.server
    server.psql(f"CREATE TABLE public.far (a int); GRANT SELECT ON public.far TO {names('app')}", database=target.name)
    outcome = remove(target, names("app"))
    assert outcome["failed"] and "has privileges that this login can't revoke: table far of a superuser. Revoke them as the objects' owner" in outcome["msg"]


def test_a_group_goes_only_with_its_members(target, names, made):
    rw, app = names("rw"), names("app")
    outcome = remove(target, rw)
    assert outcome["failed"] and f"has members: {app}." in outcome["msg"]
    assert actions(remove(target, rw, app)) == ["drop_privileges", "drop", "drop"]
    assert not exists(target, rw) and not exists(target, app)


def test_the_connecting_login_is_not_removed(target):
    outcome = remove(target, target.user)
    assert outcome["failed"] and "it is the login that does the work" in outcome["msg"]


def test_a_session_that_is_open_is_named_and_no_other_can_begin(target, names, made):
    app = names("app")
    there = dataclasses.replace(target.database, name=target.name)
    with contextlib.closing(there.connect(app)):
        checked, done = remove(target, app, check=True), remove(target, app)
        assert all(f"{app} has 1 open session, which" in str(outcome["warnings"]) for outcome in (checked, done))
        with pytest.raises(psycopg2.OperationalError):
            there.connect(app)


def test_a_removal_that_the_login_may_not_do_is_refused_and_leaves_everything(target, names, made):
    """A role that somebody else made."""
    target.database.server.psql(f"CREATE ROLE {names('foreign')} LOGIN")
    outcome = remove(target, names("foreign"), names("app"))
    assert outcome["failed"] and f"'{names('foreign')}': {target.user} has no ADMIN OPTION on it" in outcome["msg"]
    assert exists(target, names("app")) and exists(target, names("foreign"))
