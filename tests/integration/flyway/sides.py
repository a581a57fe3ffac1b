# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""postgres_migration and Flyway beside each other: one database, and one folder of scripts that both read."""
from __future__ import annotations

import dataclasses
import pathlib
import subprocess
import time
import typing as t

from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack_located
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_locations
from tests.integration.postgres.modules import Target
from tests.support.flyway import Answer, Flyway

# All but when it was and how long it took.
HISTORY = (
    "SELECT installed_rank, version, description, type, script, checksum, installed_by, success FROM flyway_schema_history ORDER BY installed_rank"
)
THERE = "SELECT to_regclass('flyway_schema_history') IS NOT NULL"
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
PATIENCE = 60.0  # seconds


def folder_of(folder: pathlib.Path, files: t.Mapping[str, str | bytes]) -> pathlib.Path:
    """A folder with files, in subfolders where a path says so."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def handed(*folders: pathlib.Path) -> dict[str, t.Any]:
    """The options of postgres_migration for folders, read as its action plugin reads them."""
    paths = [str(folder) for folder in folders]
    return {"locations": paths, "scripts": pack_located(read_locations(DataLoader(), paths))}


@dataclasses.dataclass(frozen=True)
class Side:
    """Both on one database."""

    target: Target
    flyway: Flyway
    folder: pathlib.Path

    def write(self, **files: str | bytes | None) -> None:
        """Add scripts by the names of their files without `.sql`, or change them; None takes one away."""
        folder_of(self.folder, {f"{name}.sql": content for name, content in files.items() if content is not None})
        for name in (name for name, content in files.items() if content is None):
            (self.folder / f"{name}.sql").unlink()

    def ours(self, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return self.target.run("postgres_migration", check=check, **handed(self.folder), **options)

    def theirs(self, command: str, **settings: t.Any) -> Answer:
        return self.flyway.run(self.target.connection(), [self.folder], command, **settings)

    def start_ours(self, **options: t.Any) -> subprocess.Popen[str]:
        return self.target.start("postgres_migration", **handed(self.folder), **options)

    def start_theirs(self, command: str, **settings: t.Any) -> subprocess.Popen[str]:
        return self.flyway.start(self.target.connection(), [self.folder], command, **settings)

    def history(self) -> list[tuple[t.Any, ...]]:
        return self.target.rows(HISTORY)

    def scripts(self) -> list[str]:
        """As they are in the history, by rank."""
        return [row[4] for row in self.history()]

    def scripts_if_any(self) -> list[str]:
        """The same, where there may be no history yet."""
        return self.scripts() if self.target.rows(THERE)[0][0] else []

    def wait_until(self, query: str) -> None:
        """Until a query gives something else than zero."""
        until = time.monotonic() + PATIENCE
        while not self.target.rows(query)[0][0]:
            assert time.monotonic() < until, query
            time.sleep(0.05)


def done(answer: Answer) -> dict[str, t.Any]:
    """Flyway's report of a command that went well."""
    assert answer.code == 0, answer
    return answer.report


def clean(outcome: dict[str, t.Any]) -> bool:
    """Whether ours ended well, and found nothing to do."""
    assert not outcome.get("failed"), outcome["msg"]
    return not outcome["changed"] and outcome["pending_scripts"] == []


def agreed(side: Side) -> bool:
    """Whether both find the history to be that of the scripts, with nothing to do, and leave it as it is.

    Flyway's migrate validates first, and fails where validate would; that nothing is pending shows in what it runs. So its Java starts once.
    """
    before = side.history()
    assert done(side.theirs("migrate"))["migrationsExecuted"] == 0
    return clean(side.ours(check=True)) and clean(side.ours()) and side.history() == before
