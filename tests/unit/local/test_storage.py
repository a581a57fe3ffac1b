# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS's storage rules for PostgreSQL."""

from __future__ import annotations

import pytest

from local.endpoint import storage
from local.endpoint.faults import Fault
from local.endpoint.storage import Storage

SMALL = Storage(100, "gp3", 3000, 125)
LARGE = Storage(400, "gp3", 12000, 500)


def ask(
    size: int | None = None, kind: str | None = None, iops: int | None = None, throughput: int | None = None
) -> dict:
    values = dict(zip(storage.MEMBERS, (size, kind, iops, throughput), strict=True))
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (ask(20, "gp3"), Storage(20, "gp3", 3000, 125)),
        (ask(400, "gp3"), LARGE),
        (ask(400, "gp3", 16000, 1000), Storage(400, "gp3", 16000, 1000)),
        (ask(100), Storage(100, "gp2", None, None)),
        (ask(100, None, 1000), Storage(100, "io1", 1000, None)),
    ],
)
def test_create(request_: dict, expected: Storage) -> None:
    assert storage.for_create(request_) == expected


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (ask(19, "gp3"), "Invalid storage size"),
        (ask(100, "gp3", 3000), "storage size less than 400"),
        (ask(399, "gp3", None, 125), "storage size less than 400"),
        (ask(400, "gp3", 11999), "Invalid IOPS 11999"),
        (ask(400, "gp3", 64001), "Invalid IOPS 64001"),
        (ask(400, "gp3", 12000, 499), "Invalid storage throughput 499"),
        (ask(400, "gp3", 64000, 4001), "Invalid storage throughput 4001"),
        (ask(400, "gp3", 12000, 3001), "ratio must not be more than 0.25"),
        (ask(100, "gp2", 3000), "can't specify IOPS"),
        (ask(100, "gp2", None, 125), "can't specify storage throughput"),
        (ask(100, "io1"), "requires iops"),
        (ask(100, "io2", 6000), "ratio must be between"),
    ],
)
def test_create_refused(request_: dict, words: str) -> None:
    with pytest.raises(Fault) as refused:
        storage.for_create(request_)
    assert (refused.value.code, words in refused.value.message) == ("InvalidParameterCombination", True)


@pytest.mark.parametrize("request_", [ask(100, "ssd"), ask(None, "gp3")])
def test_create_with_a_value_that_cannot_be(request_: dict) -> None:
    with pytest.raises(Fault) as refused:
        storage.for_create(request_)
    assert refused.value.code == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("current", "request_", "expected"),
    [
        (SMALL, ask(200), Storage(200, "gp3", 3000, 125)),
        (SMALL, ask(101), Storage(110, "gp3", 3000, 125)),
        (SMALL, ask(100), SMALL),
        (SMALL, ask(400), LARGE),
        (LARGE, ask(500, None, 12000), Storage(500, "gp3", 12000, 500)),
        (Storage(400, "gp3", 16000, 900), ask(440, None, 16000), Storage(440, "gp3", 16000, 900)),
        (LARGE, ask(None, None, None, 800), Storage(400, "gp3", 12000, 800)),
        (Storage(100, "gp2", None, None), ask(None, "gp3"), SMALL),
    ],
)
def test_modify(current: Storage, request_: dict, expected: Storage) -> None:
    assert storage.for_modify(current, request_) == expected


@pytest.mark.parametrize(
    ("current", "request_", "words"),
    [
        (SMALL, ask(99), "cannot be less than the current storage size 100"),
        (SMALL, ask(200, None, 6000), "storage size less than 400"),
        (LARGE, ask(500), "both the storage size and iops"),
        (LARGE, ask(None, None, 13000), "both the storage size and iops"),
    ],
)
def test_modify_refused(current: Storage, request_: dict, words: str) -> None:
    with pytest.raises(Fault) as refused:
        storage.for_modify(current, request_)
    assert (refused.value.code, words in refused.value.message) == ("InvalidParameterCombination", True)


@pytest.mark.parametrize("limit", [None, 100, 110, 1000])
def test_autoscaling_accepted(limit: int | None) -> None:
    storage.check_autoscaling(100, limit)


@pytest.mark.parametrize("limit", [50, 109])
def test_autoscaling_refused(limit: int) -> None:
    with pytest.raises(Fault, match="at least 10 percent"):
        storage.check_autoscaling(100, limit)
