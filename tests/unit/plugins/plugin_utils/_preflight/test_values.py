# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleError

from ansible_collections.launch.database.plugins.plugin_utils._preflight import values
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Role

ROLES = [
    Role("shop", {"shop_size": {"type": "int"}, "shop_name": {"type": "str", "default": "it"}}),
    Role("pool", {"pool_size": {"type": "int", "default": 3}, "pool_names": {"type": "list", "elements": "str"}}),
]
EVERYTHING = frozenset({"shop_size", "shop_name", "pool_size", "pool_names"})


def template(value):
    """As Ansible's: a value in braces is what it stands for, one that nobody knows an error."""
    if isinstance(value, str) and value.startswith("{{"):
        words = value.strip("{} ")
        if words == "twenty":
            return 20
        raise AnsibleError(f"{words} is\n  undefined{'.' if words == 'dotted' else ''}")
    return value


def read(variables, given=EVERYTHING, **keywords):
    settings, errors = values.read(ROLES, variables, given, template, **keywords)
    return settings, [error.message for error in errors]


@pytest.mark.parametrize(("variables", "expected"), [
    pytest.param({}, {"shop_name": "it", "pool_size": 3}, id="defaults of the specification"),
    pytest.param({"shop_size": "7", "pool_size": 4}, {"shop_size": 7, "shop_name": "it", "pool_size": 4}, id="in the declared type"),
    pytest.param({"shop_size": "{{ twenty }}"}, {"shop_size": 20, "shop_name": "it", "pool_size": 3}, id="templated"),
    pytest.param({"shop_name": None}, {"pool_size": 3}, id="nothing is no value, and not the default"),
    pytest.param({"other": 1}, {"shop_name": "it", "pool_size": 3}, id="of no role"),
])
def test_values_are_those_of_the_roles_in_their_types(variables, expected):
    settings, errors = read(variables)
    assert (dict(settings.values), settings.refused, errors) == (expected, frozenset(), [])
    assert settings.given == EVERYTHING


def test_what_is_wrong_is_said_in_the_order_of_the_names_and_is_no_value():
    settings, errors = read({"shop_size": "many", "pool_size": "{{ missing }}", "pool_names": {"a": 1}})
    assert [error.partition(": ")[0] for error in errors] == ["pool_names", "pool_size", "shop_size"]
    assert (dict(settings.values), settings.refused) == ({"shop_name": "it"}, {"shop_size", "pool_size", "pool_names"})


@pytest.mark.parametrize("words", ["missing", "dotted"])
def test_a_template_that_fails_is_said_in_one_line(words):
    _settings, errors = read({"shop_name": f"{{{{ {words} }}}}"})
    assert errors == [f"shop_name: its template fails: {words} is undefined. Fix the template, or give what it is made from."]


@pytest.mark.parametrize("of_a_host", [
    "ansible_facts.x", "ansible_host", "inventory_hostname", "inventory_hostname_short", "hostvars['a'].x", "role_path",
])
def test_what_only_a_host_knows_is_unknown_and_no_mistake(of_a_host):
    settings, errors = read({"shop_name": f"{{{{ {of_a_host} }}}}"})
    assert (errors, settings.refused) == ([], {"shop_name"})


@pytest.mark.parametrize("words", ["my_ansible_x", "hostvarsish", "role_paths", "not_inventory_hostname"])
def test_a_name_that_only_looks_like_it_is_a_mistake(words):
    assert len(read({"shop_name": f"{{{{ {words} }}}}"})[1]) == 1


@pytest.mark.parametrize(("given", "written", "heard"), [
    (EVERYTHING, None, True), ((), None, False), ((), {"shop_size"}, True), (EVERYTHING, (), False), ({"pool_size"}, {"pool_size"}, False),
])
def test_who_wrote_a_value_hears_what_is_wrong_with_it_and_it_is_refused_in_any_case(given, written, heard):
    settings, errors = read({"shop_size": "many"}, given, written=written)
    assert (bool(errors), settings.refused, settings.given) == (heard, {"shop_size"}, frozenset(given))
