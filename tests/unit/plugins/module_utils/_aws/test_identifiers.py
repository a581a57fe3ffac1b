# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

GOOD = [
    (identifiers.instance, "launch-db-main", "launch-db-main"),
    (identifiers.instance, "Launch-DB", "launch-db"),
    (identifiers.instance, "a" * 63, "a" * 63),
    (identifiers.parameter_group, "launch-pg-main", "launch-pg-main"),
    (identifiers.parameter_group, "g" * 255, "g" * 255),
    (identifiers.secret, "/launch/db/credentials", "/launch/db/credentials"),
    (identifiers.database, "launch_1", "launch_1"),
    (identifiers.instance_class, "db.t4g.medium", "db.t4g.medium"),
]


@pytest.mark.parametrize(("check", "value", "expected"), GOOD)
def test_a_name_that_aws_takes(check, value, expected):
    assert check("name", value) == expected


BAD = [
    (identifiers.instance, ""),
    (identifiers.instance, "1launch"),
    (identifiers.instance, "launch--db"),
    (identifiers.instance, "launch-"),
    (identifiers.instance, "launch_db"),
    (identifiers.instance, "launch db"),
    (identifiers.instance, "a" * 64),
    (identifiers.instance, "launch\n"),
    (identifiers.parameter_group, "g" * 256),
    (identifiers.parameter_group, "default.postgres17"),
    (identifiers.secret, "with space"),
    (identifiers.secret, "s" * 513),
    (identifiers.database, "1st"),
    (identifiers.instance_class, "t4g.medium"),
    (identifiers.instance_class, "db.medium"),
]


@pytest.mark.parametrize(("check", "value"), BAD)
def test_a_malformed_name_is_refused_by_option_value_and_remedy(check, value):
    with pytest.raises(LaunchError) as caught:
        check("name", value)
    # What is no secret's name may be the secret.
    assert (caught.value.option, caught.value.value) == ("name", None if check is identifiers.secret else value)
    assert caught.value.remedy


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
    assert identifiers.same_key(wanted, actual, resolved) is expected


@pytest.mark.parametrize(("key", "expected"), [("alias/launch", True), ("arn:aws:kms:us-west-2:1:alias/launch", True), (KEY, False), (ARN, False)])
def test_is_alias(key, expected):
    assert identifiers.is_key_alias(key) is expected
