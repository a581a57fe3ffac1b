# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import types

import pytest
from ansible.errors import AnsibleActionFail, AnsibleActionSkip, AnsibleError

from ansible_collections.launch.database.plugins.action import pgbouncer_trust, show_text


def run(plugin, check=False, async_val=0, **arguments):
    task = types.SimpleNamespace(args=arguments, async_val=async_val, check_mode=check, diff=False, action="any")
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    return plugin.ActionModule(task, connection, types.SimpleNamespace(), None, None, None).run(task_vars={})


def test_files_are_written_once_and_those_of_hosts_that_are_gone_removed(tmp_path):
    folder = str(tmp_path / "pool")
    first, again, gone = (
        run(pgbouncer_trust, folder=folder, certificates=certificates, keep=keep)
        for certificates, keep in (({"two": "2", "one": "1"}, None), ({"one": "1", "two": "2"}, []), ({"one": "1"}, []))
    )
    assert (first["changed"], first["files"]) == (True, ["ca.pem", "one.crt", "two.crt"])
    assert (again["changed"], again["files"]) == (False, [])
    assert (gone["changed"], gone["files"]) == (True, ["ca.pem", "two.crt"])
    assert {path.name: path.read_text() for path in (tmp_path / "pool").iterdir()} == {"ca.pem": "1\n", "one.crt": "1\n"}


def test_nothing_to_trust_makes_no_folder_that_is_as_it_should_be_twice(tmp_path):
    (tmp_path / "ca.pem").write_text("", encoding="utf-8")
    tmp_path.chmod(0o500)
    assert run(pgbouncer_trust, folder=str(tmp_path), certificates={})["changed"] is False


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(pgbouncer_trust, folder=str(tmp_path / "file" / "pool"), certificates={"one": "1"})
    assert result["failed"] is True and "changed" not in result
    assert result["msg"].startswith(f"folder: '{tmp_path}/file/pool': can't be written: Not a directory. Give one")


def test_home_is_that_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    run(pgbouncer_trust, folder="~/pool", certificates={"one": "1"}, keep="two")
    assert (tmp_path / "pool" / "one.crt").is_file()


@pytest.mark.parametrize("arguments", [
    {"certificates": {}}, {"folder": "x"}, {"folder": "x", "certificates": "text"}, {"folder": "x", "certificates": {}, "keep": {"a": 1}},
    {"folder": "x", "certificates": {}, "kept": []},
])
def test_arguments_that_make_no_sense_are_refused(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AnsibleError):
        run(pgbouncer_trust, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_check_mode_has_nothing_to_say_of_it_and_the_background_is_no_place_for_it(tmp_path):
    with pytest.raises(AnsibleActionSkip):
        run(pgbouncer_trust, check=True, folder=str(tmp_path), certificates={})
    for plugin, arguments in ((pgbouncer_trust, {"folder": str(tmp_path), "certificates": {}}), (show_text, {"text": "x"})):
        with pytest.raises(AnsibleActionFail):
            run(plugin, async_val=1, **arguments)


@pytest.mark.parametrize("check", [False, True])
def test_a_text_is_shown_as_it_is_without_its_last_line_end_in_check_mode_too(monkeypatch, check):
    shown = []
    monkeypatch.setattr(show_text, "Display", lambda: types.SimpleNamespace(display=shown.append))
    assert run(show_text, check=check, text=" one\n two\n\n")["changed"] is False
    assert shown == [" one\n two"]
    with pytest.raises(AnsibleError):
        run(show_text, check=check)
