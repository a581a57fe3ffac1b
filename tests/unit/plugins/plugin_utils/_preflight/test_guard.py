# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight import guard

MODULE = "ansible_collections.launch.database.plugins.plugin_utils._preflight.guard"


def test_a_seal_of_this_process_passes():
    assert guard.passed(guard.seal("597088015766"))
    assert guard.passed(dict(guard.seal("")))


@pytest.mark.parametrize("forged", [
    None, "", {}, True, {"account": "597088015766"}, {"account": "597088015766", "seal": ""},
    {"account": "111111111111", "seal": guard.seal("597088015766")["seal"]},
    {"account": "597088015766", "seal": None}, {"account": None, "seal": guard.seal("")["seal"]},
])
def test_nothing_else_does(forged):
    assert not guard.passed(forged)


def test_another_process_has_another_secret():
    program = f"from {MODULE} import seal; print(seal('1')['seal'])"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert len(other.stdout.strip()) == 64
    assert not guard.passed({"account": "1", "seal": other.stdout.strip()})


@pytest.mark.parametrize(("limit", "skipped", "words"), [
    (None, [], "playbooks/preflight.yml"), ("pool", [], "--limit 'pool,localhost'"), ("pool", ["always"], "--skip-tags always"),
])
def test_the_remedy_is_that_of_the_situation(limit, skipped, words):
    (error,) = guard.refusal(None, (), limit, skipped)
    assert words in error.remedy


def test_a_forged_fact_is_named():
    assert [error.option for error in guard.refusal(None, [guard.FACT], None, [])] == [guard.FACT, "preflight"]
    assert guard.refusal(guard.seal("1"), [], "pool", []) == []


@pytest.mark.parametrize("tag", ["always", "preflight"])
def test_tags_that_leave_it_out_are_named(tag):
    assert f"Leave --skip-tags {tag} out." in guard.refusal(None, [], None, [tag])[-1].message
