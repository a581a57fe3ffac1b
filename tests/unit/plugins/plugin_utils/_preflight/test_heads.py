# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import heads
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Reach, Settings, World, judge

BUCKET = {"bucket": "shop-audit", "lock_days": 2557, "lock_mode": "COMPLIANCE"}
REMOVED = {"audit_heads_destination": BUCKET, "audit_heads_remove": True, "audit_partitions_retention_months": 12}


@pytest.mark.parametrize(("values", "expected"), [
    ({}, []),
    ({"audit_heads_destination": {}}, []),
    ({"audit_heads_destination": {"folder": "/srv/heads"}}, []),
    ({"audit_heads_destination": BUCKET}, []),
    ({"audit_heads_destination": {"prefix": "x"}}, ["audit_heads_destination"]),
    ({"audit_heads_destination": {"folder": "/srv/heads", **BUCKET}}, ["audit_heads_destination"]),
    ({"audit_heads_destination": {"folder": "heads"}}, ["audit_heads_destination.folder"]),
    ({"audit_heads_destination": {**BUCKET, "bucket": "s3://shop"}}, ["audit_heads_destination.bucket"]),
    ({"audit_heads_destination": {**BUCKET, "lock_days": 0}}, ["audit_heads_destination.lock_days"]),
    ({"audit_heads_max_age": -1, "audit_heads_settle": 601}, ["audit_heads_max_age", "audit_heads_settle"]),
    ({"audit_heads_open_folder": "open"}, ["audit_heads_open_folder"]),
    ({"audit_heads_open_folder": "/open", "audit_heads_export": False}, ["audit_heads_open_folder"]),
    ({"audit_heads_late_months": ["2026-11", "2026-13", "11/2026"]}, ["audit_heads_late_months"] * 2),
    ({"audit_partitions_retention_months": 1200}, []),
    ({"audit_partitions_retention_months": 1201}, ["audit_partitions_retention_months"]),
    ({"audit_partitions_retention_months": -1}, ["audit_partitions_retention_months"]),
    (REMOVED, []),
    (REMOVED | {"audit_heads_destination": {}}, ["audit_heads_remove"]),
    (REMOVED | {"audit_heads_export": False}, ["audit_heads_remove"]),
    (REMOVED | {"audit_partitions_retention_months": 0}, ["audit_heads_remove"]),
    (REMOVED | {"audit_heads_destination": {**BUCKET, "lock_days": 403}}, ["audit_heads_destination.lock_days"]),
    (REMOVED | {"audit_heads_destination": {**BUCKET, "lock_days": 404}}, []),
])
def test_what_can_not_work_is_refused_before_anything_runs(values, expected):
    assert [error.option for error in judge(heads.CHECKS, Settings(values))] == expected


@pytest.mark.parametrize(("parts", "values", "expected"), [
    (["heads"], {}, ["audit_heads_destination"]),
    (["heads"], {"audit_heads_destination": {}}, ["audit_heads_destination"]),
    (["heads"], {"audit_heads_destination": BUCKET}, []),
    (["schema", "heads"], {}, []),
    ([], {}, []),
])
def test_a_run_for_heads_alone_that_would_make_none_is_refused(parts, values, expected):
    settings = Settings(values, world=World(reach=Reach(frozenset(parts))))
    assert [error.option for error in judge(heads.ASKED, settings)] == expected
