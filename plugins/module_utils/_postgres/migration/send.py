# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A statement sent to the server, and its refusal with the file and the line that it is about.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session, with_state


_IN_DATA = re.compile(r"^COPY .*, line (\d+)", re.MULTILINE)
# What a person can do about an error of the server itself, by SQLSTATE.
_REMEDIES = {"53100": "Make room on the server's disk, and run it again."}


def send(session: Session, statement: Statement) -> None:
    """Run a statement, with what it reads."""
    if statement.data is None:
        session.execute(statement.text)
    else:
        session.copy_text(statement.text, statement.data)


def located(path: str, error: DatabaseError, statement: Statement, kept: str, remedy: str | None = None) -> DatabaseError:
    """The server's error as one of a script.

    :arg kept: what stands of the script.
    """
    line = statement.line
    if error.position is not None:
        line += line_ends(statement.text, 0, error.position - 1)
    elif statement.data is not None and (found := _IN_DATA.search(error.context or "")):
        line += line_ends(statement.text, 0, len(statement.text)) + int(found[1])
    problem = f"line {line}: {with_state(error.sqlstate, error.words)} {kept}"
    return DatabaseError(problem, error.sqlstate, None, error.words, option="locations", value=path, remedy=remedy or advice(error))


def advice(error: DatabaseError) -> str | None:
    """What a person can do about an error, whatever script it is about."""
    return error.remedy or _REMEDIES.get(error.sqlstate or "")
