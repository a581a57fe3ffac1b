# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles made of an empty database, as its logins see it."""
from __future__ import annotations

import contextlib

import psycopg2
import pytest

from local.endpoint.postgres import DNS_SUFFIX
from molecule.molecule_stack import APPLICATION, DATABASE, DATABASE_ADDRESS, FOLDER, MASTER
from tests.support.platform import CHECKS, LAUNCH_NAMES, LOCATIONS, checked

CANARY = "00000000CANARYA00000000000"
ACTOR = "00000000P1AYB00K0000000000"


def rows(user: str, password: str, *statements: str) -> list[tuple]:
    """What the last of these statements, in one transaction, answers."""
    connection = psycopg2.connect(
        host=f"main.{DNS_SUFFIX}", hostaddr=DATABASE_ADDRESS, dbname=DATABASE, user=user,
        password=(FOLDER / password).read_text(encoding="utf-8"), sslmode="verify-full", sslrootcert=str(FOLDER / "ca" / "ca.crt"),
    )
    with contextlib.closing(connection), connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall()


def as_master(*statements: str) -> list[tuple]:
    return rows(MASTER, "master-password", *statements)


def as_application(*statements: str) -> list[tuple]:
    return rows(APPLICATION, "app-password", *statements)


def test_every_script_is_in_the_history_and_succeeded():
    scripts = {path.name for location in LOCATIONS for path in location.glob("*.sql")}
    assert set(as_master("select script from flyway_schema_history where success")) == {(script,) for script in scripts}


@pytest.mark.parametrize("check", sorted(CHECKS.glob("*.sql")), ids=lambda path: path.stem)
def test_no_rule_of_isolation_is_broken(check):
    examined = as_master("set local search_path = pg_catalog, pg_temp", checked(check, LAUNCH_NAMES))
    # R51 has no statements to look at: the extension is not installed here.
    found = [row for row in examined if row[3] is not None and row[:2] != ("R51", "unseen")]
    assert examined and found == []


def test_the_audit_log_has_a_year_of_partitions():
    horizon = "select audit.partition_horizon() >= date_trunc('month', now()) + interval '12 months'"
    assert as_master("set local role launch_platform", horizon) == [(True,)]


def test_the_application_sees_its_tenant_and_no_other():
    seen = as_application(f"select app.set_context('{CANARY}', '{ACTOR}')", "select id from app.tenants")
    assert seen == [(CANARY,)]


def test_the_application_without_a_context_is_refused():
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_application("select id from app.tenants")
