# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint's HTTP side: moto's application on loopback, and a probe that says which profile answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local.profiles import HEALTH_PATH, HOST, Profile


class QuietHandler(MotoRequestHandler):
    """Logs requests (never their content), but not the probe's."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path != HEALTH_PATH:
            super().log_request(code, size)


def bind(profile: Profile) -> BaseWSGIServer:
    """Return a server that listens; ``serve_forever`` answers.

    Raises OSError, SystemExit: the port is taken.
    """
    application = _with_probe(DomainDispatcherApplication(create_backend_app), profile)
    return make_server(HOST, profile.port, application, threaded=True, request_handler=QuietHandler)


def _with_probe(application: Callable[..., Iterable[bytes]], profile: Profile) -> Callable[..., Iterable[bytes]]:
    answer = json.dumps({"profile": profile.name, "state": str(profile.state)}).encode()

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != HEALTH_PATH:
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [answer]

    return wrapped
