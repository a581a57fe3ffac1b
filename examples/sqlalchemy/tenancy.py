# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions of a tenant with SQLAlchemy 2 and psycopg 3. Copy it; docs/applications.md says why it is as it is."""
from __future__ import annotations

import datetime
import random
import time
import typing as t

import psycopg
from sqlalchemy import URL, Connection, Engine, FetchedValue, create_engine, event, insert, select, text, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

SET_CONTEXT = text("select app.set_context(:token)")
ATTEMPTS = 5
PAUSE = 0.05  # seconds; doubles with each attempt

MakeToken = t.Callable[[], str]
Result = t.TypeVar("Result")


def open_engine(host: str, database: str, user: str, password: str, ca_file: str, **options: t.Any) -> Engine:
    """An engine whose connections go to the pool, with its certificate verified. The password is hidden where the URL is printed."""
    query = {"sslmode": "verify-full", "sslrootcert": ca_file, **options.pop("query", {})}
    port = options.pop("port", 6432)
    return create_engine(URL.create("postgresql+psycopg", user, password, host, port, database, query), **options)


class MayBeCommitted(Exception):
    """The connection was lost while a transaction was being committed: nobody here knows whether it was."""


class TenantSession(Session):
    """A session each of whose transactions begins with a new token of a tenant."""

    def __init__(self, engine: Engine, make_token: MakeToken, **options: t.Any) -> None:
        super().__init__(engine, info={"make_token": make_token}, **options)


@event.listens_for(TenantSession, "after_begin")
def _set_context(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not connection.in_nested_transaction():
        connection.execute(SET_CONTEXT, {"token": session.info["make_token"]()})


@event.listens_for(TenantSession, "before_commit")
def _refuse_what_failed(session: Session) -> None:
    """PostgreSQL would take COMMIT for ROLLBACK, and say nothing."""
    session.flush()
    if session.connection().connection.driver_connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        raise psycopg.errors.InFailedSqlTransaction("a statement failed and its error was not passed on: nothing can be committed")


def run(
    engine: Engine,
    make_token: MakeToken,
    work: t.Callable[[Session], Result],
    repeatable: bool = False,
    attempts: int = ATTEMPTS,
    **begin: t.Any,
) -> Result:
    """Do work in a transaction, and all of it again, with a new token, where that is what helps.

    :arg repeatable: doing it twice is doing it once, so that it is repeated as well where it may have been committed.
    :arg begin: ``isolation_level="SERIALIZABLE"`` and ``postgresql_readonly=True``. They become words of BEGIN, so that nothing stays.
    Raises MayBeCommitted: the connection was lost during COMMIT.
    """
    for attempt in range(attempts):
        done = False
        try:
            # What is read is still there after the commit; reading it again would be another transaction.
            with TenantSession(engine.execution_options(**begin), make_token, expire_on_commit=False) as session, session.begin():
                session.connection()  # begins here, and not with the first query of work
                result = work(session)
                session.flush()
                done = True
            return result
        except DBAPIError as error:
            if done and is_lost(error) and not repeatable:
                raise MayBeCommitted from error
            if attempt + 1 == attempts or not (is_lost(error) or is_conflict(error)):
                raise
        time.sleep(random.uniform(0.5, 1) * PAUSE * 2**attempt)
    raise AssertionError("there is at least one attempt")


def is_conflict(error: DBAPIError) -> bool:
    """Another transaction was in the way; this one was rolled back."""
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def is_lost(error: DBAPIError) -> bool:
    """The connection is gone, or there was none to be had: no SQLSTATE, class 08, or what a server says that goes away."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # The second: at COMMIT the server's last word and the pool's own come together, which psycopg does not expect.
        return isinstance(error.orig, (psycopg.OperationalError, psycopg.InternalError))
    return state.startswith("08") or state in ("57P01", "57P02", "57P03")


class Base(DeclarativeBase):
    """All tables of the schema."""


class TenantTable(Base):
    """What every tenant's table has: the database fills it in, and refuses who writes it. `version` tells lost updates, too."""

    __abstract__ = True
    tenant_id: Mapped[str] = mapped_column(primary_key=True, server_default=FetchedValue())
    id: Mapped[str] = mapped_column(primary_key=True, server_default=FetchedValue())
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime.datetime] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())
    updated_by: Mapped[str] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())


class Project(TenantTable):
    """A project."""

    __tablename__ = "projects"
    __table_args__ = {"schema": "app"}
    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=FetchedValue())
    # eager_defaults: by RETURNING, also after an UPDATE.
    __mapper_args__ = {"eager_defaults": True, "version_id_col": TenantTable.version, "version_id_generator": False}


def projects(engine: Engine, make_token: MakeToken, size: int = 100) -> t.Iterator[Project]:
    """All projects of a tenant, page by page; each page is a transaction of its own and costs the same, however far it is."""
    key = Project.created_at, Project.id
    after: Project | None = None
    while True:
        page = select(Project).order_by(*key).limit(size)
        if after:
            page = page.where(tuple_(*key) > (after.created_at, after.id))
        rows = run(engine, make_token, lambda session: session.scalars(page).all(), repeatable=True)
        yield from rows
        if len(rows) < size:
            return
        after = rows[-1]


def add_projects(session: Session, names: t.Iterable[str]) -> None:
    """Many rows, in statements of a thousand rows each; COPY is refused for tenants' tables."""
    session.execute(insert(Project), [{"name": name} for name in names])
