# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Catalogs as a text that a person reviews: pure.

One attribute a line, sorted, each line with its object, so that a line of a diff says what it is about::

    policy app.tasks.tenant_select | using | (tenant_id = ( SELECT app.current_tenant() AS current_tenant))

A value of several lines, such as a function's body, is as many lines with the same beginning. What a reader could not see (blanks
at the end, characters that are not printed or change the direction of writing) is written as a JSON string.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Facts

FORMAT = "1"

_SEPARATOR = " |"
_HEADER = "# "
_MIGRATION = "migration "
_CHECKSUM = re.compile(r" -?[0-9]{1,10}")
_FOREIGN = "somebody else's"
# Lets text that only looks like a placeholder survive the replacement.
_ESCAPED = {"$": "$"}


@dataclasses.dataclass(frozen=True)
class Header:
    """What an expected catalog is for.

    :arg server: major version of PostgreSQL.
    :arg encoding: of the database.
    :arg placeholders: the names that have to be given to it.
    :arg migrations: by path, Flyway's checksums of those it was made from, before placeholders are replaced.
    :arg foreign: patterns of objects that belong to somebody else wherever these migrations run.
    """

    server: str
    encoding: str
    placeholders: tuple[str, ...] = ()
    migrations: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    foreign: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Expected:
    """An expected catalog."""

    header: Header
    facts: Facts


def write(header: Header, facts: Facts, names: t.Mapping[str, str]) -> str:
    """The text.

    :arg names: by placeholder, the name in the facts that it stands for. It must be like no other word in them.
    """
    return "\n".join([*_header_lines(header), "", *lines_of(_with_placeholders(facts, names))]) + "\n"


def lines_of(facts: Facts) -> list[str]:
    """The lines of facts, in order."""
    return [
        f"{_key(name)}{_SEPARATOR} {_key(attribute)}{_SEPARATOR}{' ' if line else ''}{_written(line)}"
        for name in sorted(facts) for attribute in sorted(facts[name]) for line in facts[name][attribute].split("\n")
    ]


def parse(text: str, names: t.Mapping[str, str], file: str) -> Expected:
    """What a text says. LaunchError for one that describes no object, or can't be read.

    :arg names: values of the placeholders.
    :arg file: what it is called, for errors.
    """
    lines = replace(text.replace("\r\n", "\n"), {**_ESCAPED, **names}, file).split("\n")
    header = _header([line.removeprefix(_HEADER) for line in lines if line.startswith(_HEADER)], file)
    facts: dict[str, dict[str, list[str]]] = {}
    for number, line in enumerate(lines, 1):
        if line and not line.startswith(_HEADER):
            name, attribute, value = _read(line, number, file)
            facts.setdefault(name, {}).setdefault(attribute, []).append(value)
    if not facts:
        raise LaunchError("it describes no object.", option="expected", value=file, remedy="Make it again.")
    return Expected(header, {name: {key: _sorted(key, "\n".join(value)) for key, value in found.items()} for name, found in facts.items()})


def _sorted(attribute: str, value: str) -> str:
    """Roles stand in the order of their names, and those depend on the system."""
    return ", ".join(sorted(value.split(", "))) if attribute == "roles" else value


def _header_lines(header: Header) -> list[str]:
    return [
        _HEADER + line for line in (
            f"format: {FORMAT}", f"server: {header.server}", f"encoding: {header.encoding}", f"placeholders: {' '.join(sorted(header.placeholders))}".rstrip(),
            *(f"{_FOREIGN}: {pattern}" for pattern in sorted(header.foreign)),
            *(f"{_MIGRATION}{path}: {checksum}" for path, checksum in sorted(header.migrations.items())),
        )
    ]


def _header(lines: t.Sequence[str], file: str) -> Header:
    fields, foreign, migrations = {}, [], {}
    for line in lines:
        key, colon, value = line.rpartition(":") if line.startswith(_MIGRATION) else line.partition(":")
        if not colon or key.startswith(_MIGRATION) and not _CHECKSUM.fullmatch(value):
            raise LaunchError(f"its header has a line that can't be read: {line}.", option="expected", value=file, remedy="Make it again.")
        if key == _FOREIGN:
            foreign.append(value.strip())
        elif key.startswith(_MIGRATION):
            migrations[key.removeprefix(_MIGRATION)] = int(value)
        else:
            fields[key] = value.strip()
    if fields.get("format") != FORMAT:
        raise LaunchError(f"it is not in the format {FORMAT}.", option="expected", value=file, remedy="Make it again with this version of the collection.")
    return Header(fields.get("server", ""), fields.get("encoding", ""), tuple(fields.get("placeholders", "").split()), migrations, tuple(foreign))


def _with_placeholders(facts: Facts, names: t.Mapping[str, str]) -> Facts:
    by_name = {value: key for key, value in names.items()}
    word = re.compile("|".join(rf"(?<![\w$]){re.escape(value)}(?![\w$])" for value in by_name) or r"(?!)")

    def general(text: str) -> str:
        return word.sub(lambda found: "${" + by_name[found[0]] + "}", text.replace("${", "${$}{"))

    return {general(name): {general(key): general(value) for key, value in found.items()} for name, found in facts.items()}


def _key(text: str) -> str:
    """An object or attribute: as JSON if the separator is in it."""
    return json.dumps(text) if _SEPARATOR in text or not text else _written(text)


def _written(text: str) -> str:
    """As it is, if a reader can see all of it; as JSON otherwise."""
    plain = text.replace("\t", " ").isprintable() and text == text.rstrip() and not text.startswith('"')
    return text if plain else json.dumps(text)


def _read(line: str, number: int, file: str) -> tuple[str, str, str]:
    parts = []
    rest = line
    for _part in range(2):
        if rest.startswith('"'):
            value, end = _json(rest, number, file)
            part, rest = value, rest[end:]
            if not rest.startswith(_SEPARATOR):
                raise _unreadable(number, file)
            rest = rest[len(_SEPARATOR):]
        else:
            part, separator, rest = rest.partition(_SEPARATOR)
            if not separator:
                raise _unreadable(number, file)
        parts.append(part)
        rest = rest.removeprefix(" ")
    value = _json(rest, number, file)[0] if rest.startswith('"') else rest
    return parts[0], parts[1], value


def _json(text: str, number: int, file: str) -> tuple[str, int]:
    try:
        return json.JSONDecoder().raw_decode(text)
    except ValueError as error:
        raise _unreadable(number, file) from error


def _unreadable(number: int, file: str) -> LaunchError:
    return LaunchError(f"line {number} is not an attribute of an object.", option="expected", value=file, remedy="Make it again.")
