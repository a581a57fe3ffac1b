# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the server takes writes of this login at all, and why not.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_ASK = """\
SELECT pg_catalog.pg_is_in_recovery() AS is_standby, pg_catalog.current_setting('transaction_read_only')::boolean AS is_read_only, s.source
FROM pg_catalog.pg_settings s WHERE s.name = 'default_transaction_read_only'"""
# By what pg_settings calls the source; everything else is the server's own configuration.
_SET_FOR = {"database": "for the database", "user": "for the login", "database user": "for the login in this database"}


def why_read_only(session: Session) -> LaunchError | None:
    """The refusal for a server that takes no writes of this login; None where it takes them."""
    (row,) = session.rows(_ASK)
    return judged(row, session.connection.info.host, session.connection.info.dbname)


def judged(row: t.Mapping[str, t.Any], host: str, database: str) -> LaunchError | None:
    """The same for what the server said."""
    if row["is_standby"]:
        return LaunchError(
            "it is a standby, which takes no writes.", option="login_host", value=host,
            remedy="Give the address of the primary. Check mode, state=status and state=validate work here.",
        )
    if row["is_read_only"]:
        return LaunchError(
            f"its transactions are read-only: default_transaction_read_only is on {_SET_FOR.get(row['source'], 'for the whole server')}.",
            option="login_db", value=database,
            remedy="Find out why before you take it back: a server whose storage is full, or the copy of a blue/green deployment, may be kept so on purpose.",
        )
    return None
