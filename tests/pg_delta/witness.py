# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What postgres_schema and pg-delta, which is somebody else's and knows nothing of ours, find of a change: each is asked about the same database."""
from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import typing as t

from local.errors import StackError
from local.schema import DATABASE, MASTER
from tests.support.ansible import ROOT
from tests.support.replayed import SUPERUSER, Replayed, replayed_launch

OURS, PG_DELTA = "ours", "pg-delta"
_PATTERN = "pattern"
_FOLDER = pathlib.Path(__file__).parent
_INSTALLED = ROOT / ".cache" / "pg_delta"
# Number and kind of what it doesn't compare, and some names.
_UNMODELLED = re.compile(r"^WARNING \[unmodeled_kind\] (.*) — ", re.MULTILINE)
_DELTA = re.compile(r"^[+~-] .*", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Findings:
    """What was found after a change, by who found it."""

    found: t.Mapping[str, t.Sequence[str]]

    @property
    def only(self) -> str | None:
        """Who alone found something; None where they agree."""
        finders = [who for who in (OURS, PG_DELTA) if self.found[who]]
        return finders[0] if len(finders) == 1 else None


def install() -> None:
    """Have pg-delta, by the lock file."""
    if not (shutil.which("npm") and shutil.which("node")):
        raise StackError("this needs node 20 or later with npm, which is not installed here")
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_FOLDER / name, _INSTALLED)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=_INSTALLED, check=True, stdout=subprocess.DEVNULL)


def findings_of(statements: t.Mapping[str, str]) -> t.Iterator[tuple[str, Findings]]:
    """What is found of each change, by its name. Each is made and committed in a database that nothing else was done to."""
    with contextlib.ExitStack() as stack:
        ground = None
        for name, statement in statements.items():
            if ground is None or not ground.renew():
                stack.close()
                ground = stack.enter_context(_new_ground())
            ground.change(statement)
            yield name, Findings(ground.ask())


class _Ground:
    """A server with launch's database, a copy of it that stays as it is, and what pg-delta notes of it."""

    def __init__(self, launch: Replayed, snapshot: str) -> None:
        self._launch = launch
        self._snapshot = snapshot
        launch.server.psql(f"CREATE DATABASE {_PATTERN} TEMPLATE {DATABASE}")
        self._unmodelled = self._said(self._pg_delta("snapshot", "--source", "--out"))
        if any(found := self.ask().values()):
            raise StackError(f"something is found where nothing was changed: {list(found)}")

    def renew(self) -> bool:
        """Whether the database is as it was: made anew, with nothing left of the last change in the server either."""
        with contextlib.suppress(StackError):       # one with a subscription can't be dropped
            self._launch.server.psql(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            self._launch.server.psql(f"CREATE DATABASE {DATABASE} TEMPLATE {_PATTERN} OWNER {MASTER}")
            self._launch.server.psql(f"REVOKE TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")
            return not any(self.ask().values())
        return False

    def change(self, statement: str) -> None:
        with self._launch.session() as session:
            session.execute("BEGIN")
            session.execute("SET LOCAL allow_system_table_mods = on")
            session.execute(statement)
            session.execute("COMMIT")

    def ask(self) -> dict[str, list[str]]:
        answer = self._launch.compare()
        if "verdict" not in answer:
            raise StackError(answer["msg"])
        return {
            OURS: [f"{each['object']}: {each['attribute']}" for each in answer["differences"]] + answer["unmodelled"],
            PG_DELTA: self._drift(),
        }

    def _drift(self) -> list[str]:
        process = self._pg_delta("drift", "--env", "--snapshot")
        more = sorted(self._said(process) - self._unmodelled)
        return [*_DELTA.findall(process.stdout), *(f"not modelled: {each}" for each in more)]

    @staticmethod
    def _said(process: subprocess.CompletedProcess[str]) -> set[str]:
        """What it said of kinds that it doesn't compare, but notices."""
        return set(_UNMODELLED.findall(process.stderr))

    def _pg_delta(self, command: str, database: str, file: str) -> subprocess.CompletedProcess[str]:
        process = subprocess.run(
            [_INSTALLED / "node_modules" / ".bin" / "pgdelta", command, database, self._launch.url(), file, self._snapshot],
            env={**os.environ, "PGPASSWORD": self._launch.passwords[SUPERUSER]}, capture_output=True, text=True, timeout=120, check=False,
        )
        # 1 is its answer where it found something.
        if process.returncode not in (0, 1) or command == "drift" and not re.search("^(Drift|No drift) detected", process.stdout, re.MULTILINE):
            raise StackError(f"pgdelta {command}: {process.stdout[-500:]} {process.stderr[-500:]}")
        return process


@contextlib.contextmanager
def _new_ground() -> t.Iterator[_Ground]:
    with tempfile.TemporaryDirectory() as folder, replayed_launch() as launch:
        yield _Ground(launch, f"{folder}/snapshot.json")
