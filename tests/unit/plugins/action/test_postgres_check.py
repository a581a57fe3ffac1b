# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import types

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.action import postgres_check


def action(arguments, basedir):
    """The plugin as a task has it; what it hands to the module is what it returns."""
    loader = DataLoader()
    loader.set_basedir(str(basedir))
    task = types.SimpleNamespace(args=arguments, async_val=0, check_mode=True, diff=True, action="launch.database.postgres_check")
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    plugin = postgres_check.ActionModule(task, connection, types.SimpleNamespace(), loader, None, None)
    plugin._execute_module = lambda module_args, task_vars, **_kwargs: {"handed": module_args, "warned": ["R22: no index."]}
    return plugin


def test_the_module_gets_the_files_of_the_controller(tmp_path):
    (tmp_path / "R01.sql").write_bytes(b"select 1")
    handed = action({"path": str(tmp_path), "fail_on": "never"}, tmp_path).run(task_vars={})["handed"]
    assert handed == {"path": str(tmp_path), "fail_on": "never", "checks": [{"name": "R01.sql", "content": base64.b64encode(b"select 1").decode()}]}


def test_what_is_no_failure_is_a_warning(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(postgres_check.display, "warning", shown.append)
    action({"path": str(tmp_path)}, tmp_path).run(task_vars={})
    assert shown == ["R22: no index."]


@pytest.mark.parametrize("path", ["missing", ""])
def test_what_is_no_folder_is_refused_before_anything_is_connected_to(tmp_path, path):
    with pytest.raises(AnsibleActionFail, match=r"path: .*Fix|path: it is missing. Name the folder with the checks"):
        action({"path": path}, tmp_path).run(task_vars={})
