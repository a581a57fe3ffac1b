# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every check may ask about, put in front of it: names, application roles, tenant tables, the context.

A check sees seven tables:

names             one row with a column for each of the system's names, as in module_utils/_postgres/names.py
application_role  oid, rolname: the groups that work for a tenant, the gateway's, and everybody in them
shared_table      oid, is_written: what is said to be every tenant's; written by the application, it is a tenant_table all the same
tenant_table      the columns of pg_class, nspname, tenant_column: tables with tenants' rows, or what has to be one
context           tenant: the tenant of the transaction, as PostgreSQL deparses it in a policy
policy_part       what a policy asks of rows: oid, polrelid, polname, polroles, polcmd, polpermissive, expression, tenant_column, holds_tenant
user_function     the columns of pg_proc, nspname, signature, source: functions that are neither the server's nor an extension's

What a check does not ask for is not computed.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

# Each is computed once or not at all: asked for inside of a condition, it would be computed for each row.
_PRELUDE = """\
with names as (
  select {names}
), application_role as materialized (
  -- The groups the application works with, the gateway's among them, and every login in them. The database's owner administers them all, and
  -- superusers are in every group; a group that is one of these itself is the application all the same.
  select distinct r.oid, r.rolname
  from names n
  join pg_catalog.pg_roles g on g.rolname in (n.read_write, n.read_only, n.auditor, n.gateway)
  join pg_catalog.pg_roles r on pg_catalog.pg_has_role(r.oid, g.oid, 'member')
  join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
  where r.oid = g.oid or (d.datdba <> r.oid and not r.rolsuper)
), shared_table as materialized (
  -- Said to be every tenant's, and so only as long as the application can do nothing but read it.
  select c.oid, exists (
           select from application_role a
           where pg_catalog.has_table_privilege(a.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
              or pg_catalog.has_any_column_privilege(a.oid, c.oid, 'INSERT, UPDATE')) as is_written
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  where s.nspname || '.' || c.relname = any (array[{shared}]::pg_catalog.text[])
), tenant_table as materialized (
  -- What lives beside the tenants' rows, and partitions of it wherever they live; what an application can reach wherever it lives; and what has the tenant's
  -- column and is granted to anybody, since that is how other people's names for the same thing are found. In the log's schema there are tables without
  -- any tenant's row, such as what is known of its heads: without the tenant's column they are none, unless an application reaches them.
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
    and c.oid not in (select h.oid from shared_table h where not h.is_written)
    and (s.nspname = n.app_schema
      or (s.nspname = n.audit_schema and exists (
        select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = n.tenant_column and not a.attisdropped))
      or (c.relispartition and exists (
        select from pg_catalog.pg_class root join pg_catalog.pg_namespace home on home.oid = root.relnamespace
        where root.oid = pg_catalog.pg_partition_root(c.oid) and home.nspname in (n.app_schema, n.audit_schema)))
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
), policy_part as materialized (
  -- A part holds rows to the tenant if it is the comparison of the discriminator with the context, or that comparison
  -- first AND more: whatever stands around it (NOT, OR, CASE) may undo it. Deparsed text has parentheses around every
  -- operator, so what begins "(comparison AND" can't be anything else.
  select p.oid, p.polrelid, p.polname, p.polroles, p.polcmd, p.polpermissive, expression, d.tenant_column,
         exists (
           -- Ids are of a domain, and compared as what it is made of: the only casts that lose nothing.
           select
           from context x
           cross join lateral pg_catalog.format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as base
           cross join lateral (values
             (pg_catalog.quote_ident(d.tenant_column)),
             (pg_catalog.format('(%I)::%s', d.tenant_column, base)),
             (pg_catalog.format('(%I)::text', d.tenant_column))) as own (text)
           cross join lateral (values
             (x.tenant),
             (pg_catalog.format('(%s)::%s', x.tenant, base)),
             (pg_catalog.format('(%s)::text', x.tenant))) as other (text)
           cross join lateral pg_catalog.format('(%s = %s)', own.text, other.text) as comparison
           where a.attnum is not null
             and (expression = comparison or pg_catalog.starts_with(expression, '(' || comparison || ' AND '))
         ) as holds_tenant
  from pg_catalog.pg_policy p
  cross join names n
  join pg_catalog.pg_class c on c.oid = p.polrelid
  join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  cross join lateral (values (p.polqual), (p.polwithcheck)) as part (tree)
  cross join lateral pg_catalog.pg_get_expr(part.tree, p.polrelid) as expression
  cross join lateral (
    select case when s.nspname = n.app_schema and c.relname = n.tenants_table then 'id' else n.tenant_column end as tenant_column
  ) as d
  left join pg_catalog.pg_attribute a on a.attrelid = p.polrelid and a.attname = d.tenant_column and not a.attisdropped
  left join pg_catalog.pg_type t on t.oid = a.atttypid
  where part.tree is not null
), user_function as materialized (
  select f.*, s.nspname,
         pg_catalog.format('%I.%I(%s)', s.nspname, f.proname, pg_catalog.pg_get_function_identity_arguments(f.oid)) as signature,
         coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc) as source
  from pg_catalog.pg_proc f
  join pg_catalog.pg_namespace s on s.oid = f.pronamespace
  where s.nspname <> 'information_schema' and s.nspname !~ '^pg_'
    and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and e.objid = f.oid and e.deptype = 'e')
)
select * from (
"""


def with_prelude(query: str, names: Names, shared: t.Sequence[str] = ()) -> str:
    """The query with what it may ask about in front.

    :arg shared: qualified names of tables that are every tenant's.
    """
    columns = ", ".join(f"{_literal(value)}::pg_catalog.text as {key}" for key, value in dataclasses.asdict(names).items())
    # Not format(): the prelude has braces and percent signs of its own, and so may the query.
    return _PRELUDE.replace("{shared}", ", ".join(map(_literal, shared))).replace("{names}", columns) + query + "\n) as examined"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
