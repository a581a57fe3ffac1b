# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.launch.database.plugins.filter.merge_by_name import merge_by_name

APP = {"name": "app", "limit": 220, "settings": {"statement_timeout": "60s"}}
READ = {"name": "read", "limit": 100}


@pytest.mark.parametrize(("environment", "merged"), [
    pytest.param([], [APP, READ], id="nothing to adjust"),
    pytest.param([{"name": "app", "limit": 50}], [{**APP, "limit": 50}, READ], id="a value"),
    pytest.param(
        [{"name": "app", "settings": {"lock_timeout": "5s"}}],
        [{**APP, "settings": {"statement_timeout": "60s", "lock_timeout": "5s"}}, READ], id="a mapping is put together",
    ),
    pytest.param([{"name": "app", "settings": None}], [{**APP, "settings": None}, READ], id="an empty value replaces"),
    pytest.param([{"name": "batch", "limit": 5}], [APP, READ, {"name": "batch", "limit": 5}], id="an entry of its own"),
])
def test_an_environment_adjusts_its_system(environment: list[dict[str, t.Any]], merged: list[dict[str, t.Any]]) -> None:
    assert merge_by_name([APP, READ], environment) == merged
    assert APP["settings"] == {"statement_timeout": "60s"}, "what went in is left alone"


@pytest.mark.parametrize(("entries", "words"), [
    pytest.param([READ, READ], "several entries are called read", id="two of one name"),
    pytest.param([{"limit": 1}], "an entry has no name", id="no name"),
    pytest.param({"app": {"limit": 1}}, "it takes lists of mappings", id="a mapping"),
    pytest.param(["app"], "it takes lists of mappings", id="texts"),
    pytest.param(None, "it takes lists of mappings", id="nothing"),
])
def test_entries_that_can_not_be_told_apart(entries: list[dict[str, t.Any]], words: str) -> None:
    for lists in ((entries, []), ([], entries)):
        with pytest.raises(AnsibleFilterError, match=words):
            merge_by_name(*lists)
