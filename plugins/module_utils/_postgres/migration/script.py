# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a folder, and what of them can not be run.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import functools
import hashlib
import re
import typing as t
import unicodedata

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.alone import (
    IndexBuild,
    act_of,
    is_missed,
    is_refused,
    is_repeatable,
    stands_alone,
    transaction_setting,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum, decode
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import (
    BASE,
    BESIDE,
    REPEATABLE,
    UNDO,
    ScriptName,
    parse,
    sort_key,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import Statement, split

_TRANSACTION = re.compile(r"(BEGIN|COMMIT|ROLLBACK|ABORT|END|START TRANSACTION|PREPARE TRANSACTION|SAVEPOINT|RELEASE)\b")
_COPY_OUT = re.compile(r"COPY\b.*\bTO STDOUT\b")
_ENCODING = re.compile(r"\bENCODING\s+'?([\w-]+)", re.IGNORECASE)
_UTF8 = re.compile(r"utf-?8|unicode", re.IGNORECASE)
_RESTRICT = re.compile(r"\\(un)?restrict\b")
_OF_DUMP = "pg_dump writes two such lines for psql, \\restrict and \\unrestrict: take both out. The rest of its output runs as it is."


@dataclasses.dataclass(frozen=True)
class Script:
    """A migration.

    :arg location: the folder it comes from.
    :arg name: what its file name says.
    :arg text: without byte order mark, placeholders not replaced.
    :arg sql: what runs: the text with the values of its placeholders.
    :arg checksum: what the history shall keep of it.
    :arg sha256: of the file's bytes, in hexadecimal digits.
    :arg raw_checksum: the one before placeholders are replaced; Flyway takes it for a repeatable one too.
    :arg undoes: of an undo script, the row of the history that it takes back.
    :arg in_transaction: what Flyway's file beside it says; None for nothing.
    """

    location: str
    name: ScriptName
    text: str
    sql: str = dataclasses.field(repr=False)
    checksum: int
    raw_checksum: int
    sha256: str
    undoes: HistoryRow | None = None
    in_transaction: bool | None = None

    @property
    def key(self) -> t.Any:
        """What Flyway knows it by: its version, or a repeatable one's description."""
        return self.name.order if self.name.version else self.name.description

    @property
    def file(self) -> str:
        """Location and path: no other script has the same."""
        return f"{self.location.rstrip('/')}/{self.name.path}"

    @functools.cached_property
    def outside(self) -> bool:
        """Whether it runs outside of a transaction: because it is said beside it, or else as its first statement tells."""
        if self.in_transaction is not None:
            return not self.in_transaction
        first = next(self.statements(), None)
        return first is not None and stands_alone(first)

    @functools.cached_property
    def resumable(self) -> bool:
        """Whether the next run can go on where one was ended: outside of a transaction, and nothing in it is harmed by a second time."""
        return self.outside and all(is_repeatable(statement) for statement in self.statements())

    @functools.cached_property
    def is_portable(self) -> bool:
        """Whether Flyway runs it in the same way."""
        return not self.outside or self.in_transaction is False or not any(is_missed(statement) for statement in self.statements())

    @functools.cached_property
    def count(self) -> int:
        """How many statements it has."""
        return sum(1 for _statement in self.statements())

    def statements(self) -> t.Iterator[Statement]:
        """What it runs, one by one, so that memory does not grow with their number."""
        return split(self.sql)


class Progress(t.NamedTuple):
    """Where a run is in a script. Its words are made only if somebody reads them: a script has many statements, most of them short."""

    script: Script
    number: int
    line: int

    def __str__(self) -> str:
        return f"{self.script.name.path}, statement {self.number} of {self.script.count} (line {self.line})"


Placeholders = t.Callable[[str], t.Mapping[str, str]]


def load(locations: t.Mapping[str, t.Mapping[str, bytes]], placeholders: Placeholders) -> list[Script]:
    """The migrations but undo scripts in the order of running; LaunchErrors with all that is wrong.

    :arg locations: by folder, contents by path relative to it.
    :arg placeholders: gives the values for one path, since Flyway has one that is the file's name.
    """
    return _load(locations, placeholders, "locations", lambda name: name.kind != UNDO)


def load_undo(locations: t.Mapping[str, t.Mapping[str, bytes]], placeholders: Placeholders) -> list[Script]:
    """The undo scripts of their own folders, by version; LaunchErrors with all that is wrong, other migrations among it."""
    return _load(locations, placeholders, "undo_locations", _must_undo)


def _load(
    locations: t.Mapping[str, t.Mapping[str, bytes]], placeholders: Placeholders, option: str, wanted: t.Callable[[ScriptName], bool],
) -> list[Script]:
    scripts: list[Script] = []
    errors: list[LaunchError] = []
    for location, files in locations.items():
        found, refused = _scripts(location, files, placeholders, wanted)
        scripts += found
        errors += refused or ([] if found else [_empty(location, option)])
    scripts.sort(key=lambda script: sort_key(script.name))
    raise_all(errors + _duplicates(scripts, option))
    return scripts


def _must_undo(name: ScriptName) -> bool:
    if name.kind != UNDO:
        raise LaunchError(
            "it is no undo script.", option="undo_locations", value=name.path, remedy="Name it U<version>__<description>.sql, or move it to the migrations.",
        )
    return True


def checked(script: Script) -> t.Iterator[Statement]:
    """Its statements; behind the last one LaunchErrors for what can't run in the way in which the script is run."""
    errors = []
    for statement in script.statements():
        if error := _refusal(script, statement):
            errors.append(error)
        yield statement
    raise_all(errors)


def _scripts(
    location: str, files: t.Mapping[str, bytes], placeholders: Placeholders, wanted: t.Callable[[ScriptName], bool],
) -> tuple[list[Script], list[LaunchError]]:
    settings, errors = gather(functools.partial(_said_beside, files), sorted(path for path in files if _is_beside(path, files)))
    scripts, said = [], dict(settings)
    for path in sorted(path for path in files if not _is_beside(path, files)):
        try:
            name = parse(path)
            if name is not None and wanted(name):
                script = _script(location, name, files[path], placeholders(path))
                scripts.append(dataclasses.replace(script, in_transaction=said.get(path)))
        except LaunchError as error:
            errors.append(error)
    return scripts, errors


def _is_beside(path: str, files: t.Mapping[str, bytes]) -> bool:
    """Whether it is Flyway's file of settings for a script that is there."""
    return path.endswith(BESIDE) and path.removesuffix(BESIDE) in files


def _said_beside(files: t.Mapping[str, bytes], path: str) -> tuple[str, bool | None]:
    """The path of the script, and whether it runs in a transaction."""
    return path.removesuffix(BESIDE), transaction_setting(path, decode(files[path], "locations", path))


def _empty(location: str, option: str) -> LaunchError:
    return LaunchError(
        "it holds no migration.", option=option, value=location, remedy="An empty folder is never what a database was made from: fix the path.",
    )


def _script(location: str, name: ScriptName, content: bytes, placeholders: t.Mapping[str, str]) -> Script:
    text = decode(content, "locations", name.path)
    raw = checksum(text)
    # Of a versioned one too: a placeholder without a value is refused before anything runs.
    replaced = replace(text, placeholders, name.path)
    return Script(location, name, text, replaced, checksum(replaced) if name.kind == REPEATABLE else raw, raw, hashlib.sha256(content).hexdigest())


def _duplicates(scripts: t.Sequence[Script], option: str) -> list[LaunchError]:
    """Files that Flyway, or a person, can not tell apart."""
    first: dict[t.Any, Script] = {}
    errors = []
    for script in scripts:
        name = script.name
        key = (name.kind, name.order if name.version else unicodedata.normalize("NFC", name.description))
        if key in first:
            errors.append(LaunchError(
                f"it has {_in_common(script, first[key])}.", option=option, value=script.file, remedy="Rename the one that no database has yet.",
            ))
        first.setdefault(key, script)
    return errors


def _in_common(script: Script, other: Script) -> str:
    if script.name.version:
        return f"the same version {script.name.version} as {other.file}"
    if script.name.description == other.name.description:
        return f"the same description {script.name.description!r} as {other.file}"
    return f"the same description as {other.file}, but for how letters with accents are written (Unicode normalisation)"


def _refusal(script: Script, statement: Statement) -> LaunchError | None:
    where = f"{script.name.path} line {statement.line}"
    if statement.text.startswith("\\"):
        remedy = _OF_DUMP if _RESTRICT.match(statement.text) else "Write it in SQL."
        return LaunchError(f"{where} is a command of psql, not SQL.", option="locations", remedy=remedy)
    if _TRANSACTION.match(statement.words):
        return LaunchError(
            f"{where} says {statement.words.split()[0]}: how a migration begins and ends is not its own business.",
            option="locations", remedy="Take it out; the whole file is rolled back if anything in it fails.",
        )
    if is_refused(statement):
        return LaunchError(
            f"{where} ({_beginning(statement)}) is not about this database, but about the server or the session.", option="locations", remedy="Take it out.",
        )
    if error := _refusal_of_copy(where, statement):
        return error
    return _refusal_outside(where, script, statement) if script.outside else _refusal_inside(where, statement)


def _refusal_of_copy(where: str, statement: Statement) -> LaunchError | None:
    if statement.is_followed:
        return LaunchError(
            f"{where} has more behind the semicolon of COPY, and the lines below are its data.", option="locations",
            remedy="Put it behind the line that ends the data.",
        )
    if _COPY_OUT.match(statement.words):
        return LaunchError(f"{where} copies rows to where nobody reads them.", option="locations", remedy="Take it out.")
    # A script is UTF-8, and so is what is sent: the server would read each letter beyond ASCII as two others.
    if statement.data and not statement.data.isascii() and (said := _ENCODING.search(statement.text)) and not _UTF8.fullmatch(said[1]):
        return LaunchError(
            f"{where} says that its data are {said[1]}, and a script is UTF-8.", option="locations", remedy="Take ENCODING out of COPY.",
        )
    return None


def _refusal_inside(where: str, statement: Statement) -> LaunchError | None:
    if stands_alone(statement):
        return LaunchError(
            f"{where} ({_beginning(statement)}) can't run inside a transaction, and the statements before it do.",
            option="locations", remedy="Put it into a script of its own.",
        )
    return None


def _refusal_outside(where: str, script: Script, statement: Statement) -> LaunchError | None:
    if script.name.kind in (UNDO, BASE):
        return LaunchError(
            f"{where} ({_beginning(statement)}) can't run inside a transaction, and this kind of script is one with its row of the history.",
            option="locations", remedy="Put it into a version of its own.",
        )
    if script.in_transaction is None and not stands_alone(statement):
        return LaunchError(
            f"{where} ({_beginning(statement)}) is in a script that begins with what runs outside of a transaction.",
            option="locations", remedy="Put it into a script of its own, so that it is undone if it fails.",
        )
    act = act_of(statement)
    if isinstance(act, IndexBuild) and not act.name:
        return LaunchError(
            f"{where} builds an index without a name, and a run that was ended could not find what it left.", option="locations", remedy="Give it one.",
        )
    return None


def _beginning(statement: Statement) -> str:
    return " ".join(statement.words.split()[:3])
