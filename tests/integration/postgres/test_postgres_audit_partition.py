# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

PARTITIONS = "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.relname = 'audit_log'"


def test_missing_months_are_made_and_named(launch):
    (before,) = launch.rows(PARTITIONS)[0]
    planned = launch.run("postgres_audit_partition", check=True, months_ahead=before + 2)
    outcome = launch.run("postgres_audit_partition", months_ahead=before + 2)
    assert outcome["created"] == [change["path"] for change in planned["plan"]] == [change["path"] for change in outcome["plan"]]
    assert len(outcome["created"]) == 3
    assert len(outcome["partitions"]) == before + 3 == launch.rows(PARTITIONS)[0][0]
    year, month = outcome["created"][-1].removeprefix("audit_log_y").split("m")
    beyond = int(year) * 12 + int(month)
    assert outcome["horizon"] == f"{beyond // 12:04d}-{beyond % 12 + 1:02d}-01T00:00:00+00:00"


def test_fewer_months_than_there_are_change_nothing(launch):
    assert launch.run("postgres_audit_partition", months_ahead=1)["changed"] is False


def test_a_number_out_of_range_is_refused(launch):
    outcome = launch.run("postgres_audit_partition", months_ahead=121)
    assert outcome["failed"] and (outcome["option"], outcome["value"]) == ("months_ahead", 121)


def test_before_the_migrations_check_mode_plans_every_month(launch, target):
    outcome = target.run("postgres_audit_partition", check=True, names=launch.names, months_ahead=3)
    assert len(outcome["plan"]) == 4 and outcome["horizon"] is None
