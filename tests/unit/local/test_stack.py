# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose endpoint answers, and which processes are ours."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import locks, stack
from local.errors import StackError
from local.profiles import Profile


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
    monkeypatch.setattr(stack, "_remove", lambda _: pytest.fail("removed"))
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
