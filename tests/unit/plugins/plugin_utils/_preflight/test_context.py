# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import context
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, judge

LOGINS = {"system_master": {"name": "admin", "secret": "/db/master"}, "system_logins": [{"name": "app", "secret": "/db/app"}]}
KEY = "/db/context-key"


@pytest.mark.parametrize(("values", "expected"), [
    ({}, []),
    ({"system_context": {"strength": "transaction"}}, []),
    ({"system_context": {"strength": "both"}}, []),
    ({"system_context": {"strength": "signed", "key_secret": KEY, "overlap": 0}}, []),
    ({"system_context": {"strength": "signed"}}, ["system_context.key_secret"]),
    ({"system_context": {"strength": "signed", "key_secret": ""}}, ["system_context.key_secret"]),
    ({"system_context": {"strength": "signed"}, "system_tenants": False}, []),
    ({"system_context": {"strength": "signed", "key_secret": "not a name!"}}, ["system_context.key_secret"]),
    ({"system_context": {"strength": "signed", "key_secret": "/db/app"}}, ["system_context.key_secret"]),
    ({"system_context": {"strength": "signed", "key_secret": "/db/master"}}, ["system_context.key_secret"]),
    ({"system_context": {"strength": "signed", "key_secret": KEY, "overlap": -1}}, ["system_context.overlap"]),
    ({"database_schema_context": {"strength": "signed"}}, ["database_schema_context.key_secret"]),
    ({"isolation_proof_context": {"strength": "signed"}}, ["isolation_proof_context.key_secret"]),
])
def test_a_strength_has_the_key_that_it_needs(values, expected):
    assert [error.option for error in judge(context.CHECKS, Settings(LOGINS | values))] == expected
