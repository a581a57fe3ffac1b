# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.vault import AnsibleVaultError

from ansible_collections.launch.database.plugins.plugin_utils._preflight import schema, values
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Role
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, Unjudged, judge

ROLE = Role("shop", {"shop_a": {"type": "str"}, "shop_list": {"type": "list", "elements": "dict"}})


class Closed(str):
    """A value that says what it is only when it is looked at, as that of a vault."""

    def __str__(self) -> str:
        raise AnsibleVaultError("no vault secrets found")


def refusing(error):
    def template(_value):
        raise error
    return template


def read(template=lambda value: value, **variables):
    settings, errors = values.read([ROLE], variables, list(variables), template)
    return settings, [error.message for error in errors]


@pytest.mark.parametrize("error", [AnsibleVaultError("no vault secrets found"), AnsibleError("could not decrypt: no vault secrets found")])
def test_a_closed_vault_is_named(error):
    (message,) = read(refusing(error), shop_a="x")[1]
    assert message.startswith("shop_a: it can't be decrypted: ") and "--vault-password-file" in message


def test_a_vault_that_is_looked_at_late(monkeypatch):
    monkeypatch.setattr(values.specs, "check", refusing_check)
    assert read(shop_a=Closed("x"))[1][0].startswith("shop_a: it can't be decrypted: no vault secrets found.")


def refusing_check(_option, _spec, value):
    return str(value), []


def test_a_template_that_fails():
    assert read(refusing(AnsibleError("'b' is undefined")), shop_a="{{ b }}")[1] == [
        "shop_a: its template fails: 'b' is undefined. Fix the template, or give what it is made from.",
    ]
    assert read(refusing(AnsibleError("no")), shop_a="{{ ansible_host }}")[1] == []


def test_elements_that_are_sound_are_judged_beside_those_that_are_not():
    settings, errors = read(shop_list=[{"a": 1}, "b", None, {"c": 2}])
    assert [message.split(":")[0] for message in errors] == ["shop_list[1]", "shop_list[2]"]
    assert settings.elements("shop_list") == [(0, {"a": 1}), (3, {"c": 2})]
    with pytest.raises(Unjudged):
        settings.get("shop_list")


def test_a_list_that_is_none_has_no_elements():
    with pytest.raises(Unjudged):
        read(shop_list="a")[0].elements("shop_list")


@pytest.mark.parametrize(("option", "elements", "expected"), [
    ("database_schema_tenants", {1: {"id": "x", "name": "a"}, 3: {"name": "b"}, 4: {"id": "y", "name": "c"}}, ["[3].id", "[1].id", "[4].id"]),
    ("database_schema_group_roles", {1: {"comment": "x"}, 3: {}}, ["[1].name", "[3].name"]),
])
def test_a_bad_element_hides_none_of_the_others(option, elements, expected):
    settings = Settings({"system_canaries": []}, refused=frozenset([option]), sound={option: elements})
    assert [error.option for error in judge(schema.CHECKS, settings)] == [option + place for place in expected]
