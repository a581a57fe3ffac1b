# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each mutant of launch's database is a difference that names the object and the attribute; what is none is listed with the reason."""
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Live, catalogs_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import outcome
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import queries
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import pin, rows_now
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from tests.integration.schema.mutants import EQUIVALENT, MUTANTS
from tests.support.replayed import NOT_OURS, Replayed

VERSION = 170000
FOREIGN = [pattern["pattern"] for pattern in NOT_OURS]


@pytest.fixture(scope="module")
def session(launch: Replayed) -> t.Iterator[Session]:
    with launch.session() as opened:
        yield opened


def after(launch: Replayed, session: Session, statements: str) -> t.Any:
    """What the comparison finds after them; they are rolled back."""
    session.execute("BEGIN")
    try:
        session.execute("SET LOCAL allow_system_table_mods = on")
        session.execute(statements)
        pin(session)
        live = Live(VERSION, "UTF8", catalogs_of(rows_now(session, queries(VERSION))))
    finally:
        session.execute("ROLLBACK")
    return outcome(launch.expected(), live, FOREIGN, None)


def test_nothing_done_is_nothing_found(launch: Replayed, session: Session) -> None:
    assert after(launch, session, "SELECT 1").verdict == "clean"


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_named(launch: Replayed, session: Session, name: str) -> None:
    mutant = MUTANTS[name]
    found = after(launch, session, mutant.statements)
    named = [(difference.object, difference.attribute) for difference in found.differences] + [(each, "unmodelled") for each in found.unmodelled]
    assert any(each.startswith(mutant.object) and attribute == mutant.attribute for each, attribute in named), named
    assert found.verdict == ("unknown" if mutant.attribute == "unmodelled" else "drift")
    assert "secret.example" not in str(found.as_result())


@pytest.mark.parametrize("name", EQUIVALENT)
def test_what_is_no_difference(launch: Replayed, session: Session, name: str) -> None:
    statements, _reason = EQUIVALENT[name]
    assert after(launch, session, statements).verdict == "clean"


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 150 and len({mutant.object.partition(" ")[0] for mutant in MUTANTS.values()}) >= 25
