# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles read from the catalogs into plain data.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.role.plan import (
    MEMBERSHIP_OPTIONS,
    ActualRole,
    ActualRoles,
    Grant,
    Membership,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_ROLES = """\
SELECT r.rolname, r.rolcanlogin, r.rolconnlimit, CASE WHEN r.rolvaliduntil < pg_catalog.now() THEN r.rolvaliduntil::text END AS expired,
       pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment,
       r.rolsuper, r.rolbypassrls, r.rolreplication, r.rolcreaterole, r.rolcreatedb,
       pg_catalog.pg_has_role(current_user, r.oid, {set}) AS admin_set_role, s.setconfig, h.setconfig AS setconfig_here
FROM pg_catalog.pg_roles r
LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0
LEFT JOIN pg_catalog.pg_db_role_setting h ON h.setrole = r.oid
  AND h.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
WHERE r.rolname = ANY (%s::name[])"""

# The same membership may have been granted by several roles. GRANT and REVOKE reach, under its name, what a role granted whose rights the login has.
_MEMBERSHIPS = """\
SELECT m.rolname AS member, g.rolname AS "group", {inherit} AS inherit, {set} AS set, o.rolname AS grantor,
       coalesce(pg_catalog.pg_has_role(current_user, a.grantor, 'USAGE'), false) AS mine
FROM pg_catalog.pg_auth_members a
JOIN pg_catalog.pg_roles m ON m.oid = a.member
JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
LEFT JOIN pg_catalog.pg_roles o ON o.oid = a.grantor
WHERE m.rolname = ANY (%s::name[])"""

# Who made a role has ADMIN OPTION on it. To change a role, a member of one that has it is enough; to grant a role, one needs the rights of one.
# Older servers do without, where the login has CREATEROLE.
_KNOWN = """\
SELECT r.rolname, {reach} OR pg_catalog.pg_has_role(s.oid, r.oid, 'MEMBER WITH ADMIN OPTION') AS changeable,
       {reach} OR s.rolsuper OR EXISTS (
         SELECT FROM pg_catalog.pg_auth_members a WHERE a.roleid = r.oid AND a.admin_option AND pg_catalog.pg_has_role(s.oid, a.member, 'USAGE')
       ) AS grantable
FROM pg_catalog.pg_roles r JOIN pg_catalog.pg_roles s ON s.rolname = current_user"""

_PRIVILEGES = """\
SELECT r.rolname, a.privilege_type
FROM pg_catalog.pg_database d
CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE d.datname = current_database() AND r.rolname = ANY (%s::name[])"""

_POWERS = {
    "rolsuper": "SUPERUSER", "rolbypassrls": "BYPASSRLS", "rolreplication": "REPLICATION",
    "rolcreaterole": "CREATEROLE", "rolcreatedb": "CREATEDB",
}


def read_roles(session: Session, names: t.Sequence[str]) -> ActualRoles:
    """The roles of these names that exist; passwords can't be read and are left as not tried."""
    version = session.connection.server_version
    memberships = _memberships(session, names, version)
    privileges = _gathered(session.rows(_PRIVILEGES, (list(names),)))
    query = _ROLES.format(set="'SET'" if version >= MEMBERSHIP_OPTIONS else "'MEMBER'")
    roles = {
        row["rolname"]: _role(row, memberships.get(row["rolname"], {}), privileges.get(row["rolname"], ()))
        for row in session.rows(query, (list(names),))
    }
    known = session.rows(_KNOWN.format(reach="false" if version >= MEMBERSHIP_OPTIONS else "s.rolcreaterole"))
    fixed, ungrantable = (frozenset(row["rolname"] for row in known if not row[column]) for column in ("changeable", "grantable"))
    (here,) = session.rows("SELECT current_database() AS database, current_user::text AS login")
    return ActualRoles(version, roles, frozenset(row["rolname"] for row in known), fixed=fixed, ungrantable=ungrantable, **here)


def _role(row: t.Mapping[str, t.Any], memberships: t.Mapping[str, t.Sequence[Grant]], privileges: t.Sequence[str]) -> ActualRole:
    return ActualRole(
        login=row["rolcanlogin"],
        expired=row["expired"],
        connection_limit=row["rolconnlimit"],
        powers=tuple(power for column, power in _POWERS.items() if row[column]),
        member_of={group: _together(grants) for group, grants in memberships.items()},
        grants={group: known for group, grants in memberships.items() if (known := [grant for grant in grants if grant.grantor])},
        settings=_settings(row["setconfig"]),
        settings_here=_settings(row["setconfig_here"]),
        comment=row["comment"],
        database_privileges=tuple(privileges),
        admin_set_role=row["admin_set_role"],
    )


def _settings(config: t.Sequence[str] | None) -> dict[str, str]:
    return dict(setting.split("=", 1) for setting in config or ())


def _together(grants: t.Sequence[Grant]) -> Membership:
    """What one of them gives, it has."""
    return Membership(any(grant.gives.inherit for grant in grants), any(grant.gives.set for grant in grants))


def _memberships(session: Session, names: t.Sequence[str], version: int) -> dict[str, dict[str, list[Grant]]]:
    """By member and group. Older servers remember who granted one, and let everybody with the right to grant it change it."""
    grantors = version >= MEMBERSHIP_OPTIONS
    columns = {"inherit": "a.inherit_option", "set": "a.set_option"} if grantors else {"inherit": "m.rolinherit", "set": "true"}
    found: dict[str, dict[str, list[Grant]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in session.rows(_MEMBERSHIPS.format(**columns), (list(names),)):
        grant = Grant(Membership(row["inherit"], row["set"]), row["grantor"] if grantors else None, not grantors or row["mine"])
        found[row["member"]][row["group"]].append(grant)
    return found


def _gathered(rows: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = collections.defaultdict(list)
    for row in rows:
        found[row["rolname"]].append(row["privilege_type"])
    return {name: sorted(set(privileges)) for name, privileges in found.items()}
