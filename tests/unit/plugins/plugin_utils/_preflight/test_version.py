# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.launch.database.plugins.plugin_utils._preflight import version

RUNTIME = pathlib.Path(__file__).parents[5] / "meta" / "runtime.yml"


@pytest.mark.parametrize("number", ["2.19.0", "2.19.14", "2.20.0b1", "2.21.3", "3.0"])
def test_new_enough(number):
    assert version.check(number) == []


@pytest.mark.parametrize("number", ["2.18.9", "2.9.27", "2.18.0rc1", "1.9"])
def test_too_old(number):
    (error,) = version.check(number)
    assert error.message == (
        f"ansible-core: '{number}': this collection needs 2.19 or later. Install a newer one: pip install 'ansible>=12,<15'. Nothing was changed."
    )


def test_without_the_other_collection_both_are_said():
    assert [error.option for error in version.check("2.18.1", False)] == ["ansible-core", "amazon.aws"]
    assert "requirements.yml" in version.check("2.19.0", False)[0].remedy


def test_it_is_the_version_that_the_collection_asks_for():
    assert yaml.safe_load(RUNTIME.read_text(encoding="utf-8"))["requires_ansible"] == f">={'.'.join(map(str, version.MINIMUM))}.0"
