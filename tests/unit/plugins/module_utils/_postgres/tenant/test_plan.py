# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import (
    Holdings,
    Registered,
    Registry,
    Tenant,
    desired,
    plan_tenants,
    unregistered,
    unsought,
)

A = "01JAMZ0000TENANT0000000001"
B = "01JAMZ0000TENANT0000000002"
C = "01JAMZ0000TENANT0000000003"
NOW = Registered(A, "a", "a.test", "active")


def planned(tenants, registered=(), holders=(), holdings=()):
    plan = plan_tenants(tenants, Registry({each.id: each for each in registered}, dict(holders), dict(holdings)))
    return [(change.action, change.path, change.before, change.after) for change in plan.changes]


@pytest.mark.parametrize(("tenant", "registered", "changes"), [
    (Tenant(A, "a", "a.test"), [], [("create", A, None, {"name": "a", "domain": "a.test"})]),
    (Tenant(A, "a", None, "active"), [], [("create", A, None, {"name": "a", "domain": None})]),
    (Tenant(A, "a", "", "active"), [], [("create", A, None, {"name": "a", "domain": None})]),
    (Tenant(A, "a", settings={"x": 1, "y": None}), [], [("create", A, None, {"name": "a", "domain": None, "settings": {"x": 1}})]),
    (Tenant(A, "a", None, "suspended"), [], [
        ("create", A, None, {"name": "a", "domain": None}), ("set_status", f"{A}.status", "active", "suspended"),
    ]),
    (Tenant(A, "renamed", "a.test"), [Registered(A, "a", "a.test", "inactive")], []),
    (Tenant(A, "a"), [NOW], []),
    (Tenant(A, "a", "a.test", "active"), [Registered(A, "a", "a.test", "suspended")], [("set_status", f"{A}.status", "suspended", "active")]),
    (Tenant(A, "a", "b.test"), [NOW], [("set_domain", f"{A}.domain", "a.test", "b.test")]),
    (Tenant(A, "a", ""), [NOW], [("set_domain", f"{A}.domain", "a.test", None)]),
    (Tenant(A, "a", settings={"x": 1, "y": 2}), [NOW], []),
    (Tenant(A, "a", settings={"x": 1, "y": 2, "z": None}), [Registered(A, "a", None, "active", {"y": None, "z": 5})], [
        ("set_settings", f"{A}.settings", {"y": None, "z": 5}, {"y": 2, "z": None}),
    ]),
])
def test_a_tenant_is_registered_once_and_what_is_named_is_kept(tenant, registered, changes):
    assert planned([tenant], registered) == changes


@pytest.mark.parametrize(("tenants", "holders", "taken"), [
    ([Tenant(A, "a", "a.test")], {"a.test": A}, []),
    ([Tenant(A, "a", "x.test")], {"x.test": C}, [C]),
    ([Tenant(A, "a", "x.test"), Tenant(B, "b", "y.test")], {"x.test": C, "y.test": C}, [C, C]),
    ([Tenant(A, "a", "x.test"), Tenant(B, "b")], {"x.test": B}, [B]),
    ([Tenant(A, "a", "x.test"), Tenant(B, "b", "")], {"x.test": B}, []),
    ([Tenant(A, "a", "b.test"), Tenant(B, "b", "a.test")], {"a.test": A, "b.test": B}, []),
])
def test_a_domain_of_a_tenant_that_keeps_it_is_refused_and_all_of_them_at_once(tenants, holders, taken):
    if not taken:
        planned(tenants, [NOW], holders)
        return
    with pytest.raises(LaunchError) as refusal:
        planned(tenants, [NOW], holders)
    assert refusal.value.message.count(f"it is the domain of {taken[0]}.") == len(taken)


def test_an_absent_tenant_is_removed_first_and_its_domain_is_free():
    gone, fault = Registered(B, "b", "b.test", "inactive"), LaunchError("it is damaged.")
    tenants = [Tenant(A, "a", "b.test"), Tenant(B, export="/b"), Tenant(C, export="/c")]
    assert planned(tenants, [NOW, gone], {"b.test": B}, {B: Holdings({"app.x": 2})}) == [
        ("remove", B, {"name": "b", "domain": "b.test", "rows": {"app.x": 2}}, None), ("set_domain", f"{A}.domain", "a.test", "b.test"),
    ]
    with pytest.raises(LaunchError) as refusal:
        planned([Tenant(A, export="/a"), Tenant(B, export="/b")], [NOW, gone], (), {A: Holdings({}, (fault,)), B: Holdings({}, (fault,))})
    assert refusal.value.message.count("it is damaged.") == 2 and f"tenants: '{A}': it is active, and only" in refusal.value.message


def test_an_absent_tenant_has_an_export_and_nothing_else_counts():
    assert desired([{"id": A, "state": "absent", "export": "/a", "domain": "no domain"}], Names()) == [Tenant(A, export="/a")]
    with pytest.raises(LaunchError, match=r"tenants\[0\].export: it is missing"):
        desired([{"id": A, "state": "absent"}], Names())
    with pytest.raises(LaunchError, match=r"tenants\[0\].name: it is missing"):
        desired([{"id": A, "state": "present"}], Names())
    with pytest.raises(LaunchError, match=r"tenants\[0\].export: 'a': it is a relative path."):
        desired([{"id": A, "state": "absent", "export": "a"}], Names())


def test_a_removal_of_what_is_not_there_is_told():
    wanted = [Tenant(A, export="/a"), Tenant(B, export="/b"), Tenant(C, "c")]
    (told,) = unregistered(wanted, {A}, set())
    assert told.startswith(f"{B} was not registered, and its export was not read.") and "see that the id is right" in told
    assert "see that the id is right" not in unregistered(wanted, {A}, {B})[0]
    assert unregistered(wanted, {A, B}, set()) == []
    new, gone = unsought(wanted[1:], "app.tenants")
    assert new.startswith("There is no table app.tenants, so that all tenants are planned as new")
    assert [gone] == unsought([tenant for tenant in wanted[1:] if tenant.export is not None], "app.tenants") == [
        f"{B} was not looked for, since there is no table app.tenants; its export was not read.",
    ]


def test_settings_that_fit_only_without_the_tenants_own_are_refused():
    with pytest.raises(LaunchError, match=f"settings of {A}: they have 65537 bytes"):
        planned([Tenant(A, "a", settings={"x": 1})], [Registered(A, "a", None, "active", {"x": 2}, 65537)])
    assert planned([Tenant(A, "a", settings={"x": 1})], [Registered(A, "a", None, "active", {}, 65537)]) == []


def test_everything_that_is_wrong_with_the_list_is_said_at_once():
    good = {"id": A, "name": "a", "domain": "a.test"}
    with pytest.raises(LaunchError) as refusal:
        desired([
            good, {**good, "id": B}, {**good, "domain": None}, {**good, "id": "8" * 26}, {**good, "domain": "A.test"}, {**good, "name": ""},
            {"id": "8", "name": "n" * 300, "domain": "a'); drop table tenants", "settings": {"x": "\0"}},
        ], Names())
    for words in (
        f"the id '{A}'", "the domain 'a.test'", "tenants[3].id: '8888", "tenants[4].domain: 'A.test'", "tenants[5].name: it is empty",
        "tenants[6].id: '8'", "tenants[6].name: 'nnn", "tenants[6].domain: \"a'); drop", "tenants[6].settings: it has a character",
    ):
        assert words in refusal.value.message


def test_no_domain_is_no_domain_that_two_have():
    assert len(desired([{"id": A, "name": "a", "domain": ""}, {"id": B, "name": "b", "domain": ""}, {"id": C, "name": "c"}], Names())) == 3


def test_an_id_is_what_the_system_says_it_is():
    uuids = Names.from_options({"id_type": "uuid", "id_pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"})
    tenant = {"id": "0190a000-0000-7000-8000-000000000001", "name": "a"}
    assert desired([tenant], uuids)[0].id == tenant["id"]
    with pytest.raises(LaunchError, match=r"tenants\[0\].id: '01JAMZ0000TENANT0000000001': it is not an id. An id matches \^\[0-9a-f\]"):
        desired([{**tenant, "id": A}], uuids)


def test_the_id_of_a_tenant_that_was_removed_is_refused_unless_it_is_to_be_absent():
    registry = Registry(removed=frozenset({A}))
    with pytest.raises(LaunchError, match="there was a tenant of this id"):
        plan_tenants([Tenant(A, "Harbor")], registry)
    assert not plan_tenants([Tenant(A, export="/x")], registry).changed
