# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script finds when it begins, and what it may not change: the session, not the database.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

# Everything that one script can leave in a session for the next one. DISCARD ALL would let go of the lock as well.
_CLEAR = (
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *;"
    " DISCARD TEMP; DISCARD SEQUENCES; DISCARD PLANS"
)
# Limits of a database or a login are meant for its applications. A long script is read between two statements, and nothing is said to the server
# meanwhile.
_NO_LIMITS = dict.fromkeys(("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"), "0")
# Whatever a database or a login has set: the same script means the same everywhere.
_PINNED = {
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "backslash_quote": "safe_encoding",
    "escape_string_warning": "on",
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "xmlbinary": "base64",
    "xmloption": "content",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "check_function_bodies": "on",
    "row_security": "on",
    "default_tablespace": "",
    "default_table_access_method": "heap",
    **_NO_LIMITS,
    # The server ends a statement whose run was killed, instead of going on with it for nobody.
    "client_connection_check_interval": "5s",
}
# The settings by which the scanner itself goes.
_OF_THE_SCANNER = ("standard_conforming_strings", "backslash_quote")
# Those that the server has. This is asked before each script, and pg_settings would take three times as long.
_PIN = """\
SELECT pg_catalog.pg_current_xact_id()::text AS "transaction", count(pg_catalog.set_config(v.name, v.value, true)) AS "set"
FROM unnest(%s, %s) v(name, value) WHERE pg_catalog.current_setting(v.name, true) IS NOT NULL"""
_PIN_SESSION = """\
SELECT count(pg_catalog.set_config(v.name, v.value, false)) AS "set"
FROM unnest(%s, %s) v(name, value) WHERE pg_catalog.current_setting(v.name, true) IS NOT NULL"""
# What the server tells the client of, so that it can be looked at without a question.
_REPORTED = {"client_encoding": "UTF8", "standard_conforming_strings": "on"}


def clear(session: Session) -> None:
    """End what the script before left in the session."""
    session.execute(_CLEAR)


def pin(session: Session, search_path: str, lock_timeout: str) -> str:
    """Settle, until the transaction ends, what a script's text means. Gives the transaction's id."""
    settings = {**_PINNED, "lock_timeout": lock_timeout, "search_path": search_path}
    (row,) = session.rows(_PIN, (list(settings), list(settings.values())))
    return row["transaction"]


def pin_for_session(session: Session, search_path: str, lock_timeout: str) -> None:
    """The same until clear(), where there is no transaction."""
    _set(session, {**_PINNED, "lock_timeout": lock_timeout, "search_path": search_path})


def lift_limits(session: Session) -> None:
    """Let what is asked before the first script, and after it, take its time; until clear()."""
    _set(session, _NO_LIMITS)


def _set(session: Session, settings: dict[str, str]) -> None:
    session.rows(_PIN_SESSION, (list(settings), list(settings.values())))


def pin_for_parsing(session: Session) -> None:
    """Settle, until a transaction that is rolled back ends, how the server reads a text that it only parses. A standby can do it, too."""
    session.execute("; ".join(f"SET {name} = '{_PINNED[name]}'" for name in _OF_THE_SCANNER))


def refuse_changed(session: Session) -> None:
    """LaunchError where a statement changed how the rest of the script would be read."""
    for name, value in _REPORTED.items():
        now = session.reported(name)
        if now != value:
            raise LaunchError(
                f"it set {name} to {now}, and the rest of the file would not mean what it says.", option="locations",
                remedy="Take that out: scripts are UTF-8, and a backslash is a character like others.",
            )
