# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets Manager on a port of its own, in the test's process, with a list of what it was asked."""
from __future__ import annotations

import contextlib
import json
import threading
import typing as t

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The calls are in the list."""


class SecretsManager:
    """A region's secrets.

    :arg url: of the endpoint.
    :arg calls: the operations that it was asked for, in order.
    """

    def __init__(self, url: str, calls: list[str]) -> None:
        self.url, self.calls = url, calls
        self._client = boto3.client("secretsmanager", **{
            "region_name": "us-west-2", "endpoint_url": url, "aws_access_key_id": "local", "aws_secret_access_key": "local-stack-only",
        })

    @property
    def source(self) -> dict[str, str]:
        """How tasks name it: as login_secret_source."""
        return {"region": "us-west-2", "endpoint_url": self.url, "access_key": "local", "secret_key": "local-stack-only"}

    def keep(self, name: str, content: t.Mapping[str, t.Any]) -> str:
        """Store a secret under a name, which is returned."""
        self._client.create_secret(Name=name, SecretString=json.dumps(content))
        return name

    def reads(self) -> int:
        """How many secrets were read since the last time that this was asked."""
        count = self.calls.count("GetSecretValue")
        self.calls.clear()
        return count


@contextlib.contextmanager
def running_secrets_manager() -> t.Iterator[SecretsManager]:
    """An account without any secret; it goes away at the end."""
    calls: list[str] = []
    server = make_server("127.0.0.1", 0, _listed(DomainDispatcherApplication(create_backend_app), calls), threaded=True, request_handler=_Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield SecretsManager(f"http://127.0.0.1:{server.server_port}", calls)
    finally:
        server.shutdown()
        server.server_close()


def _listed(application: t.Callable[..., t.Any], calls: list[str]) -> t.Callable[..., t.Any]:
    def wrapped(environ: dict[str, t.Any], start_response: t.Callable[..., t.Any]) -> t.Any:
        calls.append(environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2])
        return application(environ, start_response)

    return wrapped
