# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export of one tenant says of itself: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow

FORMAT = 1
NAME = "manifest.json"
# No file of an export is outside of its folder, or hidden.
_FILE = re.compile(r"[0-9]{4}_[a-z0-9_.]+\.copy")
_HASH = re.compile(r"[0-9a-f]{64}")
_REMEDY = "Take an export that postgres_tenant_export wrote, as it wrote it."


@dataclasses.dataclass(frozen=True)
class Digest:
    """What rows come to, as COPY writes them in the order of their key."""

    rows: int
    size: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Exported:
    """A table of an export.

    :arg columns: name and type of each, in the file's order.
    :arg tenant_column: the one that says whose a row is.
    :arg restored: whether a restore makes these rows; those of the audit log are there to be read.
    """

    schema: str
    name: str
    tenant_column: str
    columns: tuple[tuple[str, str], ...]
    file: str
    digest: Digest
    restored: bool

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def place(self) -> int:
        """Where the tenant stands in each row."""
        return [name for name, _type in self.columns].index(self.tenant_column)


@dataclasses.dataclass(frozen=True)
class Reference:
    """A foreign key to a table that is not exported, and the rows there that the export rests on.

    :arg source: the table that refers, with its schema.
    :arg columns: those of the table that refers.
    :arg key: those of the table that is referred to, whose place is ``schema`` and ``table``.
    :arg rows: the key of each row as text, and the SHA-256 of the row.
    """

    source: str
    columns: tuple[str, ...]
    schema: str
    table: str
    key: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def target(self) -> str:
        return f"{self.schema}.{self.table}"


@dataclasses.dataclass(frozen=True)
class Migration:
    """A migration that was applied when the export was made."""

    script: str
    version: str | None
    checksum: int | None


@dataclasses.dataclass(frozen=True)
class Manifest:
    """An export of one tenant.

    :arg migrations: those that had been applied, by rank.
    :arg log_from: the first day that the audit log had a partition for; what was before is not in the export. None without a log.
    :arg references: what its rows refer to outside of it; empty as well for one that was made before that was kept.
    """

    tenant: str
    exported_at: str
    exported_by: str
    database: str
    server_version: str
    migrations: tuple[Migration, ...]
    tables: tuple[Exported, ...]
    log_from: str | None = None
    references: tuple[Reference, ...] = ()

    @property
    def restored(self) -> tuple[Exported, ...]:
        return tuple(table for table in self.tables if table.restored)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows a restore makes, by table."""
        return {table.qualified: table.digest.rows for table in self.restored}


def applied(rows: t.Sequence[HistoryRow]) -> tuple[Migration, ...]:
    """What the history comes to: each script once, as it was applied last."""
    last = {row.script: Migration(row.script, row.version, row.checksum) for row in rows if row.success}
    return tuple(last[script] for script in sorted(last))


def file_name(position: int, schema: str, name: str) -> str:
    """A name that any file system takes, and that a person recognizes."""
    return f"{position:04}_{re.sub(r'[^a-z0-9_]', '_', schema)}.{re.sub(r'[^a-z0-9_]', '_', name)}.copy"


def write(manifest: Manifest) -> bytes:
    """The manifest as its file, with a fingerprint of itself. It shows damage; who changes the file on purpose makes another."""
    content = {"format": FORMAT, **dataclasses.asdict(manifest)}
    return json.dumps({**content, "sha256": _fingerprint(content)}, indent=1).encode()


def read(content: bytes, option: str, path: str) -> Manifest:
    """A manifest again. LaunchError for anything else.

    :arg option: where it comes from, for refusals.
    """
    try:
        found = json.loads(content)
        version, fingerprint = found.pop("format"), found.pop("sha256")
        real = _fingerprint({"format": version, **found})
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise LaunchError(f"its {NAME} is none.", option=option, value=path, remedy=_REMEDY) from error
    if version != FORMAT:
        raise LaunchError(
            f"it has format {version}, and this module knows {FORMAT}.", option=option, value=path, remedy="Take the version of the collection that made it.",
        )
    if fingerprint != real:
        raise LaunchError(f"its {NAME} was changed or damaged.", option=option, value=path, remedy=_REMEDY)
    try:
        return _manifest(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LaunchError(f"its {NAME} lacks something or has too much.", option=option, value=path, remedy=_REMEDY) from error


def _manifest(found: t.Mapping[str, t.Any]) -> Manifest:
    migrations = tuple(Migration(**migration) for migration in found["migrations"])
    tables = tuple(_exported(table) for table in found["tables"])
    _require(_are_texts(found[field] for field in ("tenant", "exported_at", "exported_by", "database", "server_version")))
    _require(len({table.file for table in tables}) == len(tables) == len({table.qualified for table in tables}))
    references = tuple(_reference(reference) for reference in found.get("references", ()))
    return Manifest(**{**found, "migrations": migrations, "tables": tables, "references": references})


def _exported(found: t.Mapping[str, t.Any]) -> Exported:
    table = Exported(**{**found, "columns": tuple((name, kind) for name, kind in found["columns"]), "digest": Digest(**found["digest"])})
    _require(_are_texts((table.schema, table.name, table.tenant_column, *(text for column in table.columns for text in column))))
    _require(bool(_FILE.fullmatch(table.file)) and bool(_HASH.fullmatch(table.digest.sha256)) and table.place >= 0)
    return table


def _reference(found: t.Mapping[str, t.Any]) -> Reference:
    rows = tuple((tuple(key), digest) for key, digest in found["rows"])
    reference = Reference(**{**found, "columns": tuple(found["columns"]), "key": tuple(found["key"]), "rows": rows})
    _require(_are_texts((reference.source, reference.schema, reference.table, *reference.columns, *reference.key)))
    _require(_are_texts(each for key, _digest in rows for each in key))
    _require(all(len(key) == len(reference.key) and bool(_HASH.fullmatch(digest)) for key, digest in rows))
    return reference


def _are_texts(values: t.Iterable[t.Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("it is not a manifest")


def _fingerprint(content: t.Mapping[str, t.Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
