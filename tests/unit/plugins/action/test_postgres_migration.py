# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import pathlib
import types

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.action.postgres_migration import ActionModule


@pytest.fixture
def folder(tmp_path):
    for name in ("V1__a.sql", "sub/V2__b.sql", ".hidden.sql", "..data/V3__c.sql", "sub/.git/V4__d.sql"):
        file = tmp_path / "sql" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\xff" + name.encode())
    return tmp_path / "sql"


def action(arguments, basedir):
    """The plugin as a task has it; what it hands to the module is kept in ``handed``."""
    loader = DataLoader()
    loader.set_basedir(str(basedir))
    task = types.SimpleNamespace(args=arguments, async_val=0, check_mode=True, diff=True, action="launch.database.postgres_migration")
    connection = types.SimpleNamespace(transport="local", _shell=types.SimpleNamespace(tmpdir=None))
    plugin = ActionModule(task, connection, types.SimpleNamespace(), loader, None, None)

    def execute(module_args, task_vars, **_kwargs):
        plugin.handed = module_args
        return {"changed": False, "applied": [], "invocation": {"module_args": dict(module_args)}}

    plugin._execute_module = execute
    return plugin


def test_the_module_gets_names_and_bytes_and_its_result_is_passed_on(folder):
    plugin = action({"locations": [str(folder)], "role": "owner"}, folder)
    assert plugin.run(task_vars={})["applied"] == []
    assert (plugin.handed["locations"], plugin.handed["role"]) == ([str(folder)], "owner")
    assert {script["location"] for script in plugin.handed["scripts"]} == {str(folder)}
    contents = {script["name"]: base64.b64decode(script["content"]) for script in plugin.handed["scripts"]}
    assert contents == {name: b"\xff" + name.encode() for name in (".hidden.sql", "V1__a.sql", "sub/V2__b.sql")}


def test_the_scripts_are_in_no_result_however_much_ansible_prints_of_it(folder):
    arguments = action({"locations": [str(folder)]}, folder).run(task_vars={})["invocation"]["module_args"]
    assert "scripts" not in arguments and arguments["locations"] == [str(folder)]


def test_a_relative_path_is_looked_up_beside_the_playbook(folder):
    plugin = action({"locations": ["sql"]}, folder.parent)
    plugin.run(task_vars={})
    assert len(plugin.handed["scripts"]) == 3


@pytest.mark.parametrize(("locations", "words"), [
    (["missing"], r"locations: 'missing': it is not a folder on the controller"),
    (["sql", "sql/V1__a.sql"], r"locations: 'sql/V1__a.sql': it is not a folder on the controller"),
    (["sql", "./sql/"], r"locations: './sql/': it is the same folder as 'sql'"),
    (["sql", "sql"], r"locations: 'sql': it is the same folder as 'sql'"),
    (["sql", "alias"], r"locations: 'alias': it is the same folder as 'sql'"),
    (["sql/sub", "sql"], r"locations: 'sql': it and 'sql/sub' lie one inside of the other"),
    (["a", "b"], r"'a': it is not a folder.*\n.*'b': it is not a folder"),
    ("sql", r"locations: 'sql': it is not a list of folders"),
    ([], r"locations: it is missing"),
])
def test_what_is_no_folder_or_one_twice_is_refused_before_anything_is_connected_to(folder, locations, words):
    (folder.parent / "alias").symlink_to(folder)
    with pytest.raises(AnsibleActionFail, match=words) as refusal:
        action({"locations": locations}, folder.parent).run(task_vars={})
    # Ansible would print a cause after the message, which says it already.
    assert refusal.value.__suppress_context__ and "locations" in str(refusal.value.result)


def test_a_file_that_can_not_be_read_is_not_left_out(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(pathlib.Path, "read_bytes", refuse)
    with pytest.raises(PermissionError):
        action({"locations": [str(folder)]}, folder).run(task_vars={})
