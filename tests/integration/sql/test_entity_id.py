# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids: their form, their order and their randomness."""

from __future__ import annotations

import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_generated_ids_are_valid_and_unique(app: Session) -> None:
    with app.transaction():
        ids = [row[0] for row in app.run("select app.new_entity_id() from generate_series(1, 5000)")]
    assert len(set(ids)) == 5000
    assert {len(one) for one in ids} == {26}
    assert set("".join(ids)) == set(ALPHABET)


def test_every_random_position_takes_every_letter(app: Session) -> None:
    with app.transaction():
        ids = [row[0] for row in app.run("select app.new_entity_id() from generate_series(1, 2000)")]
    assert all({one[position] for one in ids} == set(ALPHABET) for position in range(10, 26))


def test_the_first_ten_letters_are_the_time(app: Session) -> None:
    with app.transaction():
        before, one, after = app.run(
            "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint, app.new_entity_id(),"
            " floor(extract(epoch from clock_timestamp()) * 1000)::bigint"
        )[0]
    milliseconds = sum(ALPHABET.index(letter) * 32**place for place, letter in enumerate(reversed(one[:10])))
    assert before <= milliseconds <= after


@pytest.mark.parametrize("value", [0, 31, 32, 2**40 - 1, 123456789012])
def test_crockford_digits(app: Session, value: int) -> None:
    with app.transaction():
        text = app.value("select app.crockford(%s, 8)", value)
    assert sum(ALPHABET.index(letter) * 32**place for place, letter in enumerate(reversed(text))) == value


WRONG = (
    "",
    "01ARZ3NDEKTSV4RRFFQ69G5FA",
    "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
    "01arz3ndektsv4rrffq69g5fav",
    "81ARZ3NDEKTSV4RRFFQ69G5FAV",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV\n",
    *(f"01ARZ3NDEKTSV4RRFFQ69G5FA{letter}" for letter in "ILOU"),
)


@pytest.mark.parametrize("value", WRONG)
def test_what_is_no_id_is_refused(app: Session, value: str) -> None:
    with app.transaction(), pytest.raises(errors.CheckViolation):
        app.run("select %s::app.entity_id", value)
