# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from unittest import mock

import pytest

from ansible_collections.launch.database.plugins.action import rds_instance


class Task:
    """What the plugin looks at of a task."""

    async_val = 0
    check_mode = False

    def __init__(self, **args):
        self.args = args


@pytest.fixture(name="shown")
def fixture_shown(monkeypatch):
    lines = []
    monkeypatch.setattr(rds_instance.display, "display", lambda line, **_kwargs: lines.append(line))
    return lines


def action(task, *outcomes):
    """A plugin whose module gives these outcomes in turn."""
    plugin = rds_instance.ActionModule(task, mock.MagicMock(), mock.MagicMock(), None, None, None)
    plugin._execute_module = mock.MagicMock(side_effect=list(outcomes))
    return plugin


def arguments(plugin):
    return [call.kwargs["module_args"] for call in plugin._execute_module.call_args_list]


BUSY = {"unfinished": {"identifier": "db", "status": "creating", "reason": "status creating"}}


def change(path):
    return {"changed": True, "plan": [{"path": path}], "diff": {"before": {path: 1}, "after": {path: 2}}}


def test_a_run_that_needs_no_wait_is_one_run(shown):
    plugin = action(Task(identifier="db"), {"changed": False, "plan": []})
    assert plugin.run(None, {}) == {"changed": False, "plan": []}
    assert shown == []


def test_a_wait_is_shown_and_gone_on_with(shown):
    last = {"changed": False, "plan": [], "instance": {"status": "available"}}
    plugin = action(Task(identifier="db"), {**change("a"), **BUSY}, {"changed": False, **BUSY}, last)
    result = plugin.run(None, {})
    assert result == {**change("a"), "instance": {"status": "available"}}
    assert len(shown) == 2
    assert shown[0].startswith("db: status creating, waiting for ")


def test_the_changes_of_all_runs_are_the_result(shown):
    result = action(Task(), {**change("a"), **BUSY}, change("b")).run(None, {})
    assert [step["path"] for step in result["plan"]] == ["a", "b"]
    assert result["diff"] == {"before": {"a": 1, "b": 1}, "after": {"a": 2, "b": 2}}


def test_a_failure_ends_it_and_keeps_what_was_done(shown):
    result = action(Task(), {**change("a"), **BUSY}, {"failed": True, "msg": "broken"}).run(None, {})
    assert (result["failed"], result["changed"], result["msg"]) == (True, True, "broken")


def test_each_run_waits_for_a_slice(shown):
    plugin = action(Task(wait_timeout="600"), {"changed": False})
    plugin.run(None, {})
    assert arguments(plugin) == [{"wait_timeout": "600", "wait_slice": rds_instance.SLICE_SECONDS, "wait_shown": None}]


def test_a_run_is_told_what_has_been_shown(shown):
    plugin = action(Task(), BUSY, {"changed": False})
    plugin.run(None, {})
    assert [call["wait_shown"] for call in arguments(plugin)] == [None, "status creating"]


def test_the_last_run_is_left_with_the_rest_of_the_time(shown, monkeypatch):
    monkeypatch.setattr(rds_instance, "time", mock.MagicMock(monotonic=mock.MagicMock(side_effect=[0, 0, 25])))
    plugin = action(Task(wait_timeout=30), BUSY, {"changed": False})
    plugin.run(None, {})
    assert arguments(plugin)[1] == {"wait_timeout": 5}


def test_a_timeout_that_is_no_number_is_left_to_the_module(shown):
    plugin = action(Task(wait_timeout="soon"), {"failed": True})
    plugin.run(None, {})
    assert arguments(plugin) == [{"wait_timeout": "soon"}]


def test_an_asynchronous_task_is_one_run_in_the_background(shown):
    task = Task(identifier="db")
    task.async_val = 60
    plugin = action(task, {"ansible_job_id": "1"})
    plugin.run(None, {})
    assert plugin._execute_module.call_args.kwargs["wrap_async"] is True
