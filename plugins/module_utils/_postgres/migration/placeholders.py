# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's placeholders.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

# Flyway reads a dollar sign together with the character after it and looks at that one no more, so
# that $${x} stays as it is. The checksums of repeatable migrations depend on it.
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[^}]*)(?P<end>\}?)|\$[^{]", re.DOTALL)
_VOLATILE = ("flyway:timestamp", "flyway:workingdirectory")


def flyways_own(schema: str, table: str, user: str, database: str, path: str) -> dict[str, str]:
    """The placeholders that every script has without anybody giving them."""
    return {
        "flyway:defaultSchema": schema, "flyway:table": table, "flyway:user": user, "flyway:database": database,
        "flyway:filename": path.rpartition("/")[2],
    }


def given_values(names: t.Mapping[str, t.Any] | None, placeholders: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The values that somebody gives: those of the platform's names, and others. LaunchErrors with all that is wrong.

    :arg names: None where scripts call nothing by a name of the platform.
    """
    known = {} if names is None else Names.from_options(names).as_placeholders()
    values = {name: str(value) for name, value in placeholders.items()}
    raise_all([
        LaunchError(
            "it is a name of the platform.", option=f"placeholders.{name}", remedy=f"Give it as names.{name.lower()}, for everybody who calls it by that.",
        )
        for name in values if name.lower() in known
    ] + [
        LaunchError("it has a NUL character, which no text in PostgreSQL can have.", option=f"placeholders.{name}", remedy="Take it out.")
        for name, value in values.items() if "\0" in value
    ])
    return {**known, **values}


def replace(text: str, values: t.Mapping[str, str], path: str) -> str:
    """The text with every ${name} replaced; names regardless of case, values taken as they are.

    :arg values: by name; Flyway's own (``flyway:table`` and so on) included.
    :arg path: the file, for the error about a placeholder that nobody gave a value to.
    """
    known = {name.lower(): value for name, value in values.items()}

    def value_of(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        if not match["end"] or name.lower() not in known:
            raise _unknown(name, path, line_ends(text, 0, match.start()) + 1)
        return known[name.lower()]

    return _PLACEHOLDER.sub(value_of, text)


def _unknown(name: str, path: str, line: int) -> LaunchError:
    where = f"{path} line {line} has the placeholder ${{{name[:60]}}}"
    if name.lower() in _VOLATILE:
        return LaunchError(f"{where}, whose value differs from run to run.", option="locations", remedy="Take it out of the file.")
    return LaunchError(f"{where}, which has no value.", option="placeholders", remedy="Give it one; the empty string is allowed.")
