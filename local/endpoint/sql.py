# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQL that makes a plain PostgreSQL look like RDS's; passwords only as verifiers."""

from __future__ import annotations

SETTINGS = """\
SELECT json_agg(row_to_json(s)) FROM (
    SELECT name, setting, unit, short_desc, context, vartype, min_val, max_val, enumvals, boot_val
    FROM pg_settings ORDER BY name
) AS s"""

# What RDS's master may set although PostgreSQL reserves it for superusers.
SETTABLE = (
    "auto_explain.log_min_duration",
    "deadlock_timeout",
    "log_duration",
    "log_lock_waits",
    "log_min_duration_statement",
    "log_min_error_statement",
    "log_min_messages",
    "log_statement",
    "log_temp_files",
    "pgaudit.log",
    "pgaudit.log_catalog",
    "pgaudit.log_level",
    "pgaudit.log_parameter",
    "pgaudit.log_relation",
    "pgaudit.role",
    "session_replication_role",
    "temp_file_limit",
    "track_activities",
    "track_counts",
    "track_functions",
    "track_io_timing",
)

GRANTED = (
    "pg_checkpoint",
    "pg_maintain",
    "pg_monitor",
    "pg_signal_backend",
    "pg_use_reserved_connections",
    "rds_password",
    "rds_replication",
)

ROLES = f"""\
CREATE ROLE rds_superuser NOLOGIN;
CREATE ROLE rds_replication NOLOGIN;
CREATE ROLE rds_iam NOLOGIN;
CREATE ROLE rds_password NOLOGIN;
GRANT {", ".join(GRANTED)} TO rds_superuser WITH ADMIN OPTION;
GRANT SET ON PARAMETER {", ".join(SETTABLE)} TO rds_superuser;
"""


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Quote a value for SQL (standard_conforming_strings is on)."""
    return "'" + value.replace("'", "''") + "'"


def bootstrap(master: str, verifier: str) -> str:
    """Return the statements that make RDS's group roles and the master user."""
    return (
        f"{ROLES}"
        f"CREATE ROLE {identifier(master)} LOGIN CREATEDB CREATEROLE PASSWORD {literal(verifier)}"
        " VALID UNTIL 'infinity' IN ROLE rds_superuser;\n"
        f"ALTER DATABASE postgres OWNER TO {identifier(master)};"
    )


def database(name: str, owner: str) -> str:
    """Return the statement that makes the DB instance's first database."""
    return f"CREATE DATABASE {identifier(name)} OWNER {identifier(owner)};"


def password(user: str, verifier: str) -> str:
    """Return the statement that gives a login another password."""
    return f"ALTER ROLE {identifier(user)} PASSWORD {literal(verifier)};"
