# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/psycopg."""

from __future__ import annotations

import typing as t

import psycopg
from serve import Adapter, Request, Rows, example, percent, serve

tenancy = example("psycopg")


class Psycopg(Adapter):
    def __init__(self, config: Request) -> None:
        self.pools = {
            profile: tenancy.open_pool(
                f"host={','.join(config['hosts'])} hostaddr={','.join(config['addresses'])} port={','.join(map(str, config['ports']))}"
                f" dbname={config['database']} user={login['user']} sslmode=verify-full sslrootcert={config['ca']}",
                login["password"], min_size=2, max_size=4, timeout=10,
            )
            for profile, login in config["logins"].items()
        }

    def run(self, request: Request, make_token: t.Callable[[], str], work: t.Callable[[t.Any], t.Any]) -> t.Any:
        begin = f"begin{' isolation level serializable' * request['serializable']}{' read only' * request['read_only']}"
        return tenancy.run(self.pools[request["profile"]], make_token, work, request["repeatable"], request["attempts"], begin)

    def query(self, connection: psycopg.Connection, sql: str, values: list[t.Any]) -> Rows:
        cursor = connection.execute(percent(sql), values)
        return [list(row) for row in cursor] if cursor.description else []

    def savepoint(self, connection: psycopg.Connection) -> t.ContextManager[t.Any]:
        return connection.transaction()

    def bare(self, sql: str) -> Rows:
        with self.pools["write"].connection() as connection:
            return self.query(connection, sql, [])

    def pages(self, make_token: t.Callable[[], str], size: int) -> t.Iterable[str]:
        return (name for _, _, name in tenancy.projects(self.pools["write"], make_token, size))

    def bulk(self, connection: psycopg.Connection, names: list[str]) -> None:
        tenancy.add_projects(connection, names)

    def single(self, request: Request, make_token: t.Callable[[], str]) -> dict[str, t.Any]:
        return {"rows": tenancy.in_two_round_trips(self.pools["write"], make_token(), percent(request["sql"]), *request["values"])}


serve(Psycopg)
