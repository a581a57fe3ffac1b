# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules find in the data model as launch's design has it, with the grants that an application needs."""

from __future__ import annotations

import contextlib
import pathlib
import typing as t

import psycopg2.errors
import pytest

from tests.integration.sql.sessions import Session
from tests.support.platform import CHECKS, checked
from tests.support.postgres import Database

DESIGN = (pathlib.Path(__file__).parent / "design.sql").read_text(encoding="utf-8")
NAMES = {
    "app_schema": "design", "audit_schema": "design_audit", "ops_schema": "design_ops", "read_write": "design_rw", "read_only": "design_ro",
    "auditor": "design_auditor", "owner": "design_owner", "context_setting": "app.tenant_id",
}
# The one statement of it that no PostgreSQL takes, and the least that makes it load.
UNLOADABLE = "id TEXT PRIMARY KEY,  -- UILD format\n    tenant_id TEXT NOT NULL,\n    entity_id"
LOADABLE = "id TEXT NOT NULL,\n    tenant_id TEXT NOT NULL,\n    entity_id"
ROLES = (
    "create role design_owner; grant design_owner to current_user with inherit false, set true; create role design_rw;"
    " create schema design authorization design_owner; set local role design_owner; set local search_path = design"
)
GRANTS = "grant usage on schema design to design_rw; grant select, insert, update, delete on tenants, base_entity, audit_log to design_rw"

FAULTS = {
    ("R01", "design.base_entity"): "every tenant reads all entities",
    ("R01", "design.audit_log"): "every tenant reads the whole log",
    ("R01", "design.audit_log_y2024m04"): "and each partition of it",
    ("R02", "design.tenants"): "the owner, and what runs as it, passes the policy by",
    ("R06", "design.tenants: tenant_isolation_policy"): "the policy is for everybody",
    ("R07", "design.tenants: tenant_isolation_policy"): "the context is whatever a session says it is",
    ("R08", "design.tenants: tenant_isolation_policy"): "and is asked for with each row",
    ("R09", "design.tenants: tenant_isolation_policy"): "with two other errors, or none, where there is none",
    ("R19", "design.tenants: tenants_domain_key"): "the error of a duplicate tells whose domains there are",
    ("R19", "design.base_entity: base_entity_pkey"): "ids of other tenants' entities can be probed",
    ("R22", "design.base_entity: base_entity_tenant_id_fkey"): "no index serves the reference to the tenant",
    ("R22", "design.base_entity: fk_tenant"): "nor the same one again",
    ("R23", "design.base_entity"): "nor the policy",
    ("R31", "design_owner"): "PUBLIC may execute each function to come",
    ("R36", "design.audit_log"): "after one month every audited write is refused",
    ("R45", "design.tenants"): "a tenant unsuspends itself, and says who made it",
    ("R45", "design.base_entity"): "who and when are what the statement says",
    ("R45", "design.audit_log"): "a row of the log changes its tenant",
}


@pytest.fixture(scope="module")
def design(database: Database) -> t.Iterator[Session]:
    with contextlib.closing(database.connect()) as connection:
        session = Session(connection)
        session.run(ROLES)
        yield session
        connection.rollback()


def test_the_log_of_the_design_does_not_load(design: Session) -> None:
    design.run("savepoint before")
    with pytest.raises(psycopg2.errors.FeatureNotSupported, match="must include all partitioning columns"):
        design.run(DESIGN)
    design.run("rollback to before")


def test_what_the_rules_find_in_the_design(design: Session) -> None:
    assert UNLOADABLE in DESIGN
    design.run(DESIGN.replace(UNLOADABLE, LOADABLE))
    design.run(GRANTS)
    found: set[tuple[str, str]] = set()
    unknown: set[str] = set()
    design.run("reset role")
    design.run("set local search_path = pg_catalog, pg_temp")
    for path in sorted(CHECKS.glob("*.sql")):
        rows = design.run(checked(path, NAMES))
        found |= {(row[0], row[2]) for row in rows if row[3] is not None and row[2].startswith("design")}
        unknown |= set() if rows else {path.stem[:3]}
    assert found == set(FAULTS)
    assert unknown == {"R15", "R34"}, "there is no schema that is the log's, and so no verdict"
