# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of all kinds, by ours and by Flyway: the same history, the same objects, the same rows, and each takes what the other left."""
from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from tests.integration.flyway.corpus import ORDER, PLACEHOLDERS, RUN
from tests.integration.flyway.sides import Side, clean, done, folder_of
from tests.integration.postgres.conftest import empty_database
from tests.integration.postgres.modules import Target
from tests.support.flyway import Flyway
from tests.support.postgres import Database

TABLES = (
    "SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'm')"
    " AND nspname !~ '^pg_|^information_schema$' AND relname <> 'flyway_schema_history' ORDER BY 1"
)
NUMBER = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return folder_of(tmp_path_factory.mktemp("corpus"), RUN)


@pytest.fixture(scope="module")
def by_ours(database: Database, folder: pathlib.Path) -> Side:
    """What ours made, once for both: Flyway changes nothing of it."""
    side = Side(empty_database(database), t.cast(Flyway, None), folder)
    outcome = side.ours(placeholders=PLACEHOLDERS)
    assert outcome.get("applied") == ORDER, outcome.get("msg")
    return side


def contents(target: Target) -> dict[str, list[t.Any]]:
    """The rows of each table, as texts."""
    return {table: target.rows(f"SELECT t::text FROM {table} t ORDER BY 1") for (table,) in target.rows(TABLES)}


def catalogs(target: Target) -> dict[str, t.Any]:
    with contextlib.closing(dataclasses.replace(target.database, name=target.name).connect()) as connection:
        connection.autocommit = True
        live = read(Session(connection)).catalogs
    assert live
    return {name: facts for name, facts in live.facts.items() if target.name not in name}


def test_there_are_enough() -> None:
    assert len(ORDER) >= NUMBER


def test_what_ours_made_is_flyways(by_ours: Side, flyway: Flyway) -> None:
    side = dataclasses.replace(by_ours, flyway=flyway)
    before = side.history()
    states = side.theirs("info", placeholders=PLACEHOLDERS).states
    assert states.keys() >= {path.rpartition("/")[2] for path in ORDER} and set(states.values()) == {"Success"}
    report = done(side.theirs("validate", placeholders=PLACEHOLDERS))
    assert report["validationSuccessful"] and report["invalidMigrations"] == []
    assert done(side.theirs("migrate", placeholders=PLACEHOLDERS))["migrationsExecuted"] == 0
    assert side.history() == before


def test_what_flyway_made_is_ours(by_ours: Side, flyway: Flyway, target: Target) -> None:
    """It is adopted as it is, and is all that ours would have made."""
    side = Side(target, flyway, by_ours.folder)
    assert done(side.theirs("migrate", placeholders=PLACEHOLDERS))["migrationsExecuted"] == len(ORDER)
    assert clean(side.ours(check=True, placeholders=PLACEHOLDERS)) and clean(side.ours(placeholders=PLACEHOLDERS))
    assert side.history() == by_ours.history()
    assert contents(target) == contents(by_ours.target)
    assert catalogs(target) == catalogs(by_ours.target)
