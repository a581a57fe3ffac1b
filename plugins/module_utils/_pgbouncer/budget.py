# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many connections a fleet of PgBouncer hosts may open to one server: pure arithmetic.

The order of PgBouncer's limits is that of launch_new_connection() in its src/objects.c: the pool's size, then its
reserve, then the limit per database, then the limit per user over all databases. A limit of 0 is none.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import math
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# Beside the connections: log, sockets, DNS, the console.
_OTHER_DESCRIPTORS = 100


@dataclasses.dataclass(frozen=True)
class Database:
    """One pooled database; a pool in it belongs to one user."""

    name: str
    pool_size: int
    max_db_connections: int


@dataclasses.dataclass(frozen=True)
class Fleet:
    """What decides how many connections there can be.

    :arg hosts: pool hosts, one process each.
    :arg users: how many can log in; each gets a pool in each database.
    :arg server_max_connections: max_connections of the server.
    :arg server_reserved: of these, how many are never the pools': superuser's, the provider's, direct ones.
    :arg headroom_percent: of server_max_connections, left free for what nobody thought of.
    """

    hosts: int
    users: int
    databases: tuple[Database, ...]
    min_pool_size: int
    reserve_pool_size: int
    max_user_connections: int
    max_client_conn: int
    server_max_connections: int
    server_reserved: int
    headroom_percent: int


@dataclasses.dataclass(frozen=True)
class Login:
    """A login's share.

    :arg option: where its limit is said.
    :arg limit: connections it may have at a time; None for no limit.
    :arg pooled: whether it comes through the pools, or directly.
    """

    option: str
    name: str
    limit: int | None
    pooled: bool


def usable(fleet: Fleet) -> int:
    """The server's connections that all pools together may take."""
    headroom = math.ceil(fleet.server_max_connections * fleet.headroom_percent / 100)
    return max(0, fleet.server_max_connections - fleet.server_reserved - headroom)


def per_host(fleet: Fleet) -> int:
    """The most connections that one host can open to the server."""
    total = sum(_per_database(fleet, database) for database in fleet.databases)
    if fleet.max_user_connections:
        total = min(total, fleet.users * fleet.max_user_connections)
    return total


def per_user(fleet: Fleet) -> int:
    """The most connections that one host can open as one user."""
    pools = [
        _capped(database.pool_size + fleet.reserve_pool_size, database.max_db_connections) for database in fleet.databases
    ]
    return _capped(sum(pools), fleet.max_user_connections)


def _per_database(fleet: Fleet, database: Database) -> int:
    pool = _capped(database.pool_size + fleet.reserve_pool_size, fleet.max_user_connections)
    return _capped(fleet.users * pool, database.max_db_connections)


def _capped(count: int, limit: int) -> int:
    return min(count, limit) if limit else count


def file_descriptors(fleet: Fleet) -> int:
    """Open files a host needs: each connection may be held twice for a moment, while a query is cancelled."""
    return 2 * (fleet.max_client_conn + per_host(fleet)) + _OTHER_DESCRIPTORS


def check_budget(fleet: Fleet) -> list[LaunchError]:
    """Refuse a fleet that can take more than the server gives."""
    wanted, free = fleet.hosts * per_host(fleet), usable(fleet)
    if wanted <= free:
        return []
    return [LaunchError(
        f"the pools could open {fleet.hosts} hosts x {per_host(fleet)} connections = {wanted}, but of the server's "
        f"{fleet.server_max_connections} only {free} are theirs: {fleet.server_reserved} are reserved, "
        f"{fleet.headroom_percent} % stay free.",
        option="pgbouncer_max_db_connections",
        value=max(database.max_db_connections for database in fleet.databases),
        remedy=f"At most {free // fleet.hosts} for each host: lower the limits, or raise the server's max_connections.",
    )]


def check_logins(fleet: Fleet, logins: t.Sequence[Login]) -> list[LaunchError]:
    """Refuse a login whose limit the pools can exceed, and logins beside the pools that no connection is left for.

    :arg logins: all that there are, pooled or not.
    """
    return [error for login in logins if login.pooled for error in _too_few(fleet, login)] + _direct(fleet, logins)


def _too_few(fleet: Fleet, login: Login) -> list[LaunchError]:
    needed = fleet.hosts * per_user(fleet)
    if login.limit is None or login.limit >= needed:
        return []
    # To PgBouncer, 0 is no limit.
    lower = f", or lower pgbouncer_max_user_connections to {login.limit // fleet.hosts}" if login.limit >= fleet.hosts else ""
    return [LaunchError(
        f"the pools could open {fleet.hosts} hosts x {per_user(fleet)} connections = {needed} as {login.name}; the server would refuse all beyond "
        f"{login.limit}, and clients would see errors instead of waiting.",
        option=login.option, value=login.limit, remedy=f"Raise it to {needed} or more{lower}.",
    )]


def _direct(fleet: Fleet, logins: t.Sequence[Login]) -> list[LaunchError]:
    """A login without a limit that goes around the pools is left to the reserved connections."""
    direct = {login.name: login.limit for login in logins if not login.pooled and login.limit}
    pools, free = fleet.hosts * per_host(fleet), usable(fleet)
    together = pools + sum(direct.values())
    if not direct or pools > free or together <= free:
        return []
    named = ", ".join(f"{name} {limit}" for name, limit in direct.items())
    return [LaunchError(
        f"the pools could open {fleet.hosts} hosts x {per_host(fleet)} connections = {pools}, and the logins beside them {sum(direct.values())} "
        f"({named}), together {together}, but of the server's {fleet.server_max_connections} only {free} are free for that: "
        f"{fleet.server_reserved} are reserved, {fleet.headroom_percent} % stay free.",
        option=next(login.option for login in logins if login.name in direct), value=next(iter(direct.values())),
        remedy="Lower the limits of these logins or of the pools, or raise the server's max_connections.",
    )]


def check_reserve(fleet: Fleet) -> list[LaunchError]:
    """Refuse a reserve that a limit makes unreachable: the log would still say that it is being used."""
    return [
        error for database in fleet.databases
        for error in _dead_reserve(fleet, database)
    ]


def _dead_reserve(fleet: Fleet, database: Database) -> list[LaunchError]:
    wanted = database.pool_size + fleet.reserve_pool_size
    limits = [limit for limit in (database.max_db_connections, fleet.max_user_connections) if limit]
    if not fleet.reserve_pool_size or not limits or min(limits) >= wanted:
        return []
    reachable = max(0, min(limits) - database.pool_size)
    return [LaunchError(
        f"only {reachable} of the reserve can ever be used in database {database.name!r}: its pool of "
        f"{database.pool_size} and the reserve of {fleet.reserve_pool_size} are {wanted}, but the lower one of "
        f"pgbouncer_max_db_connections and pgbouncer_max_user_connections is {min(limits)}.",
        option="pgbouncer_reserve_pool_size",
        value=fleet.reserve_pool_size,
        remedy=f"Make both limits at least {wanted}, or pool and reserve together at most {min(limits)}.",
    )]


def check_minimum(fleet: Fleet) -> list[LaunchError]:
    """Refuse a minimum above the size: PgBouncer would open and close connections for ever."""
    smallest = min((database.pool_size for database in fleet.databases), default=fleet.min_pool_size)
    if fleet.min_pool_size <= smallest:
        return []
    return [LaunchError(
        f"that is more than the smallest pool, which holds {smallest}.",
        option="pgbouncer_min_pool_size",
        value=fleet.min_pool_size,
        remedy="Lower it to the pool's size or less.",
    )]


def check_descriptors(fleet: Fleet, limit: int) -> list[LaunchError]:
    """Refuse a limit on open files under which clients would hang instead of being refused."""
    needed = file_descriptors(fleet)
    if limit >= needed:
        return []
    return [LaunchError(
        f"{fleet.max_client_conn} clients and {per_host(fleet)} server connections need up to {needed} open files; "
        "with fewer, clients hang.",
        option="pgbouncer_limit_nofile",
        value=limit,
        remedy=f"Raise it to {needed} or more, or lower pgbouncer_max_client_conn.",
    )]
