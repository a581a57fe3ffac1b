# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/asyncpg."""

from __future__ import annotations

import asyncio
import contextlib
import typing as t

import asyncpg
from serve import Adapter, Request, Rows, example, serve

tenancy = example("asyncpg")


class Asyncpg(Adapter):
    """The steps of a transaction are not async: each runs in a thread, and its queries in the loop of the pool."""

    def __init__(self, config: Request) -> None:
        self.loop = asyncio.new_event_loop()
        self.pools = {profile: self.loop.run_until_complete(self.opened(config, login)) for profile, login in config["logins"].items()}

    async def opened(self, config: Request, login: dict[str, str]) -> asyncpg.Pool:
        hosts = ",".join(f"{host}:{port}" for host, port in zip(config["addresses"], config["ports"]))
        dsn = f"postgresql://{login['user']}@{hosts}/{config['database']}?sslmode=verify-full&sslrootcert={config['ca']}"
        return await tenancy.open_pool(dsn, login["password"], min_size=2, max_size=4)

    def run(self, request: Request, make_token: t.Callable[[], str], work: t.Callable[[t.Any], t.Any]) -> t.Any:
        options = {"isolation": "serializable" if request["serializable"] else None, "readonly": request["read_only"]}

        async def in_thread(connection: asyncpg.Connection) -> t.Any:
            return await asyncio.to_thread(work, connection)

        pool = self.pools[request["profile"]]
        return self.loop.run_until_complete(
            tenancy.run(pool, make_token, in_thread, request["repeatable"], request["attempts"], **options)
        )

    def wait(self, coroutine: t.Coroutine[t.Any, t.Any, t.Any]) -> t.Any:
        """From a thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def query(self, connection: asyncpg.Connection, sql: str, values: list[t.Any]) -> Rows:
        return [list(row) for row in self.wait(connection.fetch(sql, *values))]

    @contextlib.contextmanager
    def savepoint(self, connection: asyncpg.Connection) -> t.Iterator[None]:
        nested = connection.transaction()
        self.wait(nested.start())
        try:
            yield
        except BaseException:
            self.wait(nested.rollback())
            raise
        self.wait(nested.commit())

    def bare(self, sql: str) -> Rows:
        return [list(row) for row in self.loop.run_until_complete(self.pools["write"].fetch(sql))]

    def pages(self, make_token: t.Callable[[], str], size: int) -> t.Iterable[str]:
        async def names() -> list[str]:
            return [row["name"] async for row in tenancy.projects(self.pools["write"], make_token, size)]

        return self.loop.run_until_complete(names())

    def bulk(self, connection: asyncpg.Connection, names: list[str]) -> None:
        self.wait(tenancy.add_projects(connection, names))


serve(Asyncpg)
