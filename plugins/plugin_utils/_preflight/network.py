# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may reach the pools and the database: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, twice

CLIENTS, CONTROLLERS, SUBNETS = "network_access_client_group_ids", "network_access_controller_cidrs", "network_access_subnet_ids"


# What an empty list would mean.
EMPTY = {CLIENTS: "no client could reach the pools", CONTROLLERS: "nobody could configure the pool hosts", SUBNETS: "nothing would have a place"}


def _somebody(settings: Settings) -> t.Iterator[LaunchError]:
    for option, who in EMPTY.items():
        if settings.get(option) == []:
            yield LaunchError(f"it is empty: {who}.", option=option, value=[], remedy="Name at least one.")


def _networks(settings: Settings) -> t.Iterator[LaunchError]:
    for index, network in settings.elements(CONTROLLERS):
        if not _is_network(network):
            yield LaunchError(
                "it is not a network.", option=f"{CONTROLLERS}[{index}]", value=network, remedy="Write it as in 10.0.0.0/16, without bits of a host.",
            )
        elif ipaddress.ip_network(network).prefixlen == 0:
            yield LaunchError(
                "it is the whole world, and no more than the controllers need ssh.", option=f"{CONTROLLERS}[{index}]", value=network,
                remedy="Name the networks that they are in.",
            )


def _is_network(text: str) -> bool:
    try:
        return bool(ipaddress.ip_network(text)) and "/" in text
    except ValueError:
        return False


def _apart(settings: Settings) -> t.Iterator[LaunchError]:
    for option in EMPTY:
        for value in twice(value for _index, value in settings.elements(option)):
            yield LaunchError("it is named more than once.", option=option, value=value, remedy="Name it once.")


def _ids(settings: Settings) -> t.Iterator[LaunchError]:
    for option in (CLIENTS, SUBNETS):
        for index, value in settings.elements(option):
            if not value.strip():
                yield LaunchError("it is empty.", option=f"{option}[{index}]", value=value, remedy="Write an id, or take the line out.")


CHECKS: tuple[Check, ...] = (_somebody, _networks, _ids, _apart)
