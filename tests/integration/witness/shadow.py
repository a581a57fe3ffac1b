# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of launch's database in which ids are text instead of a domain on it: what pgrls can reason about.

A comparison with a column of a domain goes through a cast in the catalogs, and pgrls decides nothing about a column behind a cast.
PostgreSQL itself writes the policies of the shadow, from the text of those that were shipped.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_POLICIES = """
select format('%s.%s', p.polrelid::regclass, p.polname), format('drop policy %I on %s', p.polname, p.polrelid::regclass),
       format('create policy %I on %s as %s for %s to %s', p.polname, p.polrelid::regclass,
         case when p.polpermissive then 'permissive' else 'restrictive' end,
         case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
         (select string_agg(case role when 0 then 'public' else role::regrole::text end, ', ' order by role) from unnest(p.polroles) role))
       || coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
       || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
from pg_policy p order by 1"""
_COLUMNS = """
select a.attrelid::regclass::text, a.attname
from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.atttypid = 'app.entity_id'::regtype and c.relkind in ('r', 'p') and not a.attisdropped
order by 1, 2"""


def policies(session: Session) -> dict[str, str]:
    """Each policy by table and name, as the statement that makes it."""
    return {name: statement for name, _drop, statement in _rows(session, _POLICIES)}


def id_columns(session: Session) -> list[tuple[str, str]]:
    """Table and name of each column of the domain."""
    return _rows(session, _COLUMNS)


def without_casts(statement: str, columns: t.Iterable[str]) -> str:
    """A policy as PostgreSQL writes it where these columns are text."""
    return re.sub(rf"\(({'|'.join(sorted(columns))})\)::text", r"\1", statement)


def make_shadow(session: Session) -> None:
    """Make every id text. A policy depends on its columns, so each is dropped and made again."""
    shipped = _rows(session, _POLICIES)
    for _name, drop, _create in shipped:
        session.execute(drop)
    for table, column in id_columns(session):
        session.execute(f"alter table {table} alter {column} type text")
    for _name, _drop, create in shipped:
        session.execute(create)


def _rows(session: Session, query: str) -> list[t.Any]:
    return session.table(query)[1]
