# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS in memory, behind real boto3 clients: botocore checks every argument before it comes here.

What moto accepts and AWS refuses is refused here; time is a clock that only ``sleep`` moves.
"""
from __future__ import annotations

import heapq
import itertools
import typing as t

import boto3

READS = ("Describe", "List", "Get")


class Killed(BaseException):
    """The run ends here, as by a signal: nothing catches it."""


class Refused(Exception):
    """AWS says no."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


class Clock:
    """Stands in for the module ``time``."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._events: list[tuple[float, int, t.Callable[[], None]]] = []
        self._order = itertools.count()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._events and self._events[0][0] <= until:
            self.now, _order, event = heapq.heappop(self._events)
            event()
        self.now = until

    def after(self, seconds: float, event: t.Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._order), event))


class FakeAws:
    """Services that answer calls, a list of the calls, and a way to be killed at one.

    :arg services: by boto3's name, objects with a method for each operation that they know.
    """

    def __init__(self, clock: Clock, services: dict[str, t.Any]) -> None:
        self.clock, self.services = clock, services
        self.calls: list[tuple[str, dict[str, t.Any]]] = []
        self.kill_at: int | None = None
        self.kill_before = True

    @property
    def writes(self) -> list[str]:
        return [name for name, _params in self.calls if not name.startswith(READS)]

    def params(self, operation: str) -> list[dict[str, t.Any]]:
        """The arguments of every call of an operation."""
        return [params for name, params in self.calls if name == operation]

    def client(self, service: str) -> t.Any:
        client = boto3.client(service, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="y")
        client.meta.events.register("before-parameter-build.*.*", self._remember)
        client.meta.events.register("before-call.*.*", self._answer)
        return client

    @staticmethod
    def _remember(params, model, context, **_kwargs) -> None:
        context["launch_params"] = params

    def _answer(self, model, context, **_kwargs):
        params = context["launch_params"]
        service = self.services[model.service_model.service_name]
        self.calls.append((model.name, params))
        write = not model.name.startswith(READS)
        self._die(write and self.kill_before)
        try:
            answer = getattr(service, model.name)(**params)
        except Refused as refusal:
            return _Status(400), {"Error": {"Code": refusal.code, "Message": refusal.message}, "ResponseMetadata": {}}
        self._die(write and not self.kill_before)
        return _Status(200), {**(answer or {}), "ResponseMetadata": {}}

    def _die(self, possible: bool) -> None:
        if possible and self.kill_at is not None and len(self.writes) == self.kill_at:
            raise Killed


class _Status:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
