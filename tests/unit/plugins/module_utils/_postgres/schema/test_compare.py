# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.compare import Difference, compare, without
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Catalogs

TABLE = {"owner": "app_owner", "columns": "id, name", "row_security": "yes"}
SHAPE = {"owner": "app_owner", "row_security": "yes"}


def told(expected, actual, foreign=(), partitions=None):
    return [(found.object, found.attribute, found.expected, found.actual) for found in compare(expected, Catalogs(actual, partitions or {}), foreign)]


@pytest.mark.parametrize(("expected", "actual", "differences"), [
    ({}, {}, []),
    ({"table a.t": TABLE}, {"table a.t": TABLE}, []),
    ({"table a.t": TABLE}, {"table a.t": {**TABLE, "owner": "evil"}}, [("table a.t", "owner", "app_owner", "evil")]),
    # What is as by default is no attribute.
    ({"table a.t": TABLE}, {"table a.t": {"owner": "app_owner", "columns": "id, name"}}, [("table a.t", "row_security", "yes", None)]),
    ({"role r": {"kind": "group"}}, {"role r": {"kind": "group", "superuser": "yes"}}, [("role r", "superuser", None, "yes")]),
    ({"table a.t": TABLE}, {}, [("table a.t", "existence", "there", "missing")]),
    # An object nobody expects says how dangerous it is.
    (
        {}, {"function a.f()": {"owner": "evil", "security_definer": "yes", "acl PUBLIC": "EXECUTE", "body": "leak"}},
        [("function a.f()", "existence", "not there", "there; owner evil; security_definer yes; acl PUBLIC EXECUTE")],
    ),
    # A column tells of itself; another order of the same ones is the table's.
    (
        {"table a.t": TABLE, "column a.t.id": {"type": "text"}, "column a.t.name": {"type": "text"}},
        {"table a.t": {**TABLE, "columns": "id"}, "column a.t.id": {"type": "text"}},
        [("column a.t.name", "existence", "there", "missing")],
    ),
    ({"table a.t": TABLE}, {"table a.t": {**TABLE, "columns": "name, id"}}, [("table a.t", "columns", "id, name", "name, id")]),
    # Members are told by version: another one has its own, and those of the same one are what they were.
    ({"extension e": {"version": "1", "members 1": "x"}}, {"extension e": {"version": "2", "members 2": "y"}}, [("extension e", "version", "1", "2")]),
    ({"extension e": {"members 1": "x"}}, {"extension e": {"members 1": "y"}}, [("extension e", "members 1", "x", "y")]),
    # A table that is missing says all about what was on it, and one that is not expected as well.
    (
        {"table a.t": TABLE, "comment table a.t": {"text": "x"}, "comment table column a.t.id": {"text": "x"}, "comment schema a": {"text": "x"}}, {},
        [("comment schema a", "existence", "there", "missing"), ("table a.t", "existence", "there", "missing")],
    ),
    (
        {"table a.t": TABLE, "policy a.t.p": {"using": "x"}, "index a.t.i": {"definition": "x"}, "trigger a.t.g": {"definition": "x"}}, {},
        [("table a.t", "existence", "there", "missing")],
    ),
    ({}, {"view a.v": {"owner": "o"}, "column a.v.x": {"type": "text"}}, [("view a.v", "existence", "not there", "there; owner o")]),
    ({"table a.t": TABLE}, {"table a.t": TABLE, "policy a.t.p": {"roles": "r", "using": "true"}},
     [("policy a.t.p", "existence", "not there", "there; roles r; using true")]),
])
def test_what_differs(expected, actual, differences):
    assert told(expected, actual) == differences


@pytest.mark.parametrize(("expected", "actual", "partitions", "differences"), [
    # More of the same are no difference.
    ({"partitions a.log 1": SHAPE}, {"partitions a.log 1": SHAPE}, {"partitions a.log 1": ["a.x", "a.y"]}, []),
    # Numbers of shapes mean nothing.
    (
        {"partitions a.log 1": SHAPE, "partitions a.log 2": {**SHAPE, "default_partition": "yes"}},
        {"partitions a.log 2": SHAPE, "partitions a.log 1": {**SHAPE, "default_partition": "yes"}}, {}, [],
    ),
    (
        {"partitions a.log 1": SHAPE},
        {"partitions a.log 1": SHAPE, "partitions a.log 2": {"owner": "app_owner"}}, {"partitions a.log 2": ["a.x"]},
        [("partition of a.log (a.x)", "row_security", "yes", None)],
    ),
    (
        {"partitions a.log 1": SHAPE}, {"partitions a.log 1": {"owner": "evil", "row_security": "yes"}}, {"partitions a.log 1": ["a.a", "a.b", "a.c", "a.d"]},
        [("partition of a.log (a.a, a.b, a.c and 1 more)", "owner", "app_owner", "evil")],
    ),
    ({"partitions a.log 1": SHAPE}, {}, {}, [("partition of a.log", "existence", "there; owner app_owner", "missing")]),
    ({}, {"partitions a.log 1": SHAPE}, {"partitions a.log 1": ["a.x"]}, [("partition of a.log (a.x)", "existence", "not there", "there; owner app_owner")]),
    (
        {"partitions a.log 1": SHAPE, "partitions a.log 2": {**SHAPE, "default_partition": "yes"}}, {"partitions a.log 1": SHAPE}, {},
        [("partition of a.log", "existence", "there; owner app_owner", "missing")],
    ),
])
def test_partitions_by_their_shape(expected, actual, partitions, differences):
    assert told(expected, actual, partitions=partitions) == differences


@pytest.mark.parametrize(("pattern", "left"), [
    ("table reports.*", ["parameter p", "role rds_x"]),
    ("role rds*", ["column reports.t.x", "parameter p", "table reports.t"]),
    ("parameter * | acl rds*", ["column reports.t.x", "parameter p", "role rds_x", "table reports.t"]),
    ("parameter * | acl *", ["column reports.t.x", "role rds_x", "table reports.t"]),
    ("role", ["column reports.t.x", "parameter p", "role rds_x", "table reports.t"]),
])
def test_what_is_somebody_elses(pattern, left):
    facts = {
        "table reports.t": {"owner": "o"}, "column reports.t.x": {"type": "text"}, "role rds_x": {"kind": "group"},
        "parameter p": {"acl rds_x": "SET", "acl PUBLIC": "SET"},
    }
    assert sorted(without(facts, [pattern])) == left


def test_what_is_expected_is_compared_in_any_case():
    assert told({"role rds_x": {"kind": "group"}}, {"role rds_x": {"kind": "login"}}, ["role *"]) == [("role rds_x", "kind", "group", "login")]


def test_an_attribute_that_a_pattern_names_may_be_anything():
    one, other = {"role r": {"kind": "login", "connection_limit": "5"}}, {"role r": {"kind": "login", "superuser": "yes"}}
    assert told(one, other, ["role r | connection_limit"]) == [("role r", "superuser", None, "yes")]
    assert told(one, other, ["role r | connection_limit", "role r | superuser"]) == []
    assert told({"parameter p": {"acl r": "SET"}}, {}, ["parameter * | acl r"]) == [], "nothing of it is left to be compared"


@pytest.mark.parametrize(("expected", "actual", "text"), [
    ("a", "b", "o: x: expected a, found b"),
    (None, "b", "o: x: expected nothing, found b"),
    ("a\nb\nc", "a\nB\nc", "o: x line 2: expected b, found B"),
    ("a\nb", "a", "o: x line 2: expected b, found nothing"),
    ("a", None, "o: x: expected a, found nothing"),
    ("a" * 300, "b", f"o: x: expected {'a' * 200}…, found b"),
    ("a\nb", None, "o: x: expected a b, found nothing"),
])
def test_a_difference_is_one_line(expected, actual, text):
    assert Difference("o", "x", expected, actual).text == text
