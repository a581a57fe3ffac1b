# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a pgbouncer.ini.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

# Sections and keys as in pgbouncer.ini(5); comments are whole lines that start with ; or #.
_SECTION = re.compile(r"^\[(?P<name>[^]]+)\]$")
_PAIR = re.compile(r"""(?P<key>\w+)\s*=\s*(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>\S+))""")


@dataclasses.dataclass(frozen=True)
class Configuration:
    """The file's two sections that matter to a running process.

    :arg settings: [pgbouncer], key to text as written.
    :arg databases: [databases], name to the keys of its connection string.
    """

    settings: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    databases: t.Mapping[str, t.Mapping[str, str]] = dataclasses.field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The other files that PgBouncer reads when it loads this one: users, certificates, keys."""
        return tuple(sorted(value for key, value in self.settings.items() if key.endswith("_file") and value))


def parse(text: str) -> Configuration:
    """Read an ini as PgBouncer does: a later line wins."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in (raw.strip() for raw in text.splitlines()):
        section = _SECTION.match(line)
        if section:
            current = sections.setdefault(section["name"], {})
        elif "=" in line and line[0] not in ";#":
            key, value = line.split("=", 1)
            current[key.strip()] = value.strip()
    return Configuration(
        settings=sections.get("pgbouncer", {}),
        databases={name: connection(text) for name, text in sections.get("databases", {}).items()},
    )


def connection(text: str) -> dict[str, str]:
    """The keys of a connection string such as ``host=db port=5432 dbname='my db'``."""
    pairs = {}
    for found in _PAIR.finditer(text):
        quoted = found["quoted"]
        pairs[found["key"]] = found["plain"] if quoted is None else quoted.replace("''", "'")
    return pairs
