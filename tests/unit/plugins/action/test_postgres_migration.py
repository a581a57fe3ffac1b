# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import pathlib
import platform
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
    given = {"locations": [str(folder)], "undo_locations": [str(folder / "..data")]}
    arguments = action(given, folder).run(task_vars={})["invocation"]["module_args"]
    assert not {"scripts", "undo_scripts"} & set(arguments) and arguments["locations"] == [str(folder)]


@pytest.mark.parametrize(("given", "task_vars", "expected"), [
    ({"provenance_table": "kept"}, {"awx_job_id": 7}, {"controller": platform.node(), "job": "7"}),
    ({"provenance_table": "kept"}, {"tower_job_id": 8}, {"controller": platform.node(), "job": "8"}),
    (
        {"provenance_table": "kept", "provenance": {"job": "", "controller": "x", "commit": "c"}}, {"awx_job_id": 7},
        {"controller": "x", "job": "", "commit": "c"},
    ),
    ({"provenance_table": "kept", "provenance": {"job": None}}, {}, {"controller": platform.node(), "job": None}),
    ({"provenance": {"commit": "c"}}, {}, {"commit": "c"}),
    ({}, {"awx_job_id": 7}, None),
])
def test_what_is_known_here_of_where_scripts_come_from_need_not_be_said(folder, given, task_vars, expected):
    plugin = action({"locations": [str(folder)], **given}, folder)
    plugin.run(task_vars=task_vars)
    assert plugin.handed.get("provenance") == expected


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


@pytest.mark.parametrize("given", [{"target": 1.10}, {"baseline_version": 4.1}, {"undo_to": 0.5}, {"repairs": [{"version": 1.10, "fault": "failed"}]}])
def test_a_version_is_no_number_with_a_point(folder, given):
    with pytest.raises(AnsibleActionFail, match=r"it is a number, of which 1.10 and 1.1 are the same. Put it in quotes"):
        action({"locations": ["sql"], **given}, folder.parent).run(task_vars={})


def names(plugin, option="scripts"):
    plugin.run(task_vars={})
    return {script["name"] for script in plugin.handed[option]}


def test_files_behind_symbolic_links_are_read_as_flyway_reads_them(folder):
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "V5__e.sql").write_bytes(b"")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "V6__f.sql").symlink_to(elsewhere / "V5__e.sql")
    (folder / ".hidden_link").symlink_to(elsewhere)
    (folder / ".#V1__a.sql").symlink_to("somebody@host.4711")  # an editor's lock
    assert names(action({"locations": ["sql"]}, folder.parent)) == {".hidden.sql", "V1__a.sql", "sub/V2__b.sql", "linked/V5__e.sql", "V6__f.sql"}


def test_what_links_lead_nowhere_and_round_in_circles_is_refused_at_once(folder):
    (folder / "V7__gone.sql").symlink_to(folder / "nothing")
    (folder / "sub" / "up").symlink_to(folder)
    with pytest.raises(AnsibleActionFail, match="(?s)/sub/up': it is a symbolic link to a folder that it lies in.*V7__gone.sql': it is a symbolic link to noth"
                       "|(?s:V7__gone.sql': it is a symbolic link to nothing.*/sub/up': it is a symbolic link to a folder)"):
        action({"locations": ["sql"]}, folder.parent).run(task_vars={})


@pytest.mark.parametrize("method", ["read_bytes", "iterdir"])
def test_what_can_not_be_read_is_refused_by_name(folder, monkeypatch, method):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(pathlib.Path, method, refuse)
    with pytest.raises(AnsibleActionFail, match=r"locations: '.*sql.*': it can't be read: Permission denied\."):
        action({"locations": [str(folder)]}, folder).run(task_vars={})


def test_undo_scripts_are_read_from_folders_of_their_own(folder):
    for place in ("undo", "sql/.undo", "sql/sub/undo"):
        (folder.parent / place).mkdir()
        (folder.parent / place / "U1__a.sql").write_bytes(b"")
    given = {"locations": ["sql"], "undo_locations": ["undo", "sql/.undo"]}
    assert names(action(given, folder.parent), "undo_scripts") == {"U1__a.sql"}
    with pytest.raises(AnsibleActionFail, match="undo_locations: 'sql/sub/undo': it and 'sql' lie one inside of the other"):
        action({**given, "undo_locations": ["sql/sub/undo"]}, folder.parent).run(task_vars={})
