# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch's undo scripts take back what the migrations made, all of it and nothing else."""
from __future__ import annotations

import collections.abc
import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import parse
from ansible_collections.launch.database.plugins.module_utils._postgres.schema import read as reading
from local.modules import run_module
from tests.support.replayed import Replayed

ROOT = pathlib.Path(__file__).resolve().parents[3]
MIGRATIONS, FOLDER = ROOT / "sql" / "launch", ROOT / "sql" / "undo" / "launch"
VERSIONS = ["2.0.1", "2.0.0"]
TABLES = {"2.0.1": "app.tasks", "2.0.0": "app.projects"}


@pytest.fixture
def copy(launch: Replayed) -> collections.abc.Iterator[str]:
    with launch.copy() as name:
        yield name


def migrate(launch: Replayed, copy: str, **options) -> dict:
    migrations = launch.system.migrations
    outcome = run_module("postgres_migration", {
        **launch.connection, "login_db": copy, "locations": list(migrations), "scripts": pack_located(migrations), "names": launch.system.names, **options,
    })
    assert not outcome.get("failed"), outcome["msg"]
    return outcome


def undo(launch: Replayed, copy: str, to: str) -> list[str]:
    files = {str(FOLDER): {path.name: path.read_bytes() for path in FOLDER.iterdir()}}
    return migrate(launch, copy, state="undo", undo_to=to, undo_locations=list(files), undo_scripts=pack_located(files), allow_destructive=True)["undone"]


def facts(launch: Replayed, copy: str) -> set[tuple[str, str]]:
    """Each object with its attributes, as the expected catalog has them."""
    with launch.session(database=copy) as session:
        return {(name, str(sorted(found.items()))) for name, found in reading.read(session).catalogs.facts.items()}


def test_each_version_of_launch_has_its_undo_script_where_flyway_does_not_look() -> None:
    names = [parse(path.name) for path in FOLDER.iterdir()]
    assert {name.version for name in names} == {parse(path.name).version for path in MIGRATIONS.glob("V*.sql")} == set(VERSIONS)
    assert {name.kind for name in names} == {"U"} and MIGRATIONS not in FOLDER.parents


@pytest.mark.parametrize("steps", [1, 2])
def test_undone_and_made_again_it_is_what_was_shipped(launch: Replayed, copy: str, steps: int) -> None:
    made = facts(launch, copy)
    gone = VERSIONS[:steps]
    to = "2.0.0" if steps == 1 else max(
        (parse(name).version for folder in launch.system.migrations.values() for name in folder if name.startswith("V1_")),
        key=lambda version: [*map(int, version.split("."))],
    )
    assert [name.split("__")[0] for name in undo(launch, copy, to)] == [f"V{version.replace('.', '_')}" for version in gone]
    left = facts(launch, copy)
    assert left < made and all(any(TABLES[version] in str(fact) for version in gone) for fact in made - left), made - left
    assert not any(TABLES[version] in str(fact) for version in gone for fact in left)
    answer = launch.compare(login_db=copy)
    assert answer["verdict"] == "drift"
    assert len(migrate(launch, copy)["applied"]) == steps
    assert facts(launch, copy) == made
    answer = launch.compare(login_db=copy)
    assert (answer["verdict"], answer["differences"]) == ("clean", []), answer


def test_what_a_later_version_hung_on_it_is_refused(launch: Replayed, copy: str) -> None:
    with launch.session(database=copy) as session:
        session.execute("CREATE VIEW app.open_tasks AS SELECT id FROM app.tasks")
    with pytest.raises(AssertionError, match="cannot drop table app.tasks because other objects depend on it"):
        undo(launch, copy, "2.0.0")
