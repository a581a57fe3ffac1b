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
