# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do is recorded, for the tenant and the actor of the context, and never looks like a change."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session, Tenant, refused

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

EVENTS = "select kind, action, entity_type, entity_id, details, performed_by, tenant_id, database_user, changes from audit.audit_log where kind = 'event'"


@pytest.mark.parametrize("login", ["launch_app", "launch_report"])
def test_an_event_is_recorded(connect: Connect, alpha: Tenant, login: str) -> None:
    session = connect(login)
    with session.transaction(alpha):
        entry = session.value(
            "select audit.record('export', 'app.projects', %s, %s)", alpha.project, json.dumps({"rows": 3, "format": "csv"}),
        )
        assert session.run(f"{EVENTS} and id = %s", entry) == [
            ("event", "export", "app.projects", alpha.project, {"rows": 3, "format": "csv"}, alpha.actor, alpha.id, login, None)
        ]


def test_an_action_is_enough(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("select audit.record('login')")
        assert app.run(f"{EVENTS} and performed_at = now()") == [("event", "login", None, None, {}, alpha.actor, alpha.id, "launch_app", None)]


def test_nobody_records_without_a_context(app: Session) -> None:
    with app.transaction(), refused("context_missing"):
        app.run("select audit.record('login')")


def test_a_read_only_transaction_records_nothing(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha), pytest.raises(errors.ReadOnlySqlTransaction):
        app.run("set transaction read only")
        app.run("select audit.record('export')")


@pytest.mark.parametrize("login", ["launch_audit", "launch_archive", "launch_ops"])
def test_others_record_nothing(connect: Connect, alpha: Tenant, login: str) -> None:
    session = connect(login)
    with session.transaction(alpha if login == "launch_audit" else None), pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        session.run("select audit.record('login')")


REFUSED = [
    *[(f"'{action}'", "changes are captured") for action in ("insert", "update", "delete")],
    ("null", "an action has"), ("''", "an action has"), ("'Login'", "an action has"), ("'log in'", "an action has"), ("E'login\\n'", "an action has"),
    ("'insert '", "an action has"), (f"'{'a' * 64}'", "an action has"),
    ("'read', null, 'x'", "without its type"), ("'read', repeat('a', 256)", "up to 255"), ("'read', 'a', repeat('a', 256)", "up to 255"),
    ("'read', null, null, null", "JSON object"), ("'read', null, null, '[]'", "JSON object"), ("'read', null, null, 'null'", "JSON object"),
    ("'read', null, null, jsonb_build_object('a', repeat('b', 8185))", "8192"),
]


@pytest.mark.parametrize(("arguments", "why"), REFUSED)
def test_what_is_no_event_is_refused(app: Session, alpha: Tenant, arguments: str, why: str) -> None:
    with app.transaction(alpha), pytest.raises(errors.InvalidParameterValue, match=why):
        app.run(f"select audit.record({arguments})")


def test_details_are_bounded_by_their_text(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("select audit.record('read', null, null, jsonb_build_object('a', repeat('b', 8183)))")


def test_tenants_see_their_own_events(app: Session, alpha: Tenant, beta: Tenant) -> None:
    with app.transaction(alpha, keep=True):
        entry = app.value("select audit.record('download')")
    with app.transaction(beta):
        assert app.run(f"{EVENTS} and id = %s", entry) == []


FORGED = (
    "'change', 'export', '{}', null", "'event', 'update', null, '{}'", "'event', 'export', '{}', '{}'", "'change', 'update', null, null",
    "'other', 'export', null, '{}'",
)


@pytest.mark.parametrize(("values", "is_taken"), [(values, False) for values in FORGED] + [("'event', 'export', null, '{}'", True)])
def test_even_the_owner_does_not_mix_events_and_changes(master: Session, alpha: Tenant, values: str, is_taken: bool) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("set local role launch_audit_owner")
        with contextlib.nullcontext() if is_taken else pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            master.run(
                "insert into audit.audit_log (entity_type, entity_id, tenant_id, performed_by, kind, action, changes, details)"
                f" values ('app.x', 'y', app.current_tenant(), app.current_actor(), {values})"
            )
