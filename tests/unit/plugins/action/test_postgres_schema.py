# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import types

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.action import postgres_schema


def handed(arguments, basedir):
    """What the module gets."""
    loader = DataLoader()
    loader.set_basedir(str(basedir))
    task = types.SimpleNamespace(args=arguments, async_val=0, check_mode=True, diff=True, action="launch.database.postgres_schema")
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    plugin = postgres_schema.ActionModule(task, connection, types.SimpleNamespace(), loader, None, None)
    plugin._execute_module = lambda module_args, task_vars, **_kwargs: {"handed": module_args}
    return plugin.run(task_vars={})["handed"]


def packed(name, content):
    return {"name": name, "content": base64.b64encode(content).decode()}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "expected").mkdir()
    (tmp_path / "expected" / "17.txt").write_bytes(b"seventeen")
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__a.sql").write_bytes(b"select 1")
    return tmp_path


@pytest.mark.parametrize("expected", ["expected", "expected/17.txt"])
def test_the_module_gets_a_file_or_a_folder_of_the_controller(folder, expected):
    arguments = {"expected": str(folder / expected)}
    assert handed(arguments, folder) == {**arguments, "catalogs": [packed("17.txt", b"seventeen")]}


def test_the_module_gets_the_migrations_too(folder):
    sql = str(folder / "sql")
    assert handed({"expected": "expected", "locations": [sql]}, folder)["scripts"] == [{"location": sql, **packed("V1__a.sql", b"select 1")}]


@pytest.mark.parametrize(("arguments", "problem"), [
    ({}, "expected: it is missing"),
    ({"expected": "nowhere"}, "expected: 'nowhere': it is not a folder on the controller"),
    ({"expected": "expected", "locations": ["nowhere"]}, "locations: 'nowhere'"),
])
def test_what_is_not_there_is_refused_before_anything_is_connected_to(folder, arguments, problem):
    with pytest.raises(AnsibleActionFail, match=problem):
        handed(arguments, folder)
