# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's refusal of a statement, with the file and the line that it is about.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError


def located(path: str, error: DatabaseError, statement: Statement, kept: str, remedy: str | None = None) -> DatabaseError:
    """The server's error as one of a script.

    :arg kept: what stands of the script.
    """
    line = statement.line
    if error.position is not None:
        line += line_ends(statement.text, 0, error.position - 1)
    problem = f"line {line}: SQLSTATE {error.sqlstate}: {error.words} {kept}"
    return DatabaseError(problem, error.sqlstate, None, error.words, option="locations", value=path, remedy=remedy or error.remedy)
