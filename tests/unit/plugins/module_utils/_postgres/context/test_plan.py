# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.context.plan import (
    AcceptedKey,
    ContextState,
    DesiredContext,
    Use,
    plan_context,
    warnings,
)

NOW = dt.datetime(2026, 12, 1, 10, tzinfo=dt.timezone.utc)
HOUR = dt.timedelta(hours=1)


def desired(strength="signed", keys=("new",), missing_secret=None, overlap=HOUR):
    return DesiredContext(strength, keys, missing_secret, overlap)


def state(*keys, strength="signed", uses=()):
    return ContextState(NOW, strength, keys, uses)


def steps(plan):
    return [(change.action, change.path) for change in plan.changes]


@pytest.mark.parametrize(("wanted", "actual", "expected"), [
    (desired(), ContextState(NOW), [("add", "keys.new"), ("set_strength", "strength")]),
    (desired(), state(AcceptedKey("new")), []),
    (desired("transaction", None), state(AcceptedKey("new"), strength="transaction"), []),
    (desired("transaction", None), state(AcceptedKey("new")), [("set_strength", "strength")]),
    (desired("both"), state(AcceptedKey("new"), strength="transaction"), [("set_strength", "strength")]),
    (desired(keys=("old", "new")), state(AcceptedKey("old")), [("add", "keys.new")]),
    (desired(), state(AcceptedKey("old"), AcceptedKey("new")), [("end", "keys.old")]),
    (desired(), state(AcceptedKey("old", NOW + HOUR), AcceptedKey("new")), []),
    (desired(), state(AcceptedKey("old", NOW + 2 * HOUR), AcceptedKey("new")), [("end", "keys.old")]),
    (desired(overlap=0 * HOUR), state(AcceptedKey("old", NOW + HOUR), AcceptedKey("new")), [("end", "keys.old")]),
    (desired(overlap=0 * HOUR), state(AcceptedKey("old", NOW), AcceptedKey("new")), []),
    (desired(), state(AcceptedKey("new", NOW - HOUR)), [("open", "keys.new")]),
    (desired(), state(AcceptedKey("old", NOW - HOUR), AcceptedKey("new")), []),
    (desired(), state(AcceptedKey("older", NOW - HOUR), AcceptedKey("old")), [("remove", "keys.older"), ("end", "keys.old"), ("add", "keys.new")]),
    (desired(), state(AcceptedKey("older", NOW - HOUR / 2), AcceptedKey("old", NOW - HOUR)), [("remove", "keys.old"), ("add", "keys.new")]),
    (desired(keys=None, missing_secret="/key"), state(strength="transaction"), [("add", "keys"), ("set_strength", "strength")]),
    (
        desired(keys=None, missing_secret="/key"), state(AcceptedKey("older", NOW - HOUR), AcceptedKey("old")),
        [("remove", "keys.older"), ("end", "keys.old"), ("add", "keys")],
    ),
])
def test_what_is_to_be_done(wanted, actual, expected):
    assert steps(plan_context(wanted, actual)) == expected


def test_a_key_that_ends_is_pending_with_those_whom_it_will_meet():
    old = AcceptedKey("old", NOW + HOUR)
    (pending,) = plan_context(desired(), state(old, AcceptedKey("new"), uses=(Use("old", "app", NOW), Use("", "report", NOW)))).pending
    assert (pending.path, pending.before) == ("keys.old", {"used_by": [{"login": "app", "last_hour": "2026-12-01T10:00:00+00:00"}]})
    assert plan_context(desired(), state(AcceptedKey("old", NOW), AcceptedKey("new"))).pending == ()


@pytest.mark.parametrize(("strength", "hour", "warned"), [("signed", NOW - HOUR, True), ("signed", NOW - 9 * HOUR, False), ("both", NOW, False)])
def test_who_would_be_refused_is_named(strength, hour, warned):
    sentences = warnings(desired(strength), state(uses=(Use("", "app", hour), Use("", "app", hour), Use("old", "report", NOW))))
    assert ["app" in sentence and "report" not in sentence for sentence in sentences] == [True] * warned
