# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask PostgreSQL's own parser about scripts, without running them and without leaving them in the server's log.

The server logs the text of a statement that fails, and with log_statement of each. So the scripts are in none: they are COPY data
of a temporary table, from which a DO block takes them, and what the parser says of them is caught there.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import io
import json
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import Script, checked
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import portions
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.surroundings import pin_for_parsing
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_PARSED = "LD000"
# PostgreSQL parses the whole of a text before it runs the first statement of it. So a script behind a statement that always
# fails is parsed and never run.
_PARSE = f"""
DO $parse$
DECLARE script text; state text; message text; detail text; hint text; answers json[];
BEGIN
  FOR script IN {{scripts}} LOOP
    BEGIN
      EXECUTE $guard$DO $x$ BEGIN RAISE EXCEPTION USING ERRCODE = '{_PARSED}'; END $x$; $guard$ || script;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    answers := answers || pg_catalog.json_build_array(state, message, detail, hint);
  END LOOP;
  PERFORM pg_catalog.set_config('migration.answers', pg_catalog.to_json(answers)::text, true);
END $parse$"""
_ANSWERS = "SELECT pg_catalog.current_setting('migration.answers')"
_TABLE = "CREATE TEMPORARY TABLE migration_script (number int, content text) ON COMMIT DROP"
_IN_TABLE = "pg_temp.migration_script"
_SET = "SELECT pg_catalog.set_config('migration.scripts', %s, true)"
_IN_SETTING = "pg_catalog.json_array_elements_text(pg_catalog.current_setting('migration.scripts')::json) WITH ORDINALITY AS s(content, number)"
# A standby has no temporary tables, and a login may lack the right to them.
_HAS_TABLES = """\
SELECT NOT pg_catalog.current_setting('transaction_read_only')::boolean
  AND pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')"""
# The server takes thirteen times as much memory for it.
_PARSED_AT_ONCE = 1 << 20  # characters
# Every beginning of such a text is wrong in this way.
_OPEN_END = "at end of input"
_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}  # the backslash first

_Answer = t.List[str]


class _Piece(t.NamedTuple):
    """Statements of a script, and the line on which they begin."""

    path: str
    line: int
    text: str


class Refusal(t.NamedTuple):
    """What the parser says: the state, the server's words, the line that is wrong."""

    sqlstate: str
    words: str
    line: int


def syntax_errors(session: Session, scripts: t.Sequence[Script]) -> dict[str, LaunchError]:
    """By path, what stands against scripts before one is run: what can't be in a migration, then PostgreSQL's own parser.

    Names of tables and columns are looked up when a script runs, not here.
    """
    errors: dict[str, LaunchError] = {}
    pieces: list[_Piece] = []
    for script in scripts:
        path = script.name.path
        try:
            pieces += [_Piece(path, line, text) for text, line in portions(script.sql, checked(script), _PARSED_AT_ONCE)]
        except LaunchError as error:
            errors[path] = error
    for piece, refused in zip(pieces, parse(session, [piece.text for piece in pieces]), strict=True):
        if refused is not None and piece.path not in errors:
            errors[piece.path] = LaunchError(
                f"line {piece.line + refused.line - 1}: SQLSTATE {refused.sqlstate}: {refused.words}", option="locations", value=piece.path,
            )
    return errors


def parse(session: Session, texts: t.Sequence[str]) -> list[Refusal | None]:
    """For each text what PostgreSQL's parser says against it; None if it says nothing. Nothing of it is run."""
    if not texts:
        return []
    with session.trial():
        pin_for_parsing(session)
        place = _hand_over(session, texts)
        answers = _ask(session, f"SELECT content FROM {place} ORDER BY number")
        return [
            None if answer[0] == _PARSED else _refusal(session, place, number, text, answer)
            for number, (text, answer) in enumerate(zip(texts, answers, strict=True), 1)
        ]


def _hand_over(session: Session, texts: t.Sequence[str]) -> str:
    """Give the server the texts in a way that no log knows, and say where they are then, with their numbers.

    Without temporary tables they are a setting: the statement that makes it succeeds, and so it is in the log only where
    statements that succeed are.
    """
    if not session.value(_HAS_TABLES):
        session.execute(_SET, (json.dumps(texts),))
        return _IN_SETTING
    session.execute(_TABLE)
    for number, text in enumerate(texts, 1):
        content = io.BytesIO(f"{number}\t{_escaped(text)}\n".encode())
        session.copy_in(f"COPY {_IN_TABLE} FROM STDIN (ENCODING 'UTF8')", content, "The database refused a script for its syntax check")
    return _IN_TABLE


def _escaped(text: str) -> str:
    """As COPY reads it: much quicker than str.translate()."""
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _ask(session: Session, scripts: str) -> list[_Answer]:
    """State, message, detail and hint for each script that a query gives."""
    session.execute(_PARSE.format(scripts=scripts))
    return json.loads(session.value(_ANSWERS))


def _refusal(session: Session, place: str, number: int, text: str, answer: _Answer) -> Refusal:
    """The parser's error with its line."""
    def wrong(end: int) -> bool:
        (shorter,) = _ask(session, f"SELECT pg_catalog.left(content, {end}) FROM {place} WHERE number = {number}")
        return _same(shorter, answer)

    state, message, *more = answer
    words = " ".join(part.rstrip(".") + "." for part in (message, *more) if part)
    return Refusal(state, words, line_ends(text, 0, len(text)) + 1 if message.endswith(_OPEN_END) else _line(text, wrong))


def _same(answer: _Answer, whole: _Answer) -> bool:
    """Whether both are the same error; what a message quotes of an open literal differs by where the text ends."""
    return answer[0] == whole[0] and _kind(answer[1]) == _kind(whole[1])


def _kind(message: str) -> str:
    return message.partition(" at or near ")[0] if message.startswith("unterminated") else message


def _line(text: str, wrong: t.Callable[[int], bool]) -> int:
    """The line of the error: the first one with which the text is wrong in the same way. An error that is caught has no position.

    :arg wrong: whether the text's first so many characters are.
    """
    ends = [match.start() for match in _LINE_END.finditer(text)] + [len(text)]
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if wrong(ends[middle]) else (middle + 1, high)
    return low + 1
