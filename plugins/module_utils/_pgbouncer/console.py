# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin console of a PgBouncer on this host, over its Unix socket.

The user ``pgbouncer`` may log in without a password there, if the client runs as the same operating
system user as the process (pgbouncer(1), "Admin console"). Nobody can administer it over the network.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import glob
import os
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_plan import Console, Setting

try:
    import psycopg2
except ImportError:
    psycopg2 = None

CONNECT_TIMEOUT = 5  # seconds


def read_console(folders: t.Iterable[str], uid: int) -> Console | None:
    """Ask the process of this user; None if none of the sockets in these folders answers.

    The port is not taken from the file: the file may be newer than the process.
    """
    if psycopg2 is None:
        raise LaunchError("The Python library psycopg2 is missing on this host.", remedy="Install python3-psycopg2.")
    for folder in folders:
        for path in sorted(glob.glob(f"{glob.escape(folder)}/.s.PGSQL.*[0-9]")):
            session = _connect(folder, path.rsplit(".", 1)[1], uid)
            if session is not None:
                with contextlib.closing(session):
                    return _read(session)
    return None


def _connect(folder: str, port: str, uid: int) -> t.Any:
    try:
        with _effective_user(uid):
            session = psycopg2.connect(
                host=folder, port=port, user="pgbouncer", dbname="pgbouncer", connect_timeout=CONNECT_TIMEOUT,
            )
    except psycopg2.OperationalError:
        return None
    session.autocommit = True
    return session


@contextlib.contextmanager
def _effective_user(uid: int) -> t.Iterator[None]:
    """The kernel tells the server the effective user of whoever connects."""
    before = os.geteuid()
    if uid == before:
        yield
        return
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(before)


def _read(session: t.Any) -> Console:
    settings = {
        row["key"]: Setting(row["value"], row["default"], row["changeable"] == "yes")
        for row in _rows(session, "SHOW CONFIG")
    }
    databases = {row["name"]: row for row in _rows(session, "SHOW DATABASES")}
    version = parse_version(_rows(session, "SHOW VERSION")[0]["version"])
    return Console(version=version, settings=settings, databases=databases)


def _rows(session: t.Any, command: str) -> list[dict[str, str | None]]:
    with session.cursor() as cursor:
        cursor.execute(command)
        names = [column[0] for column in cursor.description]
        return [
            {name: None if value is None else str(value) for name, value in zip(names, row)}
            for row in cursor.fetchall()
        ]


def parse_version(text: str) -> str:
    """The number in "PgBouncer 1.26.1 ...", which both the console and the program print."""
    found = re.search(r"PgBouncer (\d+(?:\.\d+)+)", text)
    if found is None:
        raise LaunchError(f"No version can be read from what PgBouncer says of itself: {text[:80]!r}.")
    return found[1]
