# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs in Python have in common: lines in, lines out, and the steps of a transaction."""

from __future__ import annotations

import datetime
import importlib.util
import json
import pathlib
import re
import sys
import types
import typing as t

EXAMPLES = pathlib.Path(__file__).resolve().parents[4] / "examples"
Request = dict[str, t.Any]
Rows = list[list[t.Any]]


class ApplicationError(Exception):
    """What an application raises by itself."""


class Adapter(t.Protocol):
    """What differs between drivers. A connection is whatever the example hands to the work of a transaction."""

    def run(self, request: Request, make_token: t.Callable[[], str], work: t.Callable[[t.Any], t.Any]) -> t.Any: ...

    def query(self, connection: t.Any, sql: str, values: list[t.Any]) -> Rows: ...

    def savepoint(self, connection: t.Any) -> t.ContextManager[t.Any]: ...

    def bare(self, sql: str) -> Rows: ...

    def pages(self, make_token: t.Callable[[], str], size: int) -> t.Iterable[str]: ...

    def bulk(self, connection: t.Any, names: list[str]) -> None: ...


def example(name: str, file: str = "tenancy.py") -> types.ModuleType:
    """A module of a folder of examples, which are in no package."""
    spec = importlib.util.spec_from_file_location(f"{name}_{file[:-3]}", EXAMPLES / name / file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def serve(opened: t.Callable[[Request], Adapter]) -> None:
    """Answer requests until there are no more."""
    adapter = opened(json.loads(sys.stdin.readline()))
    tell({"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        count = Count()
        try:
            answer = answered(adapter, request, count)
        except Exception as error:  # whatever it is, the test wants to see it
            answer = {"error": described(error)}
        tell(answer | {"attempts": count.attempts})


class Count:
    """How often the work of a transaction was begun."""

    attempts = 0


def answered(adapter: t.Any, request: Request, count: Count) -> dict[str, t.Any]:
    tokens = list(request.get("tokens", ()))

    def make_token() -> str:
        return tokens.pop(0) if len(tokens) > 1 else tokens[0]

    def steps(connection: t.Any) -> list[t.Any]:
        count.attempts += 1
        return done(adapter, connection, request["steps"], count.attempts)

    match request["do"]:
        case "run":
            return {"rows": adapter.run(request, make_token, steps)}
        case "bare":
            return {"rows": adapter.bare(request["sql"])}
        case "pages":
            return {"names": list(adapter.pages(make_token, request["size"]))}
        case "bulk":
            names = request["names"]
            return {"count": adapter.run(request, make_token, lambda connection: adapter.bulk(connection, names) or len(names))}
        case other:
            return getattr(adapter, other)(request, make_token)


def done(adapter: Adapter, connection: t.Any, steps: list[Request], attempt: int) -> list[t.Any]:
    """The rows of each query, one after another."""
    found: list[t.Any] = []
    for step in steps:
        match step:
            case {"sql": sql}:
                found.append(adapter.query(connection, sql, step.get("values", [])))
            case {"savepoint": inner}:
                try:
                    with adapter.savepoint(connection):
                        found += done(adapter, connection, inner, attempt)
                except Exception as error:
                    found.append(described(error))
            case {"swallow": sql}:
                try:
                    adapter.query(connection, sql, [])
                except Exception as error:
                    found.append(described(error))
            case {"fail": _}:
                raise ApplicationError("asked to fail")
            case {"ask": what}:
                if attempt <= step.get("until", attempt):
                    tell({"ask": what})
                    sys.stdin.readline()
    return found


def described(error: BaseException) -> dict[str, t.Any]:
    """The driver's error is behind SQLAlchemy's, and Django's."""
    inner: t.Any = getattr(error, "orig", None) or (error.__cause__ if error.__cause__ and not getattr(error, "sqlstate", None) else error)
    constraint = getattr(getattr(inner, "diag", inner), "constraint_name", None)
    return {"kind": type(error).__name__, "sqlstate": getattr(inner, "sqlstate", None), "constraint": constraint, "text": str(error)}


def tell(answer: dict[str, t.Any]) -> None:
    print(json.dumps(answer, default=as_text), flush=True)


def as_text(value: t.Any) -> str:
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)


def percent(sql: str) -> str:
    """With psycopg's placeholders."""
    return re.sub(r"\$\d+", "%s", sql)
