# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles have, read from the catalogs: asked only for roles that are to be removed.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import MEMBERSHIP_OPTIONS
from ansible_collections.launch.database.plugins.module_utils._postgres.role.removal import Holdings
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# What DROP ROLE would stumble over. Its owner is the other entry of the same object; what a superuser of the server's own owns has none.
# DROP OWNED revokes privileges (a) and initial ones (i), and would drop the rest; a membership that the role granted is somebody else's.
_DEPENDENCIES = """\
SELECT r.rolname AS role, d.deptype IN ('a', 'i') AND d.classid <> 'pg_catalog.pg_auth_members'::regclass AS privilege,
       CASE WHEN here.yes THEN pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS object,
       CASE WHEN NOT here.yes THEN b.datname END AS database,
       owner.rolname AS owner,
       coalesce(pg_catalog.pg_has_role(current_user, owner.oid, 'USAGE'), s.rolsuper) AS revocable,
       coalesce(pg_catalog.pg_has_role(current_user, owner.oid, {set}), false) AS reachable
FROM pg_catalog.pg_shdepend d
JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
JOIN pg_catalog.pg_roles s ON s.rolname = current_user
LEFT JOIN pg_catalog.pg_database b ON b.oid = d.dbid
CROSS JOIN LATERAL (SELECT d.dbid = 0 OR b.datname = current_database() AS yes) here
LEFT JOIN LATERAL (
  SELECT o.refobjid FROM pg_catalog.pg_shdepend o
  WHERE o.dbid = d.dbid AND o.classid = d.classid AND o.objid = d.objid AND o.deptype = 'o'
) o ON true
LEFT JOIN pg_catalog.pg_roles owner ON owner.oid = o.refobjid
WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND r.rolname = ANY (%s::name[])
ORDER BY 1, 3"""

_MEMBERS = """\
SELECT DISTINCT g.rolname AS role, m.rolname AS member
FROM pg_catalog.pg_auth_members a
JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
JOIN pg_catalog.pg_roles m ON m.oid = a.member
WHERE g.rolname = ANY (%s::name[]) AND m.rolname <> current_user
ORDER BY 1, 2"""

_SESSIONS = """\
SELECT r.rolname AS role, count(*) AS sessions
FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
WHERE r.rolname = ANY (%s::name[])
GROUP BY 1"""

Rows = t.Sequence[t.Mapping[str, t.Any]]


def read_holdings(session: Session, names: t.Sequence[str]) -> dict[str, Holdings]:
    """What each of these roles has."""
    become = "'SET'" if session.connection.server_version >= MEMBERSHIP_OPTIONS else "'MEMBER'"
    dependencies = session.rows(_DEPENDENCIES.format(set=become), (list(names),))
    members = session.rows(_MEMBERS, (list(names),))
    sessions = {row["role"]: row["sessions"] for row in session.rows(_SESSIONS, (list(names),))}
    return {name: _holdings(_of(name, dependencies), _of(name, members), sessions.get(name, 0)) for name in names}


def _of(name: str, rows: Rows) -> Rows:
    return [row for row in rows if row["role"] == name]


def _holdings(dependencies: Rows, members: Rows, sessions: int) -> Holdings:
    here = [row for row in dependencies if row["database"] is None]
    privileges = [row for row in here if row["privilege"]]
    elsewhere = [row["database"] for row in dependencies if row["database"] is not None]
    return Holdings(
        members=tuple(row["member"] for row in members),
        objects=tuple(row["object"] for row in here if not row["privilege"]),
        elsewhere={database: elsewhere.count(database) for database in elsewhere},
        privileges=tuple(row["object"] for row in privileges),
        fixed=tuple(_with_owner(row) for row in privileges if not row["revocable"] and not row["reachable"]),
        grantors=tuple(sorted({row["owner"] for row in privileges if not row["revocable"] and row["reachable"]})),
        sessions=sessions,
    )


def _with_owner(row: t.Mapping[str, t.Any]) -> str:
    return f"{row['object']} of {row['owner'] or 'a superuser'}"
