# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws import tags
from ansible_collections.launch.database.plugins.module_utils._plan import Plan

TAGS = [
    ("unset is unmanaged", None, {"a": "1"}, True, {}, []),
    ("the same", {"a": 1}, {"a": "1"}, True, {}, []),
    ("new and changed", {"a": 2, "b": True}, {"a": "1"}, False, {"a": "2", "b": "True"}, []),
    ("unnamed stay", {}, {"a": "1"}, False, {}, []),
    ("unnamed go", {}, {"a": "1"}, True, {}, ["a"]),
    ("those of aws stay", {}, {"aws:cloudformation:stack-name": "s"}, True, {}, []),
]


@pytest.mark.parametrize(("desired", "actual", "purge", "to_set", "to_remove"), [row[1:] for row in TAGS], ids=[row[0] for row in TAGS])
def test_changes(desired, actual, purge, to_set, to_remove):
    plan = Plan("thing", tuple(tags.changes(desired, actual, purge)))
    assert tags.to_set(plan) == to_set
    assert tags.to_remove(plan) == to_remove
