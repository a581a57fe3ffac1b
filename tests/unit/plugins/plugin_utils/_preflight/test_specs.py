# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import specs

HOSTS = {
    "type": "list", "elements": "dict",
    "options": {"name": {"type": "str", "required": True}, "size": {"type": "int"}, "kind": {"type": "str", "choices": ["big", "small"]}},
}


@pytest.mark.parametrize(("spec", "value", "taken"), [
    ({"type": "int"}, "400", 400),
    ({"type": "bool"}, "yes", True),
    ({}, 17.6, "17.6"),
    ({"type": "list", "elements": "str"}, "a,b", ["a", "b"]),
    ({"type": "list", "elements": "int"}, ["1", 2], [1, 2]),
    ({"type": "dict"}, {"a": 1}, {"a": 1}),
    ({"type": "list", "elements": "str", "choices": ["a", "b"]}, ["b"], ["b"]),
    (HOSTS, [{"name": "a", "size": "3"}], [{"name": "a", "size": 3}]),
    (HOSTS, [{"name": "a", "size": None}], [{"name": "a"}]),
])
def test_values_are_taken_in_the_type_that_is_declared(spec, value, taken):
    assert specs.check("option", spec, value) == (taken, [])


@pytest.mark.parametrize(("spec", "value", "message"), [
    ({"type": "int"}, "high", "option: 'high': it is not a whole number. Write a whole number."),
    ({"type": "bool"}, "maybe", "option: 'maybe': it is neither true nor false. Write true or false."),
    ({"type": "str"}, ["a"], "option: ['a']: it is not a text. Write one text."),
    ({"type": "list", "elements": "dict"}, "harbor", "option: 'harbor': it is not a list. Write it as a list; [] is an empty one."),
    ({"type": "list", "elements": "dict"}, {"a": 1}, "option: {'a': 1}: it is not a list. Write it as a list; [] is an empty one."),
    ({"type": "dict"}, [1], "option: [1]: it is not a mapping. Write it as key: value."),
    ({"choices": ["never", "if_pending"]}, "if-pending", "option: 'if-pending': it is not one of never, if_pending. Did you mean if_pending?"),
    ({"choices": ["a", "b"]}, "zzz", "option: 'zzz': it is not one of a, b. Choose one of them."),
    ({"type": "dict"}, {5: "a"}, "option.5: its name is not a text. Write the name in quotes, as in '5'."),
    ({"type": "list", "elements": "str", "choices": ["a", "b"]}, ["a", "z"], "option[1]: 'z': it is not one of a, b. Choose one of them."),
    (HOSTS, [{"name": "a"}, "b"], "option[1]: 'b': it is not a mapping. Write it as key: value."),
    (HOSTS, [{"name": "a", "size": "x"}], "option[0].size: 'x': it is not a whole number. Write a whole number."),
    (HOSTS, [{"size": 3}], "option[0].name: it has no value. Give one."),
    (HOSTS, [{"name": None}], "option[0].name: it has no value. Give one."),
    (HOSTS, [{"name": "a", "sise": 3}], "option[0].sise: there is no such key. Did you mean size?"),
    (HOSTS, [{"name": "a", "qqq": 3}], "option[0].qqq: there is no such key. It takes name, size, kind."),
    (HOSTS, [{"name": "a", "kind": "bigg"}], "option[0].kind: 'bigg': it is not one of big, small. Did you mean big?"),
])
def test_what_is_wrong_is_named_by_its_place(spec, value, message):
    _taken, (error,) = specs.check("option", spec, value)
    assert error.message == message


def test_all_that_is_wrong_is_said_at_once():
    _taken, errors = specs.check("option", HOSTS, [{"size": "x"}, {"name": "a", "kind": "c"}])
    assert [error.option for error in errors] == ["option[0].name", "option[0].size", "option[1].kind"]


@pytest.mark.parametrize(("spec", "value"), [
    ({"type": "int"}, "hunter2"), ({"choices": ["a"]}, "hunter2"), ({"type": "str"}, ["hunter2"]),
    ({"type": "dict", "options": {"key": {"type": "int"}}}, {"key": "hunter2"}),
    ({"type": "list", "elements": "int"}, ["hunter2"]),
    ({"type": "list", "elements": "dict", "options": {"key": {"type": "int"}}}, [{"key": "hunter2"}]),
])
def test_what_is_not_to_be_logged_is_not_shown(spec, value):
    _taken, (error,) = specs.check("option", spec | {"no_log": True}, value)
    assert "hunter2" not in error.message


LOGIN = {"type": "dict", "options": {"name": {}, "secret": {}}}


@pytest.mark.parametrize(("option", "spec", "value"), [
    ("login", LOGIN, {"name": "a", "secret": {"password": "hunter2"}}), ("login", LOGIN, "hunter2"), ("logins", {**LOGIN, "type": "list"}, {"a": "hunter2"}),
    ("logins", {**LOGIN, "type": "list", "elements": "dict"}, ["hunter2"]), ("aws_endpoint_secret_key", {}, ["hunter2"]),
])
def test_what_stands_where_a_secret_belongs_is_not_shown(option, spec, value):
    _taken, (error,) = specs.check(option, spec, value)
    assert "hunter2" not in error.message


@pytest.mark.parametrize(("description", "text"), [
    ("The dict C(a\\)b), V(launch) or O(system_pool=none).", "The dict a)b, launch or system_pool=none."),
    ("RV(x) of M(launch.database.y).", "x of launch.database.y."),
    ("EC2 (a machine)", "EC2 (a machine)"),
])
def test_a_description_is_read_without_its_markup(description, text):
    assert specs.missing("option", {"description": description}).message == f"option: it has no value. Give one: {text}"


def test_a_missing_value_is_described():
    assert specs.missing("option", {"description": ["Where it is.", "More."]}).message == "option: it has no value. Give one: Where it is."


def test_nothing_is_no_element_of_a_list():
    value, errors = specs.check("machines", {"type": "list", "elements": "dict", "options": {"name": {"type": "str"}}}, [None, {"name": "a"}])
    assert value == [None, {"name": "a"}]
    assert [error.message for error in errors] == ["machines[0]: it has no value. Give one."]
