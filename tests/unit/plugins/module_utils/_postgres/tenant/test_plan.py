# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import Tenant, desired, plan_tenants

A = "01JAMZ0000TENANT0000000001"
B = "01JAMZ0000TENANT0000000002"


def planned(tenant, registered):
    plan = plan_tenants([tenant], {each.id: each for each in registered})
    return [(change.action, change.path, change.before, change.after) for change in plan.changes]


@pytest.mark.parametrize(("tenant", "registered", "changes"), [
    (Tenant(A, "a", "a.test", None), [], [("create", A, None, {"name": "a", "domain": "a.test"})]),
    (Tenant(A, "a", None, "active"), [], [("create", A, None, {"name": "a", "domain": None})]),
    (Tenant(A, "a", None, "suspended"), [], [
        ("create", A, None, {"name": "a", "domain": None}), ("set_status", f"{A}.status", "active", "suspended"),
    ]),
    (Tenant(A, "a", "a.test", None), [Tenant(A, "renamed", "a.test", "inactive")], []),
    (Tenant(A, "a", "a.test", "active"), [Tenant(A, "a", "a.test", "suspended")], [("set_status", f"{A}.status", "suspended", "active")]),
])
def test_a_tenant_is_registered_once_and_only_its_status_is_kept(tenant, registered, changes):
    assert planned(tenant, registered) == changes


def test_another_domain_is_refused_with_both():
    with pytest.raises(LaunchError) as refusal:
        planned(Tenant(A, "a", "b.test", None), [Tenant(A, "a", "a.test", "active")])
    assert "'b.test'" in refusal.value.message and "'a.test'" in refusal.value.message


def test_everything_that_is_wrong_with_the_list_is_said_at_once():
    good = {"id": A, "name": "a", "domain": "a.test"}
    with pytest.raises(LaunchError) as refusal:
        desired(
            [good, {**good, "id": B}, {**good, "domain": None}, {**good, "id": "8" * 26}, {**good, "domain": "A.test"}, {**good, "name": ""}], Names(),
        )
    for words in (f"the id '{A}'", "the domain 'a.test'", "tenants[3].id: '8888", "tenants[4].domain: 'A.test'", "tenants[5].name: it is empty"):
        assert words in refusal.value.message


def test_an_id_is_what_the_system_says_it_is():
    uuids = Names.from_options({"id_type": "uuid", "id_pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"})
    tenant = {"id": "0190a000-0000-7000-8000-000000000001", "name": "a"}
    assert desired([tenant], uuids)[0].id == tenant["id"]
    with pytest.raises(LaunchError, match=r"tenants\[0\].id: '01JAMZ0000TENANT0000000001': it is not an id. An id matches \^\[0-9a-f\]"):
        desired([{**tenant, "id": A}], uuids)
