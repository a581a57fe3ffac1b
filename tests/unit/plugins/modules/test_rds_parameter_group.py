# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group import job
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.plan import wanted_values
from tests.support.aws_world import GROUP, World


@pytest.fixture(name="world")
def fixture_world():
    return World()


def value(world, name):
    return world.rds.groups["launch-pg-main"]["parameters"][name]["ParameterValue"]


def test_people_s_units_become_rds_s(world):
    world.run("rds_parameter_group", {**GROUP, "parameters": {"shared_buffers": "1GB", "work_mem": "4MB", "log_min_duration_statement": "1s"}})
    assert [value(world, name) for name in ("shared_buffers", "work_mem", "log_min_duration_statement")] == ["131072", "4096", "1000"]


def test_each_parameter_is_sent_with_the_method_of_its_type(world):
    world.run("rds_parameter_group", GROUP)
    sent = {raw["ParameterName"]: raw["ApplyMethod"] for call in world.aws.params("ModifyDBParameterGroup") for raw in call["Parameters"]}
    assert sent == {"shared_buffers": "pending-reboot", "work_mem": "immediate"}


def test_a_reset_names_its_parameters(world):
    world.set_up("rds_parameter_group", GROUP)
    outcome = world.run("rds_parameter_group", {**GROUP, "parameters": {"shared_buffers": "1GB"}, "purge_parameters": True})
    assert outcome["parameter_group"]["parameters"] == {"shared_buffers": "131072"}
    assert world.aws.params("ResetDBParameterGroup")[0]["ResetAllParameters"] is False


def test_the_result_tells_what_is_set_and_where_it_waits(world):
    world.with_instance()
    outcome = world.run("rds_parameter_group", {**GROUP, "parameters": {"shared_buffers": "2GB"}})
    assert outcome["parameter_group"]["instances"] == {"launch-db-main": "pending-reboot"}
    assert [change["path"] for change in outcome["pending"]] == ["instances.launch-db-main"]


def test_a_group_in_use_is_not_deleted(world):
    world.with_instance()
    outcome = world.run("rds_parameter_group", {"name": GROUP["name"], "state": "absent"})
    assert "it is used by launch-db-main" in outcome["msg"]
    assert world.aws.writes == []


BAD = [
    ("unknown parameter", {"parameters": {"shared_bufers": "1GB"}}, "parameters.shared_bufers", "1GB", "Did you mean shared_buffers?"),
    ("outside its range", {"parameters": {"work_mem": "32kB"}}, "parameters.work_mem", "32kB", "from 64 (kB)"),
    ("unit of another kind", {"parameters": {"work_mem": "5min"}}, "parameters.work_mem", "5min", "Use B, kB, MB, GB, TB"),
    ("unit where there is none", {"parameters": {"max_connections": "1GB"}}, "parameters.max_connections", "1GB", "a number alone"),
    ("no whole block", {"parameters": {"shared_buffers": "9kB"}}, "parameters.shared_buffers", "9kB", "whole number of 8kB"),
    ("the whole memory", {"parameters": {"shared_buffers": "4GB"}, "instance_class": "db.t4g.medium"}, "parameters.shared_buffers",
     "4GB (524288 x 8kB)", "at most 3686MB"),
    ("malformed name", {"name": "launch--pg"}, "name", "launch--pg", "single hyphens"),
    ("malformed class", {"instance_class": "medium"}, "instance_class", "medium", "db.t4g.medium"),
    ("unknown class", {"instance_class": "db.t4g.giant"}, "instance_class", "db.t4g.giant", "db.t4g.medium"),
]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("args", "option", "bad", "remedy"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_one_error_and_changes_nothing(world, args, option, bad, remedy, check):
    outcome = world.run("rds_parameter_group", {**GROUP, **args}, check)
    assert outcome["failed"]
    assert (outcome["option"], outcome["value"]) == (option, bad)
    assert remedy in outcome["msg"]
    assert world.aws.writes == []


def test_several_bad_values_are_told_together(world):
    outcome = world.run("rds_parameter_group", {**GROUP, "parameters": {"work_mem": "1kB", "nonsense": 1, "autovacuum": "perhaps"}})
    assert [error["option"] for error in outcome["errors"]] == ["parameters.autovacuum", "parameters.nonsense", "parameters.work_mem"]
    assert world.aws.writes == []


def test_the_seed_s_values_on_the_seed_s_class_are_refused_with_the_arithmetic(world):
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.t4g.medium", "parameters": {
        "shared_buffers": "4GB", "effective_cache_size": "12GB", "maintenance_work_mem": "1GB"}})
    assert "524288 x 8kB is 4096 MiB, 100 % of the 4096 MiB of db.t4g.medium" in outcome["msg"]


def test_the_seed_s_values_fit_the_production_class(world):
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.r6g.xlarge", "parameters": {
        "shared_buffers": "4GB", "effective_cache_size": "12GB", "maintenance_work_mem": "1GB"}})
    assert outcome["changed"] is True
    assert "warnings" not in outcome


def test_values_are_checked_and_converted_once(world, monkeypatch):
    seen = []
    monkeypatch.setattr(job, "wanted_values", lambda *arguments: seen.append(arguments) or wanted_values(*arguments))
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.r6g.xlarge"})
    assert (outcome["changed"], len(seen)) == (True, 1)


@pytest.mark.parametrize("check", [True, False])
def test_values_for_a_class_that_is_only_wanted_are_refused(world, check):
    world.with_instance()
    larger = {**GROUP, "instance_class": "db.r6g.xlarge", "parameters": {"shared_buffers": "16GB"}}
    outcome = world.run("rds_parameter_group", larger, check)
    assert "4096 MiB of db.t4g.medium, the class that launch-db-main has now" in outcome["msg"]
    assert "change the class first" in outcome["remedy"]
    assert world.aws.writes == []
    world.instance["DBInstanceClass"] = "db.r6g.xlarge"
    assert world.run("rds_parameter_group", larger, check)["changed"] is True


def test_values_that_fit_are_taken_by_an_instance_that_does_not_start(world):
    world.with_instance()
    world.rds.groups["launch-pg-main"]["parameters"]["shared_buffers"].update(ParameterValue="2097152", Source="user")
    world.instance["DBInstanceStatus"] = "incompatible-parameters"
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.t4g.medium"})
    assert [change["path"] for change in outcome["plan"]] == ["parameters.shared_buffers"]


def test_a_running_class_that_ec2_does_not_know_is_let_through(world):
    world.with_instance().instance["DBInstanceClass"] = "db.x9.large"
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.t4g.medium", "parameters": {"work_mem": "8MB"}})
    assert outcome["changed"] is True


def test_a_hint_that_can_not_be_meant_is_warned_of(world):
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.t4g.medium", "parameters": {"effective_cache_size": "12GB"}})
    assert [warning for warning in outcome["warnings"] if "effective_cache_size" in str(warning)]


def test_the_family_has_to_exist(world):
    outcome = world.run("rds_parameter_group", {**GROUP, "family": "postgres99"}, check=True)
    assert outcome["failed"]
    assert "postgres99" in outcome["msg"]


def test_a_new_group_needs_a_family(world):
    outcome = world.run("rds_parameter_group", {"name": "launch-pg-main"})
    assert "family" in outcome["msg"]


def test_a_name_that_is_none_is_answered_with_the_nearest_although_only_some_are_read(world):
    world.set_up("rds_parameter_group", GROUP)
    outcome = world.run("rds_parameter_group", {**GROUP, "parameters": {"effective_cache_sise": "1GB"}})
    assert (outcome["option"], outcome["remedy"]) == ("parameters.effective_cache_sise", "Did you mean effective_cache_size?")


def test_what_the_group_holds_is_checked_for_the_class_although_nobody_names_it(world):
    world.set_up("rds_parameter_group", GROUP)
    world.rds.groups["launch-pg-main"]["parameters"]["shared_buffers"].update(ParameterValue="2097152", Source="system")
    outcome = world.run("rds_parameter_group", {**GROUP, "instance_class": "db.t4g.medium", "parameters": {"work_mem": "8MB"}})
    assert outcome["option"] == "parameters.shared_buffers"


def test_a_parameter_that_somebody_set_and_nobody_names_is_found(world):
    world.set_up("rds_parameter_group", GROUP)
    world.rds.groups["launch-pg-main"]["parameters"]["spare_29"].update(ParameterValue="7", Source="user")
    outcome = world.run("rds_parameter_group", {**GROUP, "purge_parameters": True}, check=True)
    assert [change["path"] for change in outcome["plan"]] == ["parameters.spare_29"]
