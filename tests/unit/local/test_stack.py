# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose endpoint answers, and which processes are ours."""

from __future__ import annotations

import http.server
import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import locks, profiles, stack
from local.errors import StackError
from local.profiles import Profile

TRIAL = Profile("trial", 1, "10.62.0.0/16")


@pytest.fixture
def answer() -> Iterator[tuple[dict, Profile]]:
    """A profile whose endpoint answers with what the test puts into the dictionary."""
    found: dict = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(found["answer"]).encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found, Profile("trial", server.server_port, "10.62.0.0/16")
        server.shutdown()


def test_endpoint_of_this_checkout(answer: tuple[dict, Profile]) -> None:
    found, profile = answer
    found["answer"] = {"profile": "trial", "state": str(profile.state)}
    assert stack.answers(profile) is True


@pytest.mark.parametrize("other", [{"profile": "trial", "state": "/elsewhere"}, {}, ["something", "else"]])
def test_somebody_elses_answer(answer: tuple[dict, Profile], other: object) -> None:
    found, profile = answer
    found["answer"] = other
    assert stack.answers(profile) is False


def test_nobody_answers() -> None:
    assert stack.answers(Profile("trial", 1, "10.62.0.0/16")) is False


def test_down_leaves_the_stack_of_another_checkout_alone(answer: tuple[dict, Profile], tmp_path, monkeypatch) -> None:
    found, profile = answer
    monkeypatch.setattr(locks, "STATE", tmp_path)
    found["answer"] = {"profile": "trial", "state": "/elsewhere"}
    monkeypatch.setattr(stack, "write_settings", lambda: None)
    monkeypatch.setattr(stack, "remove", lambda _: pytest.fail("removed"))
    with pytest.raises(StackError, match="belongs to /elsewhere: stop it from there"):
        stack.down(profile, print)


def process(folder: Path, *arguments: str, cwd: Path) -> Path:
    """Make what /proc shows of a process."""
    folder.mkdir()
    (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in arguments))
    (folder / "cwd").symlink_to(cwd)
    return folder


@pytest.mark.parametrize(
    ("arguments", "here", "expected"),
    [
        (("python", "-m", "local.endpoint", "trial"), True, True),
        (("python", "-m", "local.endpoint", "trial"), False, False),
        (("python", "-m", "local.endpoint", "site"), True, False),
        (("vi", "local.endpoint", "trial"), True, False),
    ],
)
def test_which_process_is_ours(tmp_path, arguments: tuple[str, ...], here: bool, expected: bool) -> None:
    folder = process(tmp_path / "1", *arguments, cwd=stack.PACKAGE.parent if here else tmp_path)
    assert stack._is_endpoint(folder, Profile("trial", 1, "10.62.0.0/16")) is expected


def test_up_that_waited_for_another_up_does_not_begin_anew(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(locks, "STATE", tmp_path)
    answers = iter([False, True])
    monkeypatch.setattr(stack, "answers", lambda _: next(answers))
    monkeypatch.setattr(stack, "_begin", lambda *_: pytest.fail("began anew"))
    said: list[str] = []
    stack.up(TRIAL, said.append)
    assert said == ["The local stack trial runs: http://127.0.0.1:1"]


@pytest.fixture
def podman_lists(monkeypatch) -> Callable[..., list[list[str]]]:
    """Have podman list these containers, one list after another; returns what is removed."""

    def offer(*lists: list[str]) -> list[list[str]]:
        listed, removed = iter(lists), []
        monkeypatch.setattr(stack, "containers_of", lambda _: [{"Names": [name]} for name in next(listed)])
        monkeypatch.setattr(stack, "remove_containers", removed.append)
        monkeypatch.setattr(stack, "remove_network", lambda _: None)
        monkeypatch.setattr(stack, "succeeds", lambda *_: False)
        return removed

    return offer


def test_container_that_was_being_started_is_removed_too(podman_lists) -> None:
    removed = podman_lists(["a"], ["late"], [])
    assert stack.remove(TRIAL) == "0 process(es), 2 container(s), 0 network(s)"
    assert removed == [["a"], ["late"], []]


def test_podman_that_is_still_busy_is_waited_for(podman_lists, monkeypatch) -> None:
    removed = podman_lists([], ["late"], [])
    busy = iter([[7], [7], []])
    monkeypatch.setattr(stack, "processes", lambda _: [6])
    monkeypatch.setattr(stack, "group", lambda leader: next(busy))
    monkeypatch.setattr(stack, "end", lambda _: None)
    assert stack.remove(TRIAL) == "1 process(es), 1 container(s), 0 network(s)"
    assert removed == [[], ["late"], []]


def test_podman_that_never_ends_is_killed_and_said(podman_lists, monkeypatch) -> None:
    podman_lists([])
    killed: list[int] = []
    monkeypatch.setattr(stack, "REMOVAL_TIMEOUT", -1)
    monkeypatch.setattr(stack, "processes", lambda _: [6])
    monkeypatch.setattr(stack, "group", lambda leader: [leader + 1])
    monkeypatch.setattr(stack, "end", lambda _: None)
    monkeypatch.setattr(stack, "end_group", killed.append)
    with pytest.raises(StackError, match="of trial were being started for"):
        stack.remove(TRIAL)
    assert killed == [6]


def test_ssh_masters_end_with_the_hosts(podman_lists, monkeypatch) -> None:
    podman_lists([])
    ended: list[int] = []
    monkeypatch.setattr(stack, "ssh_masters", {"10.62.0.1": [7, 8]}.__getitem__)
    monkeypatch.setattr(stack, "end", ended.append)
    assert stack.remove(TRIAL).startswith("2 process(es)")
    assert ended == [7, 8]


@pytest.mark.parametrize("trouble", [StackError("no answer"), KeyboardInterrupt()])
def test_start_that_fails_or_is_interrupted_leaves_no_process(tmp_path, monkeypatch, trouble: BaseException) -> None:
    def fail(_profile: Profile, process: object) -> None:
        started.append(process)
        raise trouble

    started: list = []
    removed: list[str] = []
    monkeypatch.setattr(profiles, "STATE", tmp_path)
    monkeypatch.setattr(stack, "_await", fail)
    monkeypatch.setattr(stack, "remove_network", removed.append)
    endpoint = tmp_path / "endpoint"
    endpoint.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    endpoint.chmod(0o700)
    monkeypatch.setattr(stack.sys, "executable", str(endpoint))
    TRIAL.state.mkdir()
    with pytest.raises(type(trouble)):
        stack._start(TRIAL)
    assert started[0].wait(1) == -signal.SIGTERM
    assert removed == ["launch-trial"]
