# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every check may ask about, put in front of it: names, application roles, tenant tables, the context.

A check sees four tables:

names             one row with a column for each of the system's names, as in module_utils/_postgres/names.py
application_role  oid, rolname: the groups that work for a tenant, and everybody in them
tenant_table      the columns of pg_class, nspname, tenant_column: tables with tenants' rows, or what has to be one
context           tenant: the tenant of the transaction, as PostgreSQL deparses it in a policy

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses

from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

_PRELUDE = """\
with names as (
  select {names}
), application_role as (
  -- The groups the application works with and every login in them; the database's owner administers them all.
  select distinct r.oid, r.rolname
  from names n
  join pg_catalog.pg_roles g on g.rolname in (n.read_write, n.read_only, n.auditor)
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() and d.datdba <> r.oid
  where not r.rolsuper
), tenant_table as (
  -- What lives beside the tenants' rows; what an application can reach wherever it lives; and what has the tenant's
  -- column and is granted to anybody, since that is how other people's names for the same thing are found.
  select c.*, s.nspname,
         case when s.nspname = n.app_schema and c.relname = n.tenants_table then 'id' else n.tenant_column end as tenant_column
  from names n
  cross join pg_catalog.pg_class c
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p')
    and s.nspname <> 'information_schema' and s.nspname !~ '^pg_'
    and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and e.objid = c.oid and e.deptype = 'e')
    and (s.nspname in (n.app_schema, n.audit_schema)
      or exists (
        select from application_role a
        where pg_catalog.has_table_privilege(a.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
           or pg_catalog.has_any_column_privilege(a.oid, c.oid, 'SELECT, INSERT, UPDATE'))
      or exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attname = n.tenant_column and not a.attisdropped
          and (exists (select from pg_catalog.aclexplode(c.relacl) x where x.grantee <> c.relowner)
            or exists (
              select from pg_catalog.pg_attribute o cross join lateral pg_catalog.aclexplode(o.attacl) x
              where o.attrelid = c.oid and x.grantee <> c.relowner))))
), context as (
  select pg_catalog.format('( SELECT %I.current_tenant() AS current_tenant)', n.app_schema) as tenant
  from names n
)
select * from (
"""


def with_prelude(query: str, names: Names) -> str:
    """The query with what it may ask about in front."""
    columns = ", ".join(f"{_literal(value)}::pg_catalog.text as {key}" for key, value in dataclasses.asdict(names).items())
    # Not format(): the prelude has braces and percent signs of its own, and so may the query.
    return _PRELUDE.replace("{names}", columns) + query + "\n) as examined"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
