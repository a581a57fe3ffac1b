# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line."""

from __future__ import annotations

import json

import pytest

from local import __main__ as command
from local.errors import StackError

STATUS = {
    "profile": "test",
    "running": False,
    "endpoint": "http://127.0.0.1:5578",
    "log": "endpoint.log",
    "containers": [{"name": "launch-test-i-1", "state": "exited", "address": None}],
}


def test_trouble_is_one_sentence_on_standard_error(monkeypatch, capsys) -> None:
    def fail(_profile: object, _say: object) -> None:
        raise StackError("port 5577 is taken")

    monkeypatch.setattr(command.machine, "check_root", lambda: None)
    monkeypatch.setattr(command.stack, "up", fail)
    assert command.main(["up"]) == 1
    assert capsys.readouterr().err == "local stack: port 5577 is taken\n"


def test_status_as_json(monkeypatch, capsys) -> None:
    monkeypatch.setattr(command.stack, "status", lambda profile: STATUS | {"profile": profile.name})
    assert command.main(["status", "--json", "--profile", "test"]) == 0
    assert json.loads(capsys.readouterr().out) == STATUS


def test_status_to_read(monkeypatch, capsys) -> None:
    monkeypatch.setattr(command.stack, "status", lambda _: STATUS)
    command.main(["status", "--profile", "test"])
    assert capsys.readouterr().out.splitlines() == [
        "The local stack test does not run: http://127.0.0.1:5578, log endpoint.log",
        "  launch-test-i-1  exited",
    ]


def test_unknown_profile(capsys) -> None:
    with pytest.raises(SystemExit):
        command.main(["up", "--profile", "production"])
    assert "production" in capsys.readouterr().err


def test_preflight_of_a_running_stack_checks_nothing(monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise StackError("checked")

    monkeypatch.setattr(command.machine, "check_host", fail)
    monkeypatch.setattr(command.stack, "answers", lambda _: True)
    assert command.main(["preflight"]) == 0
    monkeypatch.setattr(command.stack, "answers", lambda _: False)
    assert command.main(["preflight"]) == 1
