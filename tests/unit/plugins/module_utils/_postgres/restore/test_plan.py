# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest, Migration, Reference
from ansible_collections.launch.database.plugins.module_utils._postgres.restore.plan import Found, Target, plan_restore

ROWS = Digest(2, 9, "0" * 64)
COLUMNS = (("id", "text"), ("tenant_id", "text"))
TABLE = Exported("app", "a", "tenant_id", COLUMNS, "0001_app.a.copy", ROWS, True)
LOG = dataclasses.replace(TABLE, schema="audit", name="log", file="0002_audit.log.copy", restored=False)
FIRST = Migration("V1__a.sql", "1", 7)
EXPORT = Manifest("T", "then", "A", "launch", "17.6", (FIRST,), (TABLE, LOG))
EMPTY = Target((FIRST,), {"app.a": COLUMNS})


def plan(target, faults=()):
    return plan_restore("/x", "t.example", Found(EXPORT, faults, target))


@pytest.mark.parametrize("target", [EMPTY, dataclasses.replace(EMPTY, holder="T")])
def test_all_of_it_is_one_change(target):
    (change,) = plan(target).changes
    assert (change.action, change.path, change.after) == ("restore", "T", {"from": "/x", "rows": {"app.a": 2}})


def test_a_tenant_that_is_there_with_the_same_rows_is_none():
    assert not plan(dataclasses.replace(EMPTY, holder="T", rows={"app.a": ROWS})).changed


@pytest.mark.parametrize(("change", "words"), [
    ({"migrations": ()}, "V1__a.sql."),
    ({"migrations": (Migration("V1__a.sql", "1", 8),)}, "V1__a.sql."),
    ({"migrations": (FIRST, *(Migration(f"V{number}__x.sql", str(number), 1) for number in range(2, 9)))}, "V6__x.sql and 2 more."),
    ({"tables": {}}, "other columns: app.a."),
    ({"tables": {"app.a": COLUMNS, "app.b": COLUMNS}}, "other columns: app.b."),
    ({"tables": {"app.a": (("id", "uuid"), COLUMNS[1])}}, "other columns: app.a."),
    ({"holder": "U"}, "its domain t.example is that of U here."),
    ({"rows": {"app.a": Digest(3, 9, "0" * 64)}}, "its tenant T is there already, with other rows in app.a."),
])
def test_what_does_not_fit_is_refused_with_everything_else(change, words):
    with pytest.raises(LaunchError) as refusal:
        plan(dataclasses.replace(EMPTY, **change), (LaunchError("its file x is damaged."),))
    assert words in refusal.value.message and "its file x is damaged." in refusal.value.message


@pytest.mark.parametrize(("here", "words"), [
    ({(str(n),): "a" for n in range(7)}, None),
    ({(str(n),): "a" for n in range(6)}, "app.a refers by plan to rows of app.plans that are not the same here: id = 6 is missing."),
    ({(str(n),): "ab"[n == 3] for n in range(7)}, "id = 3 is another."),
    ({}, "id = 4 is missing; 2 more."),
    (None, "there is no such foreign key."),
])
def test_rows_that_it_refers_to_have_to_be_the_same(here, words):
    reference = Reference("app.a", ("plan",), "app", "plans", ("id",), tuple(((str(n),), "a") for n in range(7)))
    found = Found(dataclasses.replace(EXPORT, references=(reference,)), (), dataclasses.replace(EMPTY, referred={} if here is None else {reference: here}))
    if words is None:
        assert plan_restore("/x", None, found).changed
    else:
        with pytest.raises(LaunchError) as refusal:
            plan_restore("/x", None, found)
        assert words in refusal.value.message
