# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib
import stat
import time
from unittest import mock

import pytest

from ansible_collections.launch.database.plugins.action import rds_instance
from ansible_collections.launch.database.plugins.plugin_utils import _followed
from ansible_collections.launch.database.plugins.module_utils._progress import ProgressFile


class Task:
    """What the plugin looks at of a task."""

    async_val = 0
    check_mode = False

    def __init__(self, **args):
        self.args = args


@pytest.fixture(name="shown")
def fixture_shown(monkeypatch):
    lines = []
    monkeypatch.setattr(_followed.display, "display", lambda line, **_kwargs: lines.append(line))
    return lines


def action(task, module, transport="local"):
    """A plugin whose module is a function of its arguments."""
    plugin = rds_instance.ActionModule(task, mock.MagicMock(transport=transport), mock.MagicMock(), None, None, None)
    plugin._execute_module = mock.MagicMock(side_effect=lambda module_args=None, **_kwargs: module(module_args))
    return plugin


def waiting(*lines):
    """A module that waits for these reasons."""
    def module(arguments):
        progress = ProgressFile(arguments["progress_file"])
        for second, reason in enumerate(lines):
            progress.write(reason, second)
        return {"changed": True}

    return module


def test_a_run_is_one_run_with_its_own_result(shown):
    plugin = action(Task(identifier="db"), waiting())
    assert plugin.run(None, {}) == {"changed": True}
    assert plugin._execute_module.call_count == 1
    assert shown == []


def test_a_wait_is_shown_line_by_line(shown):
    action(Task(identifier="db"), waiting("status creating", "status backing-up")).run(None, {})
    assert shown == ["db: status creating, waiting for 0 s", "db: status backing-up, waiting for 1 s"]


def test_a_line_is_shown_while_the_module_runs(shown, monkeypatch):
    monkeypatch.setattr(_followed, "POLL_SECONDS", 0.01)

    def module(arguments):
        ProgressFile(arguments["progress_file"]).write("status creating", 20)
        until = time.monotonic() + 10
        while not shown and time.monotonic() < until:
            time.sleep(0.01)
        return {"lines": list(shown)}

    assert action(Task(identifier="db"), module).run(None, {})["lines"] == ["db: status creating, waiting for 20 s"]


def test_half_a_line_is_shown_when_it_is_whole(shown, monkeypatch):
    monkeypatch.setattr(_followed, "POLL_SECONDS", 0.01)

    def module(arguments):
        with open(arguments["progress_file"], "a", encoding="utf-8") as file:
            for part in ('{"reason": "status ', 'creating", "seconds": 1}\n'):
                file.write(part)
                file.flush()
                time.sleep(0.05)
        return {}

    action(Task(identifier="db"), module).run(None, {})
    assert shown == ["db: status creating, waiting for 1 s"]


def test_nobody_else_can_read_or_write_the_file_and_it_goes_at_the_end(shown):
    paths = []

    def module(arguments):
        path = pathlib.Path(arguments["progress_file"])
        paths.append(path)
        return {"modes": [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path)]}

    assert action(Task(identifier="db"), module).run(None, {})["modes"] == [0o700, 0o600]
    assert not paths[0].parent.exists()


def test_the_file_goes_when_the_run_is_broken_off(shown):
    paths = []

    def module(arguments):
        paths.append(pathlib.Path(arguments["progress_file"]))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        action(Task(identifier="db"), module).run(None, {})
    assert not paths[0].exists()


def test_a_module_elsewhere_is_run_without_it(shown):
    plugin = action(Task(identifier="db"), lambda arguments: {"arguments": arguments}, transport="ssh")
    assert plugin.run(None, {}) == {"arguments": None}


def test_an_asynchronous_task_is_one_run_in_the_background(shown):
    task = Task(identifier="db")
    task.async_val = 60
    plugin = action(task, lambda arguments: {"ansible_job_id": "1"})
    assert plugin.run(None, {}) == {"ansible_job_id": "1"}
    assert plugin._execute_module.call_args.kwargs["wrap_async"] is True


def test_a_file_that_is_not_there_or_not_ours_stops_nothing(tmp_path):
    progress = ProgressFile(str(tmp_path / "gone" / "lines"))
    progress.write("status creating", 1)
    progress.write("status creating", 2)
    assert not (tmp_path / "gone").exists()
    ProgressFile(None).write("status creating", 1)
