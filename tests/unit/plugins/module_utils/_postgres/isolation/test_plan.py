# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.plan import Canary, Seen, Sightings, not_proved, plan_canaries
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.tables import Table

TABLE = Table("app", "projects", "tenant_id", None, ("tenant_id", "name"))
CANARY = Canary("app.projects", {"name": "canary"})


def state(a, b, without="42501", version=170006, **context):
    return Sightings([TABLE], {("A", "app.projects"): Seen(*a), ("B", "app.projects"): Seen(*b)}, {"app.projects": without}, version, **context)


def planned(actual, canaries=(CANARY,)):
    return [change.path for change in plan_canaries(["A", "B"], canaries, actual).changes]


@pytest.mark.parametrize(("actual", "paths", "unproved"), [
    (state((1, 0), (2, 0)), [], 0),
    (state((1, 0), (0, 0)), ["B.app.projects"], 1),
    (state((0, 0), (0, 0), None), ["A.app.projects", "B.app.projects"], 2),
])
def test_a_tenant_without_rows_gets_a_canary(actual, paths, unproved):
    assert planned(actual) == paths
    assert len(not_proved(["A", "B"], actual)) == unproved


@pytest.mark.parametrize(("actual", "words"), [
    (state((1, 3), (1, 0)), "app.projects shows A 3 rows of other tenants"),
    (state((0, 1), (1, 0)), "app.projects shows A 1 rows of other tenants"),
    (state((1, 0), (0, 0), None), "app.projects answers without a tenant context"),
])
def test_a_leak_is_refused_with_who_saw_how_much_where(actual, words):
    with pytest.raises(LaunchError, match=words):
        planned(actual)


def test_a_table_that_nothing_can_be_proved_with_is_refused():
    with pytest.raises(LaunchError, match="app.projects shows B no row of its own") as refusal:
        planned(state((1, 0), (0, 0)), canaries=())
    assert refusal.value.option == "canaries"


def test_a_canary_for_a_table_that_is_not_proved_is_refused():
    with pytest.raises(LaunchError, match="canaries: 'app.other': it is not among the tables"):
        planned(state((1, 0), (1, 0)), canaries=(CANARY, Canary("app.other", {})))


def test_a_canary_with_a_column_that_is_not_there_is_refused_even_where_there_is_a_row():
    with pytest.raises(LaunchError, match="canaries: 'app.projects': it has no column nope that takes a value"):
        planned(state((1, 0), (1, 0)), canaries=(Canary("app.projects", {"name": "x", "nope": 1}),))


@pytest.mark.parametrize("version", [180000, 170006, 170012, 160010, 150014, 140019, 130022])
def test_a_server_with_the_fix_of_its_planner_can_be_proved_with(version):
    assert planned(state((1, 0), (1, 0), version=version)) == []


@pytest.mark.parametrize(("version", "said", "remedy"), [
    (170005, "PostgreSQL 17.5", "Upgrade it to 17.6 or later."),
    (170004, "PostgreSQL 17.4", "Upgrade it to 17.6 or later."),
    (160009, "PostgreSQL 16.9", "Upgrade it to 16.10 or later."),
    (150013, "PostgreSQL 15.13", "Upgrade it to 15.14 or later."),
    (140018, "PostgreSQL 14.18", "Upgrade it to 14.19 or later."),
    (130021, "PostgreSQL 13.21", "Upgrade it to 13.22 or later."),
    (120022, "PostgreSQL 12.22", "Upgrade it to 17.6 or 16.10"),
])
def test_a_server_that_tells_statistics_is_no_proof_whatever_its_tables_show(version, said, remedy):
    with pytest.raises(LaunchError, match="NOT PROVED.*CVE-2025-8713") as refusal:
        planned(state((1, 0), (1, 0), version=version))
    assert said in refusal.value.problem and refusal.value.remedy.startswith(remedy)


@pytest.mark.parametrize(("context", "words"), [
    ({"unsigned": None}, "NOT PROVED: a context without a token is taken"),
    ({"unsigned": "context_unsigned", "listed": 1}, "LEAK: the server lists the settings"),
])
def test_a_context_that_sql_can_forge_is_no_proof(context, words):
    assert planned(state((1, 0), (1, 0), unsigned="context_unsigned")) == []
    with pytest.raises(LaunchError, match=words):
        planned(state((1, 0), (1, 0), **context))


@pytest.mark.parametrize(("entries", "words"), [
    (0, "NOT PROVED: a change of app.projects by A leaves no entry in the audit log"),
    ("SQLSTATE 23514: no partition.", "NOT PROVED: A can't change its row in app.projects: SQLSTATE 23514: no partition."),
])
def test_a_change_that_is_not_logged_is_no_proof(entries, words):
    assert planned(state((1, 0), (1, 0), logged={("A", "app.projects"): 2})) == []
    with pytest.raises(LaunchError, match=words):
        planned(state((1, 0), (1, 0), logged={("A", "app.projects"): entries, ("B", "app.projects"): 1}))


def test_a_leak_is_told_before_what_is_not_logged():
    with pytest.raises(LaunchError) as refusal:
        planned(state((1, 3), (1, 0), logged={("A", "app.projects"): 0}))
    assert [error.problem[:4] for error in refusal.value.errors] == ["LEAK", "NOT "]
