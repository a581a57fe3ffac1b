# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the values of a DB parameter group to the settings of the server behind an instance."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from local.endpoint.classes import find
from local.endpoint.formulas import evaluate

LOG = logging.getLogger(__name__)

# blocks; memory is only taken when it is used, but two instances of a large class must fit one machine
LARGEST_SHARED_BUFFERS = 4 * 1024**3 // 8192


def effective(values: Mapping[str, str], members: Mapping, port: int) -> dict[str, str]:
    """Return a group's values with its formulas evaluated for an instance's class, storage and port."""
    variables = find(members["DBInstanceClass"]).variables(members["AllocatedStorage"], port)
    return {name: evaluate(value, variables) for name, value in values.items()}


def for_server(values: Mapping[str, str]) -> dict[str, str]:
    """Return what PostgreSQL itself is given: RDS's own parameters turned into settings, memory within bounds."""
    settings = {name: value for name, value in values.items() if not name.startswith("rds.")}
    if values.get("rds.logical_replication") == "1":
        settings["wal_level"] = "logical"
    if int(settings["shared_buffers"]) > LARGEST_SHARED_BUFFERS:
        LOG.warning(
            "shared_buffers %s is given to the server as %s blocks", settings["shared_buffers"], LARGEST_SHARED_BUFFERS
        )
        settings["shared_buffers"] = str(LARGEST_SHARED_BUFFERS)
    return settings


def forces_ssl(values: Mapping[str, str]) -> bool:
    """Return whether connections without TLS are refused."""
    return values.get("rds.force_ssl") != "0"
