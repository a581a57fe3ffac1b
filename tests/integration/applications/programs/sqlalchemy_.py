# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/sqlalchemy."""

from __future__ import annotations

import re
import typing as t

from serve import Adapter, Request, Rows, example, serve
from sqlalchemy import select, text
from sqlalchemy.orm import Session

tenancy = example("sqlalchemy")


class SqlAlchemy(Adapter):
    def __init__(self, config: Request) -> None:
        hosts = ",".join(config["hosts"])
        query = {"host": hosts, "hostaddr": ",".join(config["addresses"]), "port": ",".join(map(str, config["ports"]))}
        self.engines = {
            profile: tenancy.open_engine(None, config["database"], login["user"], login["password"], config["ca"], port=None, query=query)
            for profile, login in config["logins"].items()
        }

    def run(self, request: Request, make_token: t.Callable[[], str], work: t.Callable[[t.Any], t.Any]) -> t.Any:
        begin = {"isolation_level": "SERIALIZABLE"} if request["serializable"] else {}
        if request["read_only"]:
            begin["postgresql_readonly"] = True
        return tenancy.run(self.engines[request["profile"]], make_token, work, request["repeatable"], request["attempts"], **begin)

    def query(self, connection: Session, sql: str, values: list[t.Any]) -> Rows:
        named = {f"v{place}": value for place, value in enumerate(values, 1)}
        found = connection.execute(text(re.sub(r"\$(\d+)", r":v\1", sql)), named)
        return [list(row) for row in found] if found.returns_rows else []

    def savepoint(self, connection: Session) -> t.ContextManager[t.Any]:
        return connection.begin_nested()

    def bare(self, sql: str) -> Rows:
        with self.engines["write"].connect() as connection:
            return [list(row) for row in connection.execute(text(sql))]

    def pages(self, make_token: t.Callable[[], str], size: int) -> t.Iterable[str]:
        return (project.name for project in tenancy.projects(self.engines["write"], make_token, size))

    def bulk(self, connection: Session, names: list[str]) -> None:
        tenancy.add_projects(connection, names)

    def model(self, request: Request, make_token: t.Callable[[], str]) -> dict[str, t.Any]:
        engine, name = self.engines["write"], request["name"]

        def make(session: Session) -> dict[str, t.Any]:
            session.add(project := tenancy.Project(name=name))
            session.flush()
            return fields(project)

        def change(session: Session) -> dict[str, t.Any]:
            project = session.scalars(select(tenancy.Project).where(tenancy.Project.name == name)).one()
            project.is_active = False
            session.flush()
            return fields(project)

        return {"rows": [tenancy.run(engine, make_token, work) for work in (make, change)]}


def fields(project: t.Any) -> dict[str, t.Any]:
    return {column.name: getattr(project, column.name) for column in project.__table__.columns}


serve(SqlAlchemy)
