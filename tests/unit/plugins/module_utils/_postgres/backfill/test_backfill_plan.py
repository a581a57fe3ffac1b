# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.backfill.plan import Backfill, plan_backfill
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

A, B = "01J" + "A" * 23, "01J" + "B" * 23


def backfill(tenants=None, **texts):
    return Backfill(Names(), ("app", "projects"), **{"set": "x = 1", "where": "x is null", "tenants": tenants, **texts})


@pytest.mark.parametrize("left, planned", [
    ({}, []), ({A: False, B: False}, []), ({A: True, B: False}, [A]), ({A: True, B: True}, [A, B]),
], ids=["no tenant", "none left", "one", "both"])
def test_each_tenant_with_rows_left_is_a_change(left, planned):
    plan = plan_backfill(backfill(), left)
    changes = [(change.path, change.before, change.after, change.payload) for change in plan.changes]
    assert changes == [(tenant, "rows left", "none left", tenant) for tenant in planned]
    assert plan.resource == "backfill of app.projects"


def test_tenants_that_nobody_registered_are_all_named():
    with pytest.raises(LaunchError, match=f"{A}, {B}") as caught:
        plan_backfill(backfill([B, A]), {})
    assert caught.value.option == "tenants"


def test_percent_signs_are_the_users_own():
    texts = backfill(set="x = x % 10", where="y like 'a%'")
    assert "SET x = x %% 10\n" in texts.update and texts.update.count("(y like 'a%%')") == 3
    assert "(y like 'a%%')" in texts.left
