# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import Parameter
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.value import same, to_rds
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

BLOCKS = Parameter("shared_buffers", data_type="integer", allowed="16-1073741823", description="(8kB) Buffers.")
SIGNED = Parameter("wal_buffers", data_type="integer", allowed="-1-262143", description="(8kB) Buffers.")
COUNT = Parameter("max_connections", data_type="integer", allowed="6-8388607")
COST = Parameter("random_page_cost", data_type="float", allowed="0-1.79769e+308")
SWITCH = Parameter("autovacuum", data_type="boolean", allowed="0,1")
WORD_SWITCH = Parameter("log_statement_stats", data_type="boolean", allowed="on,off")
LEVEL = Parameter("synchronous_commit", data_type="string", allowed="local,on,off")
LIBRARIES = Parameter("shared_preload_libraries", data_type="list", allowed="pgaudit,pg_cron,pg_stat_statements")
FREE = Parameter("search_path", data_type="string")

VALUES = [
    (BLOCKS, "4GB", "524288"),
    (BLOCKS, 524288, "524288"),
    (BLOCKS, "{DBInstanceClassMemory/32768}", "{DBInstanceClassMemory/32768}"),
    (SIGNED, -1, "-1"),
    (SIGNED, "16MB", "2048"),
    (COST, 1.1, "1.1"),
    (COST, "1.10", "1.10"),
    (SWITCH, True, "1"),
    (SWITCH, "on", "1"),
    (SWITCH, "no", "0"),
    (WORD_SWITCH, True, "on"),
    (WORD_SWITCH, "0", "off"),
    (LEVEL, False, "off"),
    (LEVEL, "local", "local"),
    (LIBRARIES, ["pgaudit", "pg_cron"], "pgaudit,pg_cron"),
    (FREE, "app, public", "app, public"),
]


@pytest.mark.parametrize(("parameter", "value", "expected"), VALUES)
def test_to_rds(parameter, value, expected):
    assert to_rds(parameter, value) == expected


REFUSALS = [
    (BLOCKS, 15, "from 16 (8kB) to 1073741823 (8kB)"),
    (BLOCKS, "16TB", "from 16 (8kB)"),
    (SIGNED, -2, "from -1"),
    (COUNT, "many", "a number"),
    (COUNT, "nan", "a number"),
    (COUNT, 7.5, "whole number"),
    (COUNT, "1GB", "has no unit"),
    (COST, -0.1, "from 0 to"),
    (SWITCH, "perhaps", "not one of 0, 1"),
    (LEVEL, "remote", "not one of local, on, off"),
    (LIBRARIES, ["pgaudit", "timescaledb"], "'timescaledb' is not one of"),
    (FREE, {"a": 1}, "a number, a text or a list"),
]


@pytest.mark.parametrize(("parameter", "value", "problem"), REFUSALS)
def test_a_value_that_rds_would_refuse_is_refused_here(parameter, value, problem):
    with pytest.raises(LaunchError) as caught:
        to_rds(parameter, value)
    assert problem in caught.value.problem
    assert caught.value.option == f"parameters.{parameter.name}"
    assert caught.value.remedy


SAME = [
    (COST, "1.1", "1.10", True),
    (COST, "1.1", "1.11", False),
    (COST, "1e1", "10", True),
    (SWITCH, "1", "on", True),
    (SWITCH, "1", "0", False),
    (LEVEL, "on", "1", True),
    (LIBRARIES, "a,b", "b, a", True),
    (LIBRARIES, "a,b", "a", False),
    (BLOCKS, "{DBInstanceClassMemory/32768}", "{DBInstanceClassMemory / 32768}", True),
    (BLOCKS, "{DBInstanceClassMemory/32768}", "131072", False),
    (FREE, "a,b", "b,a", False),
    (FREE, "on", "1", False),
    (FREE, None, "", False),
]


@pytest.mark.parametrize(("parameter", "one", "other", "expected"), SAME)
def test_same(parameter, one, other, expected):
    assert same(parameter, one, other) is expected
