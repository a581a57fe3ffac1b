# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.plan import Found, plan_export, stale

ROWS = Digest(2, 9, "0" * 64)
TABLE = Exported("app", "a", "tenant_id", (("tenant_id", "text"),), "0001_app.a.copy", ROWS, True)
EXPORT = Manifest("T", "2026-03-01T09:30:00Z", "A", "launch", "17.6", (), (TABLE,))
NONE = Found(True, ("app.a",))
THERE = dataclasses.replace(NONE, manifest=EXPORT, rows={"app.a": ROWS})


def test_an_export_is_made_where_there_is_none():
    (change,) = plan_export("T", "/x", NONE).changes
    assert (change.action, change.path, change.after) == ("export", "T", {"path": "/x", "tables": ["app.a"]})


@pytest.mark.parametrize("found", [THERE, dataclasses.replace(THERE, rows=None)])
def test_one_that_is_there_and_true_is_left_as_it_is(found):
    assert not plan_export("T", "/x", found).changed


@pytest.mark.parametrize(("tenant", "found", "words"), [
    ("T", dataclasses.replace(NONE, is_registered=False), ["there is no such tenant"]),
    ("T", dataclasses.replace(THERE, rows={"app.a": Digest(3, 9, "0" * 64)}), ["other rows are there since, in app.a."]),
    ("U", dataclasses.replace(THERE, faults=(LaunchError("its file x is damaged."),)), ["it holds an export of T", "its file x is damaged."]),
])
def test_everything_else_is_refused(tenant, found, words):
    with pytest.raises(LaunchError) as refusal:
        plan_export(tenant, "/x", found)
    assert all(part in refusal.value.message for part in words)


@pytest.mark.parametrize(("now", "names"), [
    ({"app.a": ROWS}, []), ({}, ["app.a"]), ({"app.a": Digest(2, 9, "1" * 64)}, ["app.a"]), ({"app.a": ROWS, "app.b": ROWS}, ["app.b"]),
])
def test_what_only_one_of_them_has_is_stale(now, names):
    assert stale([TABLE], now) == names
