# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint's HTTP side: moto's application on loopback, a probe that says which profile answers, and a log of calls."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local.profiles import HEALTH_PATH, HOST, Profile

LOG = logging.getLogger(__name__)
# As in "Credential=KEY/20260101/us-west-2/rds/aws4_request".
SIGNED_FOR = re.compile(r"Credential=[^/]*/\d+/[^/]*/([^/]+)/aws4_request")

Application = Callable[..., Iterable[bytes]]


class QuietHandler(MotoRequestHandler):
    """Logs requests (never their content), but not the probe's."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path != HEALTH_PATH:
            super().log_request(code, size)


def bind(profile: Profile) -> BaseWSGIServer:
    """Return a server that listens; ``serve_forever`` answers.

    Raises OSError, SystemExit: the port is taken.
    """
    application = _with_probe(_with_log(DomainDispatcherApplication(create_backend_app)), profile)
    return make_server(HOST, profile.port, application, threaded=True, request_handler=QuietHandler)


def call_of(environ: dict[str, Any]) -> str | None:
    """Return service and action of a request, such as ``rds.DescribeDBInstances``; None where it names none.

    The request's body can be read again afterwards.
    """
    service = SIGNED_FOR.search(environ.get("HTTP_AUTHORIZATION", ""))
    action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or _action(environ)
    return f"{service[1]}.{action}" if service and action else None


def _action(environ: dict[str, Any]) -> str:
    """Return the action that the body of a request in AWS's query protocol names."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]


def _with_log(application: Application) -> Application:
    """Write down which call it was, of which the line of the request says nothing; never with what."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if called := call_of(environ):
            LOG.info("call %s", called)
        return application(environ, start_response)

    return wrapped


def _with_probe(application: Application, profile: Profile) -> Application:
    answer = json.dumps({"profile": profile.name, "state": str(profile.state)}).encode()

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != HEALTH_PATH:
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]

    return wrapped
