# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/integration/sql/test_tenant_rules.py asks the database about the same values."""
from __future__ import annotations

import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant import rules
from tests.support.tenant_values import DOMAINS, NAMES, NO_DOMAINS, NO_NAMES, SETTINGS, padded

REGISTRY = pathlib.Path(__file__).resolve().parents[6] / "sql" / "platform" / "V1_0_4__tenants.sql"


def test_the_registry_says_the_same():
    text = REGISTRY.read_text(encoding="utf-8")
    for words in (
        f"domain ~ '{rules.DOMAIN}'", f"length(domain) <= {rules.DOMAIN_CHARACTERS}", f"name varchar({rules.NAME_CHARACTERS})",
        f"octet_length(settings::text) <= {rules.SETTINGS_BYTES}",
    ):
        assert words in text


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_host_name_is_a_domain(domain):
    assert rules.check_domain(domain, "domain") == domain


@pytest.mark.parametrize("domain", NO_DOMAINS)
def test_anything_else_is_none(domain):
    with pytest.raises(LaunchError) as refusal:
        rules.check_domain(domain, "domain")
    assert refusal.value.option == "domain" and refusal.value.remedy


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_any_text(name):
    assert rules.check_name(name, "name") == name


@pytest.mark.parametrize("name", [*NO_NAMES, "a\0b", "\ud800"])
def test_a_name_has_bounds(name):
    with pytest.raises(LaunchError) as refusal:
        rules.check_name(name, "name")
    assert refusal.value.option == "name" and len(refusal.value.message.encode(errors="replace")) < 300


@pytest.mark.parametrize("settings", [*SETTINGS, padded(rules.SETTINGS_BYTES), {"x" * rules.SETTINGS_BYTES: None}])
def test_settings_are_json(settings):
    assert rules.check_settings(settings, "settings") == settings


def nested(depth):
    return {"a": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize("settings", [
    padded(rules.SETTINGS_BYTES + 1), {"a": "\0"}, {"a\0": 1}, {"a": ["\ud800"]}, {"a": float("nan")}, {"a": float("inf")}, {"a": {1, 2}}, {"a": b"x"},
    nested(rules.SETTINGS_DEPTH + 1), nested(900), {"a": 10 ** 65536},
])
def test_settings_have_bounds(settings):
    with pytest.raises(LaunchError) as refusal:
        rules.check_settings(settings, "settings")
    assert refusal.value.option == "settings" and refusal.value.remedy
