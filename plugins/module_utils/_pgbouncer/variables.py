# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the variables of the role pgbouncer may not say, beyond their types: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import budget

# As PostgreSQL stores it in pg_authid.rolpassword.
_VERIFIER = re.compile(r"SCRAM-SHA-256\$[1-9]\d*:[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=")
# PgBouncer's parser takes no other characters for a key; the database pgbouncer is its console.
_DATABASE = re.compile(r"(?!pgbouncer$)[A-Za-z0-9_.-]+")
# Without `options` in the list, a stranger can make versions 1.20 to 1.26.0 spin (CVE-2026-107349).
_ALWAYS_IGNORED = "options"
CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_GIVE_CONTENT = "Give the content of the file, as in lookup('ansible.builtin.file', '/path/to/ca.pem')."

# Keys of pgbouncer.ini that the role decides, or has a variable for.
OWN_SETTINGS = frozenset("""
    admin_users auth_file auth_type client_tls_cert_file client_tls_key_file client_tls_sslmode default_pool_size ignore_startup_parameters
    listen_addr listen_port max_client_conn max_db_connections max_packet_size max_user_connections min_pool_size pool_mode
    query_wait_timeout reserve_pool_size reserve_pool_timeout server_lifetime server_tls_ca_file server_tls_sslmode stats_users unix_socket_dir
""".split())
# What the checks look at.
NEEDED = (
    "client_ca_content", "client_ca_folder", "client_tls_cert", "client_tls_key", "databases", "default_pool_size", "host_count",
    "ignore_startup_parameters", "limit_nofile", "max_client_conn", "max_db_connections", "max_user_connections", "min_pool_size",
    "reserve_pool_size", "server_ca_content", "server_headroom_percent", "server_max_connections", "server_reserved_connections",
    "server_tls_sslmode", "settings", "users",
)
Variables = t.Mapping[str, t.Any]


def check(variables: Variables) -> list[LaunchError]:
    """Everything wrong with the role's variables, given without their prefix ``pgbouncer_``."""
    errors = [*_users(variables), *_databases(variables), *_tls(variables), *_settings(variables)]
    return errors + (_sizes(variables) if variables["users"] and variables["databases"] else [])


def to_fleet(variables: Variables) -> budget.Fleet:
    """The numbers that the budget is made of. Inventories may write a number as text."""
    def number(name: str) -> int:
        return int(variables[name])

    return budget.Fleet(
        hosts=number("host_count"),
        users=len(variables["users"]),
        databases=tuple(
            budget.Database(
                name=database["name"],
                pool_size=int(database.get("pool_size", variables["default_pool_size"])),
                max_db_connections=int(database.get("max_db_connections", variables["max_db_connections"])),
            )
            for database in variables["databases"]
        ),
        min_pool_size=number("min_pool_size"),
        reserve_pool_size=number("reserve_pool_size"),
        max_user_connections=number("max_user_connections"),
        max_client_conn=number("max_client_conn"),
        server_max_connections=number("server_max_connections"),
        server_reserved=number("server_reserved_connections"),
        headroom_percent=number("server_headroom_percent"),
    )


def _sizes(variables: Variables) -> list[LaunchError]:
    fleet = to_fleet(variables)
    return [
        *budget.check_reserve(fleet),
        *budget.check_minimum(fleet),
        *budget.check_budget(fleet),
        *budget.check_descriptors(fleet, int(variables["limit_nofile"])),
    ]


def _users(variables: Variables) -> list[LaunchError]:
    users = variables["users"]
    if not users:
        return [LaunchError(
            "nobody could log in.", option="pgbouncer_users", value=[], remedy="Name at least one user and its verifier.",
        )]
    errors = _twice("pgbouncer_users", [user["name"] for user in users])
    for user in users:
        # Before there are secrets, nobody has one yet; for a host, the role's specification asks for it.
        if "verifier" in user and not _VERIFIER.fullmatch(user["verifier"]):
            errors.append(LaunchError(
                f"what user {user['name']!r} has is not a SCRAM verifier (it is not shown here).",
                option="pgbouncer_users",
                remedy="Give what PostgreSQL stores for its password, SCRAM-SHA-256$...; never the password.",
            ))
    return errors


def _databases(variables: Variables) -> list[LaunchError]:
    names = [database["name"] for database in variables["databases"]]
    if not names:
        return [LaunchError(
            "nothing would be pooled.", option="pgbouncer_databases", value=[], remedy="Name at least one database.",
        )]
    return _twice("pgbouncer_databases", names) + [
        LaunchError(
            "PgBouncer can't have a database of that name.",
            option="pgbouncer_databases",
            value=name,
            remedy="Use letters, digits, _, . and -, not the console's name, and give the real name as dbname.",
        )
        for name in names if not _DATABASE.fullmatch(name)
    ]


def _twice(option: str, names: list[str]) -> list[LaunchError]:
    return [
        LaunchError("it is named more than once.", option=option, value=name, remedy="Name it once.")
        for name in sorted(set(names)) if names.count(name) > 1
    ]


def _tls(variables: Variables) -> list[LaunchError]:
    errors = []
    if bool(variables["client_tls_cert"]) != bool(variables["client_tls_key"]):
        errors.append(LaunchError(
            "a certificate and its key belong together, and only one was given.",
            option="pgbouncer_client_tls_cert, pgbouncer_client_tls_key",
            remedy="Give both, or none for a certificate that the host makes itself.",
        ))
    errors += _authority(variables)
    mode = variables["server_tls_sslmode"]
    if mode.startswith("verify") and CERTIFICATE not in variables["server_ca_content"]:
        errors.append(LaunchError(
            f"there is no certificate in it, and pgbouncer_server_tls_sslmode is {mode}.",
            option="pgbouncer_server_ca_content",
            value=variables["server_ca_content"][:40],
            remedy=_GIVE_CONTENT,
        ))
    return errors


def _authority(variables: Variables) -> list[LaunchError]:
    """The authority of a given certificate: what clients get to trust, and the proof on the host trusts as well."""
    content = variables["client_ca_content"]
    if content and not variables["client_tls_cert"]:
        problem = "there is no given certificate that it could have signed."
        remedy = "Give pgbouncer_client_tls_cert too, or leave this out."
    elif content and CERTIFICATE not in content:
        problem = "there is no certificate in it."
        remedy = _GIVE_CONTENT
    elif variables["client_tls_cert"] and variables["client_ca_folder"] and not content:
        problem = "clients could not trust the given certificate by what pgbouncer_client_ca_folder gets."
        remedy = f"{_GIVE_CONTENT} Or leave pgbouncer_client_ca_folder empty."
    else:
        return []
    return [LaunchError(problem, option="pgbouncer_client_ca_content", value=content[:40], remedy=remedy)]


def _settings(variables: Variables) -> list[LaunchError]:
    """Settings by their own variables only, so that the checks above see them."""
    settings = variables["settings"]
    errors = [
        LaunchError(
            "the role sets it by itself." if key not in variables else f"it has a variable, pgbouncer_{key}.",
            option=f"pgbouncer_settings.{key}", value=settings[key], remedy="Leave it out here.",
        )
        for key in sorted(OWN_SETTINGS.intersection(settings))
    ]
    if _ALWAYS_IGNORED not in re.split(r"\s*,\s*", variables["ignore_startup_parameters"]):
        errors.append(LaunchError(
            f"it has to name {_ALWAYS_IGNORED!r} (CVE-2026-107349).",
            option="pgbouncer_ignore_startup_parameters", value=variables["ignore_startup_parameters"],
            remedy=f"Add {_ALWAYS_IGNORED}.",
        ))
    return errors
