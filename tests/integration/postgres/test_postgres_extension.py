# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import secrets

INSTALLED = "SELECT extname, extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"


def test_extensions_are_created_once_by_a_master_that_is_no_superuser(target):
    wanted = [{"name": "pg_stat_statements"}, {"name": "hstore"}]
    planned = target.run("postgres_extension", check=True, extensions=wanted)
    assert planned["changed"] and target.rows(INSTALLED) == []
    made = target.run("postgres_extension", extensions=wanted)
    assert [change["path"] for change in made["plan"]] == ["pg_stat_statements", "hstore"]
    assert [name for name, _version in target.rows(INSTALLED)] == ["hstore", "pg_stat_statements"]
    again = target.run("postgres_extension", extensions=wanted)
    assert (again["changed"], again["plan"]) == (False, [])
    assert {one["name"]: one["version"] for one in again["extensions"]} == dict(target.rows(INSTALLED))


def test_an_older_version_is_brought_to_the_one_that_is_asked_for(target):
    target.run("postgres_extension", extensions=[{"name": "hstore", "version": "1.7"}])
    assert target.rows(INSTALLED) == [("hstore", "1.7")]
    assert target.run("postgres_extension", extensions=[{"name": "hstore", "version": "1.8"}])["changed"]
    assert target.rows(INSTALLED) == [("hstore", "1.8")]


def test_one_that_is_refused_keeps_all_others_from_being_made(target):
    refused = target.run("postgres_extension", extensions=[{"name": "hstore"}, {"name": "timescaledb"}])
    assert refused["failed"] and (refused["option"], refused["value"]) == ("extensions", "timescaledb")
    assert target.rows(INSTALLED) == []


def test_what_the_running_server_has_not_loaded_is_pending(target):
    outcome = target.run("postgres_extension", extensions=[{"name": "auto_explain", "preload": True, "create": False}])
    assert not outcome["changed"] and [change["path"] for change in outcome["pending"]] == ["auto_explain.preload"]


def test_what_one_of_them_requires_is_made_before_it(target, names):
    """As a superuser, since earthdistance is not trusted in the image."""
    user, password = names("super"), secrets.token_urlsafe(16)
    target.database.server.psql(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{password}'")
    target.database.passwords[user] = password
    made = target.as_user(user).run("postgres_extension", extensions=[{"name": "earthdistance"}, {"name": "cube"}])
    assert [change["path"] for change in made["plan"]] == ["cube", "earthdistance"]
    assert [name for name, _version in target.rows(INSTALLED)] == ["cube", "earthdistance"]


def test_a_version_that_nothing_leads_to_is_refused_in_the_plan(target):
    target.run("postgres_extension", extensions=[{"name": "hstore", "version": "1.8"}])
    refused = target.run("postgres_extension", check=True, extensions=[{"name": "hstore", "version": "1.7"}])
    assert refused["failed"] and refused["problem"] == "the server can't bring it from version 1.8 to 1.7."


def test_a_schema_that_is_not_there_is_made_and_granted_to_nobody(target):
    wanted = [{"name": "hstore"}, {"name": "citext", "schema": "Of texts"}]
    planned = target.run("postgres_extension", check=True, extensions=wanted)
    made = target.run("postgres_extension", extensions=wanted)
    assert planned["plan"] == made["plan"] and [change["path"] for change in made["plan"]] == ["schema Of texts", "hstore", "citext"]
    assert [one["schema"] for one in made["extensions"]] == ["public", "Of texts"]
    assert target.rows("SELECT nspacl::text FROM pg_namespace WHERE nspname = 'Of texts'") == [(None,)]
    assert not target.run("postgres_extension", extensions=wanted)["changed"]


def test_one_in_another_schema_is_moved_by_nobody(target):
    target.run("postgres_extension", extensions=[{"name": "citext"}])
    refused = target.run("postgres_extension", extensions=[{"name": "citext", "schema": "texts"}])
    assert refused["failed"] and refused["problem"] == "it is in schema public, not in texts."
    assert target.rows("SELECT nspname FROM pg_namespace WHERE nspname = 'texts'") == []


def test_what_the_server_refuses_leaves_nothing(target):
    target.execute("CREATE TYPE citext AS ENUM ()")
    broken = target.run("postgres_extension", extensions=[{"name": "hstore"}, {"name": "citext"}])
    assert broken["failed"] and 'type "citext" already exists' in broken["msg"]
    assert target.rows(INSTALLED) == []


def test_one_that_lacks_what_it_requires_is_refused_in_the_plan(target):
    refused = target.run("postgres_extension", check=True, extensions=[{"name": "hstore"}, {"name": "earthdistance"}])
    assert refused["failed"] and (refused["value"], refused["problem"]) == ("earthdistance", "it requires cube.")


def test_a_login_that_may_not_create_one_is_told_so_in_the_plan(target, names):
    """One that is no superuser, and in none of RDS's roles."""
    user, password = names("plain"), secrets.token_urlsafe(16)
    target.database.server.psql(f"CREATE ROLE {user} LOGIN PASSWORD '{password}' IN ROLE pg_read_all_settings")
    target.database.passwords[user] = password
    wanted = [{"name": "earthdistance"}, {"name": "cube"}, {"name": "hstore"}]
    refused = target.as_user(user).run("postgres_extension", check=True, extensions=wanted)
    assert refused["failed"] and [error["value"] for error in refused["errors"]] == ["earthdistance", "cube", "hstore"]
    target.database.server.psql(f'GRANT CREATE ON DATABASE "{target.name}" TO {user}')
    refused = target.as_user(user).run("postgres_extension", check=True, extensions=wanted)
    assert (refused["value"], refused["option"]) == ("earthdistance", "extensions")
    target.database.server.psql(f'REVOKE CREATE ON DATABASE "{target.name}" FROM {user}')
