# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import types

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.job import Stopped
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.other_session import OtherSession
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.transaction import ABORTED, COMMITTED, UNKNOWN, outcome
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.watch import _sentence

SEEN = OtherSession(7, "shop_app", "psql", "idle in transaction", 40, "UPDATE orders SET")
SHUT = OtherSession(8, None, "", None, 2, None)
BUILD = {"phase": "building index: scanning table", "blocks_done": 10, "blocks_total": 40}


@pytest.mark.parametrize(("session", "words"), [
    (SEEN, "pid 7 of shop_app (40 s, idle in transaction, psql, 'UPDATE orders SET')"),
    (SHUT, "pid 8 of PostgreSQL itself (2 s)"),
])
def test_a_session_is_named_by_what_is_known_of_it(session, words):
    assert str(session) == words


@pytest.mark.parametrize(("blockers", "builds", "words"), [
    ([], [], "V1__x.sql"),
    ([], [BUILD], "V1__x.sql, building index: scanning table, 10 of 40 blocks"),
    ([SEEN, SHUT], [BUILD], f"V1__x.sql, behind {SEEN}; {SHUT}"),
])
def test_who_is_in_the_way_goes_before_how_far_an_index_is(blockers, builds, words):
    assert _sentence("V1__x.sql", blockers, builds) == words


@pytest.mark.parametrize(("answers", "expected"), [
    (["in progress", LaunchError("it is starting."), "committed"], COMMITTED),
    (["aborted"], ABORTED),
    ([None], UNKNOWN),
])
def test_an_outcome_is_asked_until_there_is_one(answers, expected):
    left, pauses = list(answers), []

    @contextlib.contextmanager
    def reopen():
        answer = left.pop(0)
        if isinstance(answer, LaunchError):
            raise answer
        yield types.SimpleNamespace(value=lambda query, values: answer)

    assert outcome(reopen, "42", pauses.append) == expected
    assert len(pauses) == len(answers) - 1


def test_a_run_that_stopped_keeps_each_refusal_beside_what_it_did():
    cause = LaunchErrors([LaunchError("it is wrong.", option="a"), LaunchError("it is, too.", option="b")])
    result = Stopped(cause, {"applied": ["V1__x.sql"]}).as_result()
    assert [error["option"] for error in result["errors"]] == ["a", "b"] and result["applied"] == ["V1__x.sql"]
