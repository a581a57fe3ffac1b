# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a group's values to the server's settings."""

from __future__ import annotations

from local.endpoint import parameters

MEMBERS = {"DBInstanceClass": "db.t4g.medium", "AllocatedStorage": 400}


def test_formulas_follow_the_class() -> None:
    values = {"shared_buffers": "{DBInstanceClassMemory/32768}", "work_mem": "4096"}
    assert parameters.effective(values, MEMBERS, 5432) == {"shared_buffers": "131072", "work_mem": "4096"}
    larger = parameters.effective(values, MEMBERS | {"DBInstanceClass": "db.r6g.xlarge"}, 5432)
    assert larger["shared_buffers"] == "1048576"


def test_rds_parameters_become_settings() -> None:
    values = {"shared_buffers": "16", "rds.logical_replication": "1", "rds.force_ssl": "0"}
    assert parameters.for_server(values) == {"shared_buffers": "16", "wal_level": "logical"}


def test_memory_is_capped_at_four_gib() -> None:
    assert parameters.for_server({"shared_buffers": "524288"})["shared_buffers"] == "524288"
    assert parameters.for_server({"shared_buffers": "524289"})["shared_buffers"] == "524288"


def test_tls_is_forced_unless_switched_off() -> None:
    assert parameters.forces_ssl({}) is True
    assert parameters.forces_ssl({"rds.force_ssl": "0"}) is False
