# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.extension.plan import (
    ActualExtensions,
    Extension,
    Installed,
    Offer,
    desired_extensions,
    plan_extensions,
)

ACTUAL = ActualExtensions(
    installed={"pgaudit": Installed("public", "17.0"), "hstore": Installed("public", "1.7")},
    available={
        "pgaudit": frozenset({"17.0", "17.1"}), "hstore": frozenset({"1.8"}), "pg_stat_statements": frozenset({"1.10", "1.11"}),
        "citext": frozenset({"1.6"}), "cube": frozenset({"1.5"}), "earthdistance": frozenset({"1.2"}), "a": frozenset({"1"}), "b": frozenset({"1"}),
    },
    preloaded=frozenset({"pg_stat_statements"}),
    schemas=frozenset({"public"}),
    requires={"earthdistance": frozenset({"cube"}), "a": frozenset({"b"}), "b": frozenset({"a"})},
    updates={"pgaudit": frozenset({"17.1"})},
    offers={
        ("earthdistance", None): Offer(frozenset({"cube"})), ("earthdistance", "1.2"): Offer(frozenset({"cube"})), ("citext", "1.6"): Offer(is_allowed=False),
        ("hstore", None): Offer(frozenset({"cube"}), is_allowed=False),
    },
)


@pytest.mark.parametrize(("extension", "changes", "pending"), [
    pytest.param(Extension("citext"), [("create", "citext")], [], id="missing"),
    pytest.param(Extension("pg_stat_statements", preload=True), [("create", "pg_stat_statements")], [], id="missing and preloaded"),
    pytest.param(Extension("hstore"), [], [], id="there"),
    pytest.param(Extension("hstore", schema="public"), [], [], id="there, in its schema"),
    pytest.param(Extension("pgaudit", version="17.0"), [], [], id="there, in its version"),
    pytest.param(Extension("pgaudit", version="17.1"), [("update", "pgaudit.version")], [], id="another version"),
    pytest.param(Extension("hstore", version="1.7"), [], [], id="there, in a version that is no longer offered"),
    pytest.param(Extension("citext", schema="public"), [("create", "citext")], [], id="missing, in a schema"),
    pytest.param(Extension("citext", schema="texts"), [("create", "schema texts"), ("create", "citext")], [], id="missing, in a missing schema"),
    pytest.param(Extension("hstore", schema="texts", create=False), [], [], id="its schema, where only its library counts"),
    pytest.param(Extension("pgaudit", preload=True), [], ["pgaudit.preload"], id="there, not preloaded"),
    pytest.param(Extension("auto_explain", preload=True, create=False), [], ["auto_explain.preload"], id="a library only"),
])
def test_what_is_missing_is_planned(extension, changes, pending):
    plan = plan_extensions([extension], ACTUAL)
    assert [(change.action, change.path) for change in plan.changes] == changes
    assert [(change.path, change.when) for change in plan.pending] == [(path, "pending_reboot") for path in pending]


@pytest.mark.parametrize(("extension", "words"), [
    (Extension("timescaledb"), "the server does not offer it"),
    (Extension("citext", version="9"), "the server has no version 9 of it. Take one of 1.6"),
    (Extension("hstore", version="1.8"), "the server can't bring it from version 1.7 to 1.8. Take one of 1.7"),
    (Extension("pgaudit", version="16.0"), "the server has no version 16.0 of it"),
    (Extension("hstore", schema="extensions"), "it is in schema public, not in extensions"),
    (Extension("earthdistance"), "it requires cube. Put that on the list"),
    (Extension("earthdistance", version="1.2"), "it requires cube"),
    (Extension("citext", version="1.6"), "the login may not create it"),
    (Extension("citext", preload=True), "has not preloaded it, and it can't be created before"),
])
def test_what_can_not_be_had_is_refused(extension, words):
    with pytest.raises(LaunchError) as refused:
        plan_extensions([extension], ACTUAL)
    assert words in refused.value.message and refused.value.value == extension.name


@pytest.mark.parametrize(("names", "order"), [
    (["earthdistance", "citext", "cube"], ["cube", "earthdistance", "citext"]),
    (["citext", "cube", "earthdistance"], ["citext", "cube", "earthdistance"]),
    (["a", "b"], ["b", "a"]),
])
def test_what_one_requires_comes_before_it(names, order):
    assert [change.path for change in plan_extensions([Extension(name) for name in names], ACTUAL).changes] == order


def test_a_missing_schema_of_two_is_made_once_and_first():
    plan = plan_extensions([Extension("earthdistance", schema="public"), Extension("citext", schema="x"), Extension("cube", schema="x")], ACTUAL)
    assert [change.path for change in plan.changes] == ["schema x", "cube", "earthdistance", "citext"]


def test_all_refusals_come_at_once():
    with pytest.raises(LaunchError) as refused:
        plan_extensions([Extension("timescaledb"), Extension("citext", version="9")], ACTUAL)
    assert "timescaledb" in refused.value.message and "citext" in refused.value.message


@pytest.mark.parametrize(("names", "words"), [
    (["a", "a"], "it is in the list twice"), (["x; drop"], "it is not the name of an extension"), (["A"], "it is not the name"),
])
def test_a_list_that_makes_no_sense(names, words):
    with pytest.raises(LaunchError, match=words):
        desired_extensions([{"name": name} for name in names])


@pytest.mark.parametrize("extensions", [
    [Extension("earthdistance"), Extension("cube")],
    [Extension("hstore")],  # it is there, whoever could create it
    [Extension("earthdistance", create=False)],
])
def test_what_is_there_or_comes_with_it_is_not_missing(extensions):
    plan_extensions(extensions, ACTUAL)


@pytest.mark.parametrize(("schema", "words"), [
    ("s" * 64, "it is not a name for a schema"),
    ("\u00e9" * 32, "it is not a name for a schema"),
    ("", "it is not a name for a schema"),
    ("a\0b", "it is not a name for a schema"),
    ("pg_mine", "it belongs to PostgreSQL"),
])
def test_a_schema_that_no_server_has_under_that_name_is_refused(schema, words):
    with pytest.raises(LaunchError, match=words):
        desired_extensions([{"name": "citext", "schema": schema}])


@pytest.mark.parametrize("schema", ["s" * 63, "Of texts", "pg_catalog", None])
def test_a_schema_that_may_be_is_taken(schema):
    assert desired_extensions([{"name": "citext", "schema": schema}]) == [Extension("citext", schema=schema)]
