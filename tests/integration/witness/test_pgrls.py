# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pgrls, which is somebody else's and knows nothing of ours, proves that no tenant reads or writes another's rows, and what it finds was looked at.

It proves it of policies and of whom they are for. That the functions behind them name the session's own tenant, what privileges there are, and
what reads past policies, it does not.
"""
from __future__ import annotations

import pytest

from local.schema import MASTER
from tests.integration.witness.faults import FAULTS, FOUND, Fault
from tests.integration.witness.pgrls import ESCALATION, ISOLATED, READ, UNVERIFIED, VIEWS, WRITE, findings, verify
from tests.integration.witness.proof import PRIVILEGED, REGISTRY, application_roles, missing
from tests.integration.witness.reviewed import BY_DESIGN, FALSE, FINDINGS, REVIEWED
from tests.integration.witness.shadow import id_columns, policies, without_casts
from tests.support.replayed import Replayed


def test_the_shadow_has_the_policies_that_are_shipped(launch: Replayed, shadow: str) -> None:
    with launch.session() as session:
        shipped, ids = policies(session), {column for _table, column in id_columns(session)}
    with launch.session(database=shadow) as session:
        found, left = policies(session), id_columns(session)
    assert ids and not left
    assert found == {name: without_casts(statement, ids) for name, statement in shipped.items()}
    assert len(found) >= 18


def test_the_shadow_is_otherwise_what_is_shipped(launch: Replayed, shadow: str) -> None:
    """Tables, keys, triggers, privileges, functions: our own comparison finds nothing but the type of ids, and what is written with it."""
    differences = launch.compare(login_db=shadow)["differences"]
    with launch.session() as session:
        ids = {f"column {table}.{column}" for table, column in id_columns(session)}
    assert {each["object"] for each in differences if each["attribute"] == "type"} == ids
    others = [each for each in differences if each["attribute"] != "type"]
    assert others and all(each["object"].startswith("policy ") and each["attribute"] in ("using", "with_check") for each in others), others


def test_no_tenant_reads_or_writes_anothers_rows(launch: Replayed, shadow: str) -> None:
    assert missing(launch, shadow) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_noticed(launch: Replayed, shadow: str, name: str) -> None:
    fault: Fault = FAULTS[name]
    with launch.copy(shadow) as database, launch.session(database=database) as session:
        session.execute(fault.statement)
        try:
            found = missing(launch, database)
        finally:
            session.execute(fault.back)
    for words in fault.missing:
        assert any(each.endswith(words) for each in found), found


def test_what_is_shipped_is_proved_as_far_as_ids_allow(launch: Replayed) -> None:
    """Of a column of the domain nothing is decided. The day this fails, the shadow may go."""
    for mode in (READ, WRITE):
        for table, column in (("app.projects", "tenant_id"), ("app.tasks", "tenant_id"), (REGISTRY, "id")):
            verdicts = verify(launch, "replayed", mode, column)[table]["policies"]
            assert set(verdicts.values()) == {UNVERIFIED}, verdicts
    assert verify(launch, "replayed", READ)["audit.audit_log"]["policies"]["tenant_select"] == ISOLATED


def test_what_reads_past_policies_is_not_judged(launch: Replayed) -> None:
    """It finds no view that does, and can't read the functions that the application may call and that run as their owners."""
    with launch.session() as session:
        roles = application_roles(launch, session)
    assert {"launch_app", "launch_app_read", "launch_rw", "launch_gateway"} <= set(roles) and MASTER not in roles
    assert verify(launch, "replayed", VIEWS, roles=roles) == {}
    assert {name: verdict["verdict"] for name, verdict in verify(launch, "replayed", ESCALATION, roles=roles).items()} == dict.fromkeys(
        ("app.current_actor", "app.current_tenant", "app.set_context", "app.tenant_of_domain", "audit.partition_horizon", "audit.record"), UNVERIFIED)


def test_each_finding_was_looked_at(launch: Replayed) -> None:
    found = findings(launch, "replayed")
    assert found - set(FINDINGS) == set(), "nobody has looked at these"
    assert set(FINDINGS) - found == set(), "these are gone"


def test_who_works_for_a_tenant_has_nothing_in_tables_without_row_level_security(launch: Replayed) -> None:
    """What the review says of them."""
    tables = [name for rule, name in FINDINGS if rule == "SEC001"]
    with launch.session() as session:
        found = session.table(
            "select c, r from unnest(%s) c, unnest(%s) r where has_any_column_privilege(r, c, 'SELECT, INSERT, UPDATE, REFERENCES')"
            " or has_table_privilege(r, c, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN')",
            (tables, application_roles(launch, session)))[1]
    assert tables and found == []


def test_the_review_says_why() -> None:
    assert len(FINDINGS) == sum(len(reviewed.objects) for reviewed in REVIEWED), "an object is there twice"
    assert all(reviewed.verdict in (FALSE, BY_DESIGN) and reviewed.reason.endswith(".") for reviewed in REVIEWED)
    assert all(PRIVILEGED.values())


@pytest.mark.parametrize("finding", FOUND, ids="-".join)
def test_a_fault_is_a_finding_that_nobody_has_looked_at(launch: Replayed, finding: tuple[str, str]) -> None:
    with launch.copy() as database, launch.session(database=database) as session:
        session.execute(FOUND[finding])
        assert finding in findings(launch, database) - set(FINDINGS)
