# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only one of the two runs, and what the other says of it; and what neither runs."""
from __future__ import annotations

import pathlib

import pytest

from tests.integration.flyway.differences import BEFORE, NEITHER, ONLY_OURS, OUTSIDE, REFUSED
from tests.integration.flyway.sides import Side, agreed, clean, done, folder_of, handed
from tests.integration.postgres.modules import Target

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'flyway_schema_history' ORDER BY 1"
# With a transaction for its lock, Flyway would wait for itself at an index without a lock.
UNLOCKED = {"postgresql_transactional_lock": "false"}
TOGETHER = [name for name, refused in REFUSED.items() if not refused.settings]
APART = [name for name in REFUSED if name not in TOGETHER]


def tables(target: Target) -> list[str]:
    return [name for (name,) in target.rows(TABLES)]


@pytest.mark.parametrize("name", REFUSED)
def test_what_ours_refuses(target: Target, tmp_path: pathlib.Path, name: str) -> None:
    """Before anything runs, in its own words. What it has learnt belongs into the corpus."""
    folder = folder_of(tmp_path / "sql", {"V1__before.sql": BEFORE, **REFUSED[name].numbered(2)})
    outcome = target.run("postgres_migration", **handed(folder))
    assert outcome.get("failed"), f"ours runs it: {outcome}"
    assert REFUSED[name].words in outcome["msg"] and tables(target) == []


def test_flyway_runs_it(side: Side) -> None:
    """All that it runs with the same settings in one go, since it takes its time to start."""
    runs = [REFUSED[name] for name in TOGETHER if side.flyway.version in REFUSED[name].versions]
    folder_of(side.folder, {"V1__before.sql": BEFORE})
    for number, refused in enumerate(runs, 10):
        folder_of(side.folder, refused.numbered(number))
    answer = side.theirs("migrate", **UNLOCKED)
    assert done(answer)["migrationsExecuted"] == 1 + sum(refused.executed for refused in runs)


@pytest.mark.parametrize("name", APART)
def test_flyway_runs_it_with_settings(side: Side, name: str) -> None:
    refused = REFUSED[name]
    folder_of(side.folder, {"V1__before.sql": BEFORE, **refused.numbered(2)})
    assert done(side.theirs("migrate", **UNLOCKED, **refused.settings))["migrationsExecuted"] == 1 + refused.executed


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_what_runs_in_no_transaction(side: Side, first: str) -> None:
    """Whoever runs it: the other finds it done."""
    folder_of(side.folder, {"V1__before.sql": BEFORE, **OUTSIDE})
    if first == "ours":
        assert side.ours().get("pending_scripts") == []
    else:
        assert done(side.theirs("migrate", **UNLOCKED))["migrationsExecuted"] == 1 + sum(path.endswith(".sql") for path in OUTSIDE)
    assert agreed(side)


def test_what_was_ended_in_the_middle_keeps_flyway_away_and_is_gone_on_with(side: Side) -> None:
    side.write(V1__before="CREATE TABLE before AS SELECT 1 AS id FROM generate_series(1, 2);", V2__it="CREATE UNIQUE INDEX CONCURRENTLY it ON before (id);")
    assert side.ours()["failed"]
    answer = side.theirs("migrate")
    assert answer.code == 1 and "Detected failed migration to version 2" in answer.error
    side.target.execute("DELETE FROM before WHERE ctid = (SELECT min(ctid) FROM before)")
    assert side.ours()["applied"] == ["V2__it.sql"] and agreed(side)


@pytest.mark.parametrize("name", ONLY_OURS)
def test_what_flyway_refuses(side: Side, name: str) -> None:
    """And takes, once ours ran it."""
    content, refusals = ONLY_OURS[name]
    side.write(V1__before=BEFORE, V2__it=content)
    if side.flyway.version in refusals:
        answer = side.theirs("migrate")
        assert answer.code == 1 and refusals[side.flyway.version] in answer.error
    else:
        assert done(side.theirs("migrate"))["migrationsExecuted"] == 2
    assert side.ours().get("pending_scripts") == [] and clean(side.ours())
    assert done(side.theirs("validate"))["validationSuccessful"]


@pytest.mark.parametrize("name", NEITHER)
def test_what_neither_runs(side: Side, name: str) -> None:
    """Flyway first: ours changes nothing of what it says."""
    refused = NEITHER[name]
    side.target.execute(refused.before.format(database=side.target.name))
    folder_of(side.folder, {"V1__before.sql": BEFORE, **refused.files})
    answer = side.theirs("migrate")
    assert answer.code != 0 and refused.theirs[side.flyway.version] in answer.error
    outcome = side.ours()
    assert outcome.get("failed") and refused.ours in outcome["msg"]
    assert set(side.scripts_if_any()) <= {"V1__before.sql"}


def test_a_schema_with_objects_and_no_history(side: Side) -> None:
    """Both refuse it."""
    side.target.execute("CREATE TABLE people (id int)")
    side.write(V1__a="CREATE TABLE a ();")
    answer = side.theirs("migrate")
    assert answer.code == 1 and "Found non-empty schema(s) \"public\" but no schema history table" in answer.error
    assert side.ours()["failed"] and tables(side.target) == ["people"]


def test_a_folder_behind_a_symbolic_link(side: Side, tmp_path: pathlib.Path) -> None:
    side.write(V1__a="CREATE TABLE a ();")
    (side.folder / "linked").symlink_to(folder_of(tmp_path / "elsewhere", {"V2__b.sql": "CREATE TABLE b ();"}))
    assert side.ours()["applied"] == ["V1__a.sql", "linked/V2__b.sql"]
    assert done(side.theirs("validate"))["validationSuccessful"] and done(side.theirs("migrate"))["migrationsExecuted"] == 0


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_a_baseline_script(side: Side, first: str) -> None:
    """Whoever begins with it, the other goes on."""
    side.write(V1__skipped="SELECT 1/0;", B2__base=BEFORE)
    if first == "ours":
        assert side.ours()["applied"] == ["B2__base.sql"]
    else:
        assert done(side.theirs("migrate"))["migrationsExecuted"] == 1
    side.write(V3__it="CREATE TABLE it ();")
    if first == "ours":
        assert done(side.theirs("migrate"))["migrationsExecuted"] == 1
    else:
        assert side.ours()["applied"] == ["V3__it.sql"]
    assert side.scripts() == ["B2__base.sql", "V3__it.sql"] and agreed(side)


@pytest.mark.parametrize("option, theirs", [("history_schema", "defaultSchema"), ("table", "table")])
def test_a_history_whose_name_needs_quotes(side: Side, option: str, theirs: str) -> None:
    side.write(V1__a="CREATE TABLE a ();")
    assert done(side.theirs("migrate", **{theirs: "My History"}))["migrationsExecuted"] == 1
    assert f"{option}: 'My History': it is not a name that works without quotes." in side.ours(**{option: "My History"})["msg"]
