# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.partition.plan import ActualPartitions, partition_name, plan_partitions

TODAY = datetime.date(2026, 11, 30)


@pytest.mark.parametrize(("there", "months", "missing"), [
    (set(), 2, ["audit_log_y2026m11", "audit_log_y2026m12", "audit_log_y2027m01"]),
    ({"audit_log_y2026m11", "audit_log_y2027m01"}, 2, ["audit_log_y2026m12"]),
    ({"audit_log_y2026m11"}, 0, []),
    (set(), 0, ["audit_log_y2026m11"]),
])
def test_the_months_without_a_partition_are_planned(there, months, missing):
    plan = plan_partitions(ActualPartitions(TODAY, frozenset(there), None), months, "audit.audit_log")
    assert [(change.action, change.path) for change in plan.changes] == [("create", name) for name in missing]


@pytest.mark.parametrize(("there", "wanted", "changes"), [(None, None, []), (12, None, []), (12, 12, []), (12, 24, [(12, 24)]), (None, 24, [(None, 24)])])
def test_a_retention_is_planned_where_it_is_another(there, wanted, changes):
    plan = plan_partitions(ActualPartitions(TODAY, frozenset({"audit_log_y2026m11"}), None, there), 0, "audit.audit_log", wanted)
    assert [(change.before, change.after) for change in plan.changes] == changes


@pytest.mark.parametrize(("offset", "name"), [(0, "audit_log_y2026m11"), (1, "audit_log_y2026m12"), (2, "audit_log_y2027m01"), (14, "audit_log_y2028m01")])
def test_a_name_follows_the_calendar(offset, name):
    assert partition_name(TODAY, offset) == name
