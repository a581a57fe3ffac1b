# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry's own constraints, and its functions for many tenants. tests/unit/.../tenant/test_rules.py asks the plan about the same values."""

from __future__ import annotations

import json
import typing as t

import pytest
from psycopg2 import errors

from ansible_collections.launch.database.plugins.module_utils._postgres.tenant import rules
from tests.integration.sql.sessions import Session, Tenant
from tests.support.tenant_values import DOMAINS, NAMES, NO_DOMAINS, NO_NAMES, SETTINGS, padded

NEW = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
OTHER = "01ARZ3NDEKTSV4RRFFQ69G5FAX"
ACTOR = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
BROKEN = (errors.CheckViolation, errors.StringDataRightTruncation)


def register(session: Session, *entries: dict[str, t.Any]) -> list[str]:
    listed = json.dumps([{"id": NEW, "name": "new", **entry} for entry in entries])
    return [row[0] for row in session.run("select app.register_tenants(%s, %s)", listed, ACTOR)]


def change(session: Session, *changes: dict[str, t.Any]) -> list[str]:
    return [row[0] for row in session.run("select app.change_tenants(%s, %s)", json.dumps(changes), ACTOR)]


def tenant(session: Session, id: str) -> tuple[t.Any, ...]:
    return session.run("select name, domain, status, settings, version from app.tenants where id = %s", id)[0]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_host_name_is_taken(platform: Session, domain: str) -> None:
    with platform.transaction():
        assert register(platform, {"domain": domain}) == [NEW]


@pytest.mark.parametrize("domain", [*NO_DOMAINS, ""])
def test_any_other_domain_is_refused(platform: Session, domain: str) -> None:
    with platform.transaction(), pytest.raises(BROKEN):
        register(platform, {"domain": domain})


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken(platform: Session, name: str) -> None:
    with platform.transaction():
        assert register(platform, {"name": name}) == [NEW]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_out_of_bounds_is_refused(platform: Session, name: str) -> None:
    with platform.transaction(), pytest.raises(BROKEN):
        register(platform, {"name": name})


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_plan_knows_how_large_settings_get(platform: Session, settings: dict[str, t.Any]) -> None:
    with platform.transaction():
        register(platform, {"settings": settings})
        assert platform.value("select octet_length(settings::text) from app.tenants where id = %s", NEW) == rules.size(settings)


def test_settings_are_bounded_for_the_tenant_as_well(platform: Session, app: Session, alpha: Tenant) -> None:
    with platform.transaction():
        assert register(platform, {"settings": padded(rules.SETTINGS_BYTES)}) == [NEW]
    with platform.transaction(), pytest.raises(errors.CheckViolation, match="settings_bounded"):
        register(platform, {"settings": padded(rules.SETTINGS_BYTES + 1)})
    with app.transaction(alpha), pytest.raises(errors.CheckViolation, match="settings_bounded"):
        app.run("update app.tenants set settings = %s", json.dumps(padded(rules.SETTINGS_BYTES + 1)))


def test_many_are_registered_and_changed_in_one_statement_each(platform: Session) -> None:
    with platform.transaction():
        assert register(platform, {"domain": "new.test"}, {"id": OTHER, "settings": {"a": 1}}) == [NEW, OTHER]
        assert register(platform, {"domain": "new.test"}, {"id": OTHER, "settings": {"a": 2}}) == []
        assert change(
            platform, {"id": OTHER, "settings": {"b": 2}, "domain": "other.test"}, {"id": NEW, "status": "suspended", "domain": None},
        ) == [NEW, OTHER]
        assert tenant(platform, NEW) == ("new", None, "suspended", {}, 2)
        assert tenant(platform, OTHER) == ("new", "other.test", "active", {"a": 1, "b": 2}, 2)
        assert change(platform, {"id": OTHER, "settings": {"a": None, "b": 2, "c": None}}, {"id": NEW, "status": "suspended"}) == [OTHER]
        assert tenant(platform, OTHER) == ("new", "other.test", "active", {"b": 2}, 3)
        assert change(platform, {"id": OTHER}, {"id": NEW, "status": None}) == []


def test_tenants_change_places(platform: Session, alpha: Tenant, beta: Tenant) -> None:
    with platform.transaction():
        change(platform, {"id": alpha.id, "domain": "beta.test"}, {"id": beta.id, "domain": "alpha.test"})
        assert [tenant(platform, each.id)[1] for each in (alpha, beta)] == ["beta.test", "alpha.test"]


@pytest.mark.parametrize("entries", [
    [{"domain": "alpha.test"}], [{"domain": "x.test"}, {"id": OTHER, "domain": "x.test"}], [{"id": OTHER, "domain": "x.test"}, {"domain": "alpha.test"}],
])
@pytest.mark.usefixtures("alpha")
def test_a_domain_has_one_tenant(platform: Session, entries: list[dict[str, t.Any]]) -> None:
    with platform.transaction(), pytest.raises(errors.UniqueViolation):
        register(platform, *entries)


def test_a_domain_is_not_taken_by_a_change(platform: Session, alpha: Tenant, beta: Tenant) -> None:
    with platform.transaction(), pytest.raises(errors.UniqueViolation):
        change(platform, {"id": alpha.id, "domain": "beta.test"})


def test_a_change_of_an_unknown_tenant_changes_none(platform: Session, alpha: Tenant) -> None:
    with platform.transaction(), pytest.raises(errors.NoDataFound, match=NEW):
        change(platform, {"id": alpha.id, "status": "suspended"}, {"id": NEW, "status": "suspended"})


def test_each_change_is_in_its_tenants_log_with_the_actor(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_platform")
        register(master, {}, {"id": OTHER})
        change(master, {"id": NEW, "domain": "new.test"}, {"id": OTHER, "settings": {"a": 1}})
        master.run("set local role launch_archiver")
        assert master.run(
            "select tenant_id, entity_id, performed_by, action, changes -> 'domain' ->> 'new', changes -> 'settings' ->> 'new' from audit.audit_log"
            " where tenant_id in (%s, %s) order by action desc, tenant_id", NEW, OTHER,
        )[:2] == [(NEW, NEW, ACTOR, "update", "new.test", None), (OTHER, OTHER, ACTOR, "update", None, '{"a": 1}')]
