# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import extensions
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, judge

LOADED = {"database_instance_parameters": {"shared_preload_libraries": "pg_stat_statements, pgaudit"}}


def said(*entries, **values):
    return [(error.option, error.message) for error in judge(extensions.CHECKS, Settings({"system_extensions": list(entries), **LOADED, **values}))]


@pytest.mark.parametrize("entry", [
    {"name": "pgaudit", "preload": True}, {"name": "pg_stat_statements", "preload": True, "create": False}, {"name": "uuid-ossp"},
    {"name": "auto_explain", "preload": True, "create": False},
])
def test_what_rds_has(entry):
    loaded = {"shared_preload_libraries": ["pg_stat_statements", "pgaudit", "auto_explain"]}
    assert said(entry, database_instance_parameters=loaded) == []


@pytest.mark.parametrize(("name", "words"), [
    ("timescaledb", "RDS does not offer it: its licence"),
    ("pg_audit", "Write pgaudit."),
    ("pgvector", "Write vector."),
    ("file_fdw", "it needs a superuser"),
    ("plpython3u", "it needs a superuser"),
    ("pgcryto", "Did you mean pgcrypto?"),
])
def test_what_rds_has_not_is_refused_with_the_reason(name, words):
    ((option, message),) = said({"name": name})
    assert option == "system_extensions[0].name" and words in message


def test_a_server_of_somebody_elses_may_have_more():
    assert said({"name": "timescaledb", "preload": True}, {"name": "plpython3u"}, system_database="address") == []
    assert [option for option, _message in said({"name": "pg_audit"}, system_database="address")] == ["system_extensions[0].name"]


def test_a_name_that_is_like_none_is_left_to_the_server():
    assert said({"name": "quite_new"}) == []


@pytest.mark.parametrize(("entry", "option", "remedy"), [
    ({"name": "pg_cron", "preload": True}, "system_extensions[0].preload", "Set it to pg_stat_statements,pgaudit,pg_cron."),
    ({"name": "pgaudit"}, "system_extensions[0].preload", "Set it to true"),
    ({"name": "citext", "create": False}, "system_extensions[0]", "say preload or create"),
])
def test_what_has_to_be_preloaded(entry, option, remedy):
    ((said_option, message),) = said(entry)
    assert said_option == option and remedy in message


def test_nothing_is_preloaded_where_no_parameter_says_so():
    assert [option for option, _message in said({"name": "pgaudit", "preload": True}, database_instance_parameters={})] == ["system_extensions[0].preload"]


def test_twice():
    assert [option for option, _message in said({"name": "citext"}, {"name": "citext"})] == ["system_extensions"]


def test_the_tables_do_not_contradict_each_other():
    assert not extensions.ON_RDS & set(extensions.NOT_ON_RDS)
    assert set(extensions.MISSPELT) <= set(extensions.NOT_ON_RDS)
    assert set(extensions.MISSPELT.values()) <= extensions.ON_RDS


@pytest.mark.parametrize(("parameter", "loaded"), [
    ("pg_stat_statements,pgaudit", True), (" pg_stat_statements ,  pgaudit ", True), (["pgaudit"], True), (",pgaudit,", True),
    ("pg_stat_statements", False), ("", False), (None, False), ([], False), ("pgaudits", False),
])
def test_libraries_are_a_text_with_commas_or_a_list(parameter, loaded):
    errors = said({"name": "pgaudit", "preload": True}, database_instance_parameters={"shared_preload_libraries": parameter})
    assert [option for option, _message in errors] == ([] if loaded else ["system_extensions[0].preload"])


def test_the_remedy_keeps_what_is_loaded_and_has_no_empty_name():
    ((_option, message),) = said({"name": "pg_cron", "preload": True}, database_instance_parameters={"shared_preload_libraries": ", pgaudit ,"})
    assert message.endswith("Set it to pgaudit,pg_cron.")


@pytest.mark.parametrize(("entries", "expected"), [
    pytest.param([{"name": "citext"}, {"name": "pgaudit"}], [("system_extensions[1].preload", False)], id="each by its place"),
    pytest.param([{"name": "pgaudit", "preload": False}], [("system_extensions[0].preload", False)], id="said to be none"),
    pytest.param([{"name": "pg_cron", "preload": True}], [("system_extensions[0].preload", True)], id="not loaded"),
    pytest.param([{"name": "timescaledb"}], [("system_extensions[0].name", "timescaledb")], id="what RDS has not is refused once"),
    pytest.param([{"name": "citext"}, {"name": "x_new", "create": False}], [("system_extensions[1]", None)], id="does nothing"),
    pytest.param([{"name": "citext", "create": True}], [], id="created"),
    pytest.param([{"name": "citext"}, {"name": "pgcryto"}, {"name": "pgvector"}],
                 [("system_extensions[1].name", "pgcryto"), ("system_extensions[2].name", "pgvector")], id="names"),
    pytest.param([{"name": name} for name in "bbaa"], [("system_extensions", "a"), ("system_extensions", "b")], id="twice, in order"),
])
def test_each_entry_is_refused_by_its_place_and_value(entries, expected):
    errors = judge(extensions.CHECKS, Settings({"system_extensions": entries, **LOADED}))
    assert [(error.option, error.value) for error in errors] == expected


def test_a_name_that_is_like_one_of_rds_may_be_somebody_elses_elsewhere():
    assert said({"name": "pgcryto"}, system_database="address") == []


@pytest.mark.parametrize("name", sorted(set(extensions.NOT_ON_RDS) - set(extensions.MISSPELT)))
def test_what_rds_has_not_comes_with_a_reason_and_a_way_out(name):
    ((option, message),) = [each for each in said({"name": name, "preload": True}) if each[0].endswith(".name")]
    assert option == "system_extensions[0].name" and message.startswith(f"{option}: {name!r}: ") and message.endswith(".")


def test_what_works_only_preloaded_is_known():
    preloaded = ["pg_cron", "pg_stat_statements", "pg_tle", "pg_transport", "pgactive", "pgaudit", "pglogical", "plprofiler", "plrust"]
    assert [name for name in sorted(extensions.ON_RDS) if said({"name": name})] == preloaded
