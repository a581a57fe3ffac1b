# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pgrls has to prove of a database before no tenant sees another's rows, and what of it is missing."""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from tests.integration.witness.pgrls import ISOLATED, READ, UNVERIFIED, WITHOUT_CONTEXT, WRITE, verify
from tests.support.replayed import Replayed

# Where a tenant is told by its own id; everywhere else by `tenant_id`.
REGISTRY = "app.tenants"
# Policies that let rows of all tenants through, by what they are for. Nobody who works for a tenant is in a role of theirs.
PRIVILEGED = {
    "app.projects.maintenance": "migrations, which go tenant by tenant",
    "app.tasks.maintenance": "migrations, which go tenant by tenant",
    "app.tenants.platform_select": "who registers tenants",
    "app.tenants.registry_delete": "the owner, in functions for who registers tenants",
    "app.tenants.registry_insert": "the owner, in functions for who registers tenants",
    "app.tenants.registry_select": "the owner, migrations, and the function that sets a context",
    "app.tenants.registry_update": "the owner, in functions for who registers tenants",
    "audit.audit_log.archive_select": "who exports the log",
    "audit.audit_log.capture_insert": "the log's owner, in the function that writes the log",
}
# Groups that work for a tenant, and everybody in them. Who owns the database, and superusers, administer all groups.
_APPLICATION = """
select distinct r.rolname from pg_roles r join pg_roles g on pg_has_role(r.oid, g.oid, 'member') join pg_database d on d.datname = current_database()
where g.rolname = any (%s) and (r.oid = g.oid or r.oid <> d.datdba and not r.rolsuper) order by 1"""
_TABLES = f"""
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and (c.oid = '{REGISTRY}'::regclass or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'))
order by 1"""
_POLICIES = """
select p.polrelid::regclass::text, p.polname, p.polcmd,
       exists (select from unnest(p.polroles) role, pg_roles a where a.rolname = any (%s) and (role = 0 or pg_has_role(a.oid, role, 'member')))
from pg_policy p where p.polpermissive order by 1, 2"""
# The modes that look at a policy for a command: what is read, and what is written or removed.
_MODES = {"r": (READ,), "a": (WRITE,), "w": (WRITE,), "d": (WRITE,), "*": (READ, WRITE)}


@dataclasses.dataclass(frozen=True)
class Policy:
    """A permissive policy; a restrictive one lets nothing through.

    :arg concerns_the_application: somebody who works for a tenant is in a role that it is for.
    """

    table: str
    own_name: str
    command: str
    concerns_the_application: bool

    @property
    def name(self) -> str:
        return f"{self.table}.{self.own_name}"


def application_roles(server: Replayed, session: Session) -> list[str]:
    """Everybody who works for a tenant."""
    groups = [server.system.names[name] for name in ("read_write", "read_only", "auditor", "gateway")]
    return [name for name, in session.table(_APPLICATION, (groups,))[1]]


def missing(server: Replayed, database: str) -> list[str]:
    """What is not proved."""
    with server.session(database=database) as session:
        roles = application_roles(server, session)
        tables = [name for name, in session.table(_TABLES)[1]]
        policies = [Policy(*row) for row in session.table(_POLICIES, (roles,))[1]]
    unproved = [(policy, mode, verdict) for policy, mode, verdict in _judged(server, database, policies) if verdict != ISOLATED]
    privileged = {policy.name for policy, _mode, _verdict in unproved if not policy.concerns_the_application}
    return [
        *(f"{policy.name}: {mode}: {verdict}" for policy, mode, verdict in unproved if policy.concerns_the_application),
        *(f"{name}: nobody said whom it lets through, and why" for name in sorted(privileged - set(PRIVILEGED))),
        *(f"{name}: it does not let through whom it should, and nobody else" for name in sorted(set(PRIVILEGED) - privileged)),
        *_without_context(server, database, tables, roles),
    ]


def _judged(server: Replayed, database: str, policies: t.Sequence[Policy]) -> t.Iterator[tuple[Policy, str, str]]:
    """As one tenant, rows of another: what each policy lets through, by what it is for. No policy lets nothing through."""
    for mode in (READ, WRITE):
        by_column = {column: verify(server, database, mode, column) for column in ("tenant_id", "id")}
        for policy in policies:
            if mode in _MODES[policy.command]:
                tables = by_column["id" if policy.table == REGISTRY else "tenant_id"]
                yield policy, mode, tables[policy.table]["policies"].get(policy.own_name, UNVERIFIED) if policy.table in tables else UNVERIFIED


def _without_context(server: Replayed, database: str, tables: t.Sequence[str], roles: t.Sequence[str]) -> t.Iterator[str]:
    """Without a context, any row, as who works for a tenant. A table without row level security is none that it looks at."""
    verdicts = verify(server, database, WITHOUT_CONTEXT, roles=roles)
    for table in tables:
        if table not in verdicts:
            yield f"{table}: row level security is off"
        elif verdicts[table]["verdict"] != ISOLATED:
            yield f"{table}: {WITHOUT_CONTEXT}: {verdicts[table]['verdict']}"
