# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask PostgreSQL's own parser about a script, without running it and without leaving it in the server's log.

The server logs the text of a statement that fails, and with log_statement of each. So the script is in none: it is COPY data
of a temporary table, from which a DO block takes it, and what the parser says of it is caught there.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import io
import json
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script, statements
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_PARSED = "LD000"
# PostgreSQL parses the whole of a text before it runs the first statement of it. So a script behind a statement that always
# fails is parsed and never run.
_PARSE = f"""
DO $parse$
DECLARE state text; message text; detail text; hint text;
BEGIN
  BEGIN
    EXECUTE $guard$DO $x$ BEGIN RAISE EXCEPTION USING ERRCODE = '{_PARSED}'; END $x$; $guard$ || {{source}};
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  END;
  PERFORM pg_catalog.set_config('migration.refused', pg_catalog.json_build_array(state, message, detail, hint)::text, true);
END $parse$"""
_ANSWER = "SELECT pg_catalog.current_setting('migration.refused')"
_IN_TABLE = "(SELECT pg_catalog.left(content, {characters}) FROM pg_temp.migration_script)"
_IN_SETTING = "pg_catalog.left(pg_catalog.current_setting('migration.script'), {characters})"
# A standby has no temporary tables, and a login may lack the right to them.
_HAS_TABLES = """\
SELECT NOT pg_catalog.current_setting('transaction_read_only')::boolean
  AND pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')"""
# Every beginning of such a text is wrong in this way.
_OPEN_END = "at end of input"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Refusal(t.NamedTuple):
    """What the parser says: the state, the server's words, the line that is wrong."""

    sqlstate: str
    words: str
    line: int


def check_syntax(session: Session, script: Script, placeholders: t.Mapping[str, str]) -> LaunchError | None:
    """What stands against a script before it is run: what can't be in a migration, then PostgreSQL's own parser.

    Names of tables and columns are looked up when it runs, not here.
    """
    path = script.name.path
    try:
        statements(script, placeholders)
        refused = parse(session, replace(script.text, placeholders, path))
    except LaunchError as error:
        return error
    if refused is None:
        return None
    return LaunchError(f"line {refused.line}: SQLSTATE {refused.sqlstate}: {refused.words}", option="locations", value=path)


def parse(session: Session, text: str) -> Refusal | None:
    """What PostgreSQL's parser says against a text; None if it says nothing. Nothing of it is run."""
    with session.trial():
        source = _hand_over(session, text)
        whole = _ask(session, source, len(text))
        if whole is None:
            return None
        state, message, *more = whole
        words = " ".join(part.rstrip(".") + "." for part in (message, *more) if part)
        if message.endswith(_OPEN_END):
            return Refusal(state, words, text.count("\n") + 1)
        return Refusal(state, words, _line(text, lambda end: _same(_ask(session, source, end), whole)))


def _hand_over(session: Session, text: str) -> str:
    """Give the server a text in a way that no log knows, and where it is then.

    Without temporary tables it is a setting: the statement that makes it succeeds, and so it is in the log only where
    statements that succeed are.
    """
    if not session.value(_HAS_TABLES):
        session.execute("SELECT pg_catalog.set_config('migration.script', %s, true)", (text,))
        return _IN_SETTING
    session.execute("CREATE TEMPORARY TABLE migration_script (content text) ON COMMIT DROP")
    content = io.BytesIO(text.translate(_ESCAPES).encode() + b"\n")
    session.copy_in("COPY pg_temp.migration_script FROM STDIN (ENCODING 'UTF8')", content, "The database refused a script for its syntax check")
    return _IN_TABLE


def _ask(session: Session, source: str, characters: int) -> list[str] | None:
    """State, message, detail and hint of the error in the beginning of the text; None for no error."""
    session.execute(_PARSE.format(source=source.format(characters=characters)))
    answer = json.loads(session.value(_ANSWER))
    return None if answer[0] == _PARSED else answer


def _same(answer: list[str] | None, whole: list[str]) -> bool:
    """Whether both are the same error; what a message quotes of an open literal differs by where the text ends."""
    return answer is not None and answer[0] == whole[0] and _kind(answer[1]) == _kind(whole[1])


def _kind(message: str) -> str:
    return message.partition(" at or near ")[0] if message.startswith("unterminated") else message


def _line(text: str, wrong: t.Callable[[int], bool]) -> int:
    """The line of the error: the first one with which the text is wrong in the same way. An error that is caught has no position.

    :arg wrong: whether the text's first so many characters are.
    """
    ends = [index for index, character in enumerate(text) if character == "\n"] + [len(text)]
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if wrong(ends[middle]) else (middle + 1, high)
    return low + 1
