# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.kms import is_alias, same_key

KEY = "62739486-7aa4-4cdb-9bfc-68dd7d80c7c0"
ARN = f"arn:aws:kms:us-west-2:597088015766:key/{KEY}"


@pytest.mark.parametrize(
    ("wanted", "actual", "resolved", "expected"),
    [
        (KEY, ARN, None, True),
        (ARN, ARN, None, True),
        (KEY, "another", None, False),
        (ARN, None, None, False),
        ("alias/launch", ARN, ARN, True),
        ("alias/launch", "alias/launch", ARN, True),
        ("alias/launch", "another", ARN, False),
    ],
)
def test_same_key(wanted, actual, resolved, expected):
    assert same_key(wanted, actual, resolved) is expected


@pytest.mark.parametrize(("key", "expected"), [("alias/launch", True), ("arn:aws:kms:us-west-2:1:alias/launch", True), (KEY, False), (ARN, False)])
def test_is_alias(key, expected):
    assert is_alias(key) is expected
