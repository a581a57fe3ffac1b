# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions the endpoint offers."""

from __future__ import annotations

import pytest

from local.endpoint.faults import Fault
from local.endpoint.versions import Versions

VERSIONS = Versions(installed_minor=6)


@pytest.mark.parametrize(("wanted", "expected"), [(None, "17.6"), ("17", "17.6"), ("17.4", "17.4")])
def test_creation(wanted: str | None, expected: str) -> None:
    assert VERSIONS.resolve(wanted) == expected


@pytest.mark.parametrize("wanted", ["17.3", "17.7", "99.9", "16", "x"])
def test_unknown(wanted: str) -> None:
    with pytest.raises(Fault) as refused:
        VERSIONS.resolve(wanted)
    assert (refused.value.code, refused.value.message) == (
        "InvalidParameterCombination",
        f"Cannot find version {wanted} for postgres",
    )


def test_upgrade() -> None:
    assert VERSIONS.check_upgrade("17.4", "17") == "17.6"


def test_downgrade() -> None:
    with pytest.raises(Fault) as refused:
        VERSIONS.check_upgrade("17.6", "17.5")
    assert (refused.value.code, refused.value.message) == (
        "InvalidParameterCombination",
        "Cannot upgrade postgres from 17.6 to 17.5",
    )


def test_description() -> None:
    first, *_, last = VERSIONS.describe()
    assert [target["EngineVersion"] for target in first["ValidUpgradeTarget"]] == ["17.5", "17.6"]
    assert (first["EngineVersion"], last["EngineVersion"], last["ValidUpgradeTarget"]) == ("17.4", "17.6", [])
