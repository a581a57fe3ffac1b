# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to PostgreSQL from a module's arguments.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import traceback
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all

try:
    import psycopg2
except ImportError:
    psycopg2 = None
    PSYCOPG2_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    PSYCOPG2_IMPORT_ERROR = None

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

# Of whoever connects with a wrong password, or an unknown role: libpq gives no SQLSTATE for a failed start.
_WRONG_PASSWORD = "password authentication failed"
# Said after the password was accepted.
_AUTHENTICATED = ("permission denied for database", "too many connections for role", "is not permitted to log in", "remaining connection slots")

_SECRET = "login_password"
_TEXTS = ("login_host", "login_user", _SECRET, "login_db", "ca_cert")


def require_psycopg2(module: AnsibleModule) -> None:
    """End the module if the driver is missing, with the words people know from other modules."""
    if psycopg2 is None:
        from ansible.module_utils.basic import missing_required_lib

        module.fail_json(msg=missing_required_lib("psycopg2"), exception=PSYCOPG2_IMPORT_ERROR)


def connect(params: t.Mapping[str, t.Any], **instead: t.Any) -> t.Any:
    """A connection in autocommit mode. LaunchError if there is none to be had.

    :arg params: the options of POSTGRES_CONNECTION.
    :arg instead: ``user`` and ``password`` other than theirs.
    """
    raise_all([_cut(params, option) for option in _TEXTS if "\0" in (params[option] or "")])
    try:
        connection = psycopg2.connect(**{**_arguments(params), **instead})
    except (psycopg2.Error, ValueError) as error:
        address = f"{params['login_host']}:{params['login_port']}"
        raise LaunchError(
            f"no connection to database {params['login_db']!r} as {instead.get('user', params['login_user'])!r}: {_words(error)}.",
            option="login_host", value=address, remedy="See that the server runs, that this host may reach it, and login and TLS options are right.",
        ) from error
    connection.autocommit = True
    return connection


def accepts_password(params: t.Mapping[str, t.Any], user: str, password: str) -> bool:
    """Whether the server lets a role in with this password. LaunchError where that can't be found out."""
    try:
        connect(params, user=user, password=password).close()
    except LaunchError as error:
        if _WRONG_PASSWORD in error.problem:
            return False
        if not any(words in error.problem for words in _AUTHENTICATED):
            raise
    return True


def refuse_pooler(connection: t.Any) -> None:
    """LaunchError unless a server process of PostgreSQL itself is at the other end.

    A pooler makes up the process id it announces, since it hands the client from one server process to the next;
    session locks and settings would stay behind in a process that others get.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        real = cursor.fetchone()[0]
    if real != connection.info.backend_pid:
        raise LaunchError(
            "it is a connection pooler, and migrations hold a session lock.", option="login_host",
            value=connection.info.host, remedy="Give the address of the database server itself.",
        )


def _arguments(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    arguments = {
        "host": params["login_host"],
        "port": params["login_port"],
        "user": params["login_user"],
        "password": params["login_password"],
        "dbname": params["login_db"],
        "sslmode": params["ssl_mode"],
        "sslrootcert": params["ca_cert"],
        "connect_timeout": params["connect_timeout"],
        "application_name": "launch.database",
        # What a database or PGCLIENTENCODING would have instead turns texts into others.
        "client_encoding": "UTF8",
    }
    return {name: value for name, value in arguments.items() if value is not None}


def _cut(params: t.Mapping[str, t.Any], option: str) -> LaunchError:
    value = None if option == _SECRET else params[option]
    return LaunchError("it has a NUL, which would end it.", option=option, value=value, remedy="Take the NUL out.")


def _words(error: Exception) -> str:
    """libpq's message on one line, without the sign at its end."""
    return " ".join(str(error).split()).rstrip(".?")
