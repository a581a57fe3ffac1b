# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An endpoint that says whose account it is, and nothing else."""
from __future__ import annotations

import dataclasses
import http.server
import threading
import typing as t

import pytest

ACCOUNT = "597088015766"
ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::{0}:root</Arn>'
    "<UserId>{0}</UserId><Account>{0}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
REFUSAL = (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code>'
    "<Message>The security token included in the request is expired</Message></Error></ErrorResponse>"
)


@dataclasses.dataclass
class Endpoint:
    """Where it is, and how often it was asked.

    :arg refuses: whether it takes no credentials.
    """

    url: str = ""
    asked: int = 0
    refuses: bool = False


@pytest.fixture
def endpoint() -> t.Iterator[Endpoint]:
    """An endpoint of this test alone."""
    state = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            body = (REFUSAL if state.refuses else ANSWER.format(ACCOUNT)).encode()
            self.send_response(403 if state.refuses else 200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: t.Any) -> None:
            """Nobody reads it."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield state
        server.shutdown()
        thread.join()
