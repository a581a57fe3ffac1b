# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants with rows, that are exported, restored and removed."""
from __future__ import annotations

import pathlib
import secrets
import typing as t

from tests.integration.postgres.modules import Target

ACTOR = "00000000P1AYB00K0000000000"
AUTHOR = "00000000AVTH0R000000000000"
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What COPY escapes, and what it does not.
ODD = "tab\t newline\n backslash\\ N \\N quote' \u00e9 \U0001f680 \x01"


def new_id() -> str:
    return "01JAMZ" + "".join(secrets.choice(DIGITS) for _ in range(20))


def as_tenant(tenant: str, role: str = "launch_rw") -> str:
    """Statements that begin a transaction for a tenant, whatever its status."""
    return f"SET LOCAL ROLE launch_migrator; SELECT app.assume_context('{tenant}', '{AUTHOR}'); SET LOCAL ROLE {role}"


def tenant_with_rows(launch: Target, **options: t.Any) -> str:
    """A tenant with three projects of three tasks each, changed since they were made."""
    tenant = new_id()
    entry = {"id": tenant, "name": "Portable", "domain": f"{tenant.lower()}.example", "settings": {"theme": "dark"}, **options}
    done(launch.run("postgres_tenant", tenants=[entry], actor=ACTOR))
    fill(launch, tenant, "project")
    return tenant


def fill(launch: Target, tenant: str, name: str) -> None:
    odd = ODD.replace("'", "''")
    launch.execute(f"""
        {as_tenant(tenant)};
        INSERT INTO app.projects (name) SELECT '{name} ' || n FROM generate_series(1, 3) n;
        INSERT INTO app.tasks (project_id, title) SELECT p.id, 'task ' || n FROM app.projects p, generate_series(1, 2) n WHERE p.name LIKE '{name} %';
        INSERT INTO app.tasks (project_id, title, parent_task_id)
        SELECT project_id, '{odd}', id FROM app.tasks WHERE title = 'task 1' AND parent_task_id IS NULL;
        UPDATE app.tasks SET is_active = false WHERE title = 'task 2'""")


def done(outcome: dict[str, t.Any]) -> dict[str, t.Any]:
    assert not outcome.get("failed"), outcome["msg"]
    return outcome


def export(launch: Target, tenant: str, path: pathlib.Path) -> dict[str, t.Any]:
    return done(launch.run("postgres_tenant_export", tenant=tenant, path=str(path), actor=ACTOR))


def hashes(launch: Target, which: str = "true", log: bool = False) -> dict[str, str]:
    """What the rows of every table come to, as the superuser sees them.

    :arg which: of which tenants, a condition on ``tenant``.
    :arg log: the audit log's too.
    """
    tables = {"app.projects": "tenant_id", "app.tasks": "tenant_id", "app.tenants": "id", **({"audit.audit_log": "tenant_id"} if log else {})}
    queries = [
        f"SELECT '{table}', count(*) || ' ' || md5(string_agg(to_jsonb(t)::text, ',' ORDER BY to_jsonb(t)::text COLLATE \"C\"))"
        f" FROM (SELECT {column} AS tenant, * FROM {table}) t WHERE {which}"
        for table, column in tables.items()
    ]
    return dict(line.split("|") for line in launch.database.server.psql(" UNION ALL ".join(queries), launch.name).splitlines())
