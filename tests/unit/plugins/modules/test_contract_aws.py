# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every AWS module promises: check mode reads, a second run does nothing, an interrupted run is finished by the next."""
from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from tests.support.aws_world import GROUP, INSTANCE, SECRET, World
from tests.support.fake_aws import READS, Killed
from tests.support.plans import given_to_apply, without

MANY = {f"spare_{number:02}": number for number in range(25)}


def another_password(world):
    """As a rotation leaves it: another password, and its verifier yet to be made by db_secret."""
    secret = world.secrets.secrets[SECRET["name"]]
    secret["versions"]["rotated"] = json.dumps({**world.content(), "password": "another-password-of-thirty-two-c"})
    secret["current"] = "rotated"
    world.set_up("db_secret", {"name": SECRET["name"]})


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One step of a resource's life.

    :arg before: brings a new world to where the step begins.
    :arg writes: the calls that the step makes, in order.
    :arg hidden: how many of the changes can be seen only when the others are made.
    """

    name: str
    module: str
    args: dict[str, t.Any]
    before: t.Callable[[World], t.Any]
    writes: tuple[str, ...]
    hidden: int = 0

    def begin(self) -> World:
        world = World()
        self.before(world)
        world.aws.calls.clear()
        return world


def after(*steps):
    """A world in which these modules ran."""
    return lambda world: [world.set_up(module, args) for module, args in steps]


def rotated(world):
    world.with_instance()
    another_password(world)


SCENARIOS = [
    Scenario("a new group", "rds_parameter_group", {**GROUP, "parameters": {**GROUP["parameters"], **MANY}}, after(),
             ("CreateDBParameterGroup", "ModifyDBParameterGroup", "ModifyDBParameterGroup")),
    Scenario("a changed group", "rds_parameter_group",
             {**GROUP, "parameters": {"work_mem": "8MB"}, "purge_parameters": True, "tags": {"a": "2"}, "purge_tags": True},
             after(("rds_parameter_group", GROUP)),
             ("ModifyDBParameterGroup", "ResetDBParameterGroup", "AddTagsToResource", "RemoveTagsFromResource")),
    Scenario("a group that goes", "rds_parameter_group", {"name": GROUP["name"], "state": "absent"}, after(("rds_parameter_group", GROUP)),
             ("DeleteDBParameterGroup",)),
    Scenario("a new secret", "db_secret", SECRET, after(), ("CreateSecret",)),
    Scenario("a changed secret", "db_secret",
             {**SECRET, "fields": {"host": "db.example.com", "port": "5432"}, "description": "Other", "tags": {"b": "1"}, "purge_tags": True},
             after(("db_secret", SECRET)), ("UpdateSecret", "PutSecretValue", "TagResource", "UntagResource")),
    Scenario("a secret that goes", "db_secret", {"name": SECRET["name"], "state": "absent"}, after(("db_secret", SECRET)), ("DeleteSecret",)),
    Scenario("a secret that comes back", "db_secret", {**SECRET, "fields": {"host": "db.example.com"}},
             after(("db_secret", SECRET), ("db_secret", {"name": SECRET["name"], "state": "absent"})), ("RestoreSecret", "PutSecretValue"), hidden=1),
    Scenario("a new instance", "rds_instance", INSTANCE, after(("rds_parameter_group", GROUP), ("db_secret", SECRET)), ("CreateDBInstance",)),
    Scenario("a changed instance", "rds_instance",
             {**INSTANCE, "instance_class": "db.r6g.xlarge", "allocated_storage": 500, "parameter_group": "launch-pg-new",
              "cloudwatch_logs_exports": ["postgresql"], "vpc_security_group_ids": ["sg-3"], "backup_window": "02:00-03:00",
              "apply_immediately": True, "reboot": "if_pending", "tags": {"a": "2"}, "purge_tags": True},
             World.with_instance, ("ModifyDBInstance", "AddTagsToResource", "RemoveTagsFromResource", "RebootDBInstance")),
    Scenario("an instance whose secret has another password", "rds_instance", INSTANCE, rotated, ("ModifyDBInstance", "AddTagsToResource")),
    Scenario("an instance that goes", "rds_instance",
             {"identifier": "launch-db-main", "state": "absent", "deletion_protection": False, "skip_final_snapshot": True, "allow_destructive": True},
             World.with_instance, ("ModifyDBInstance", "DeleteDBInstance")),
]
# These change nothing.
CHECKS = {"rds_blue_green_check"}
each = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
KILLS = [
    pytest.param(scenario, number, before, id=f"{scenario.name}, {'before' if before else 'after'} write {number}")
    for scenario in SCENARIOS
    for number in range(1, len(scenario.writes) + 1)
    for before in (True, False)
]


@each
def test_the_step_makes_these_calls(scenario):
    world = scenario.begin()
    outcome = world.run(scenario.module, scenario.args)
    assert outcome.get("msg") is None
    assert tuple(world.aws.writes) == scenario.writes


@each
def test_check_mode_makes_no_call_but_reads(scenario):
    world = scenario.begin()
    before = world.state()
    world.run(scenario.module, scenario.args, check=True)
    assert world.aws.calls
    assert [name for name, _params in world.aws.calls if not name.startswith(READS)] == []
    assert world.state() == before


@each
def test_check_mode_tells_what_a_run_does(scenario):
    world = scenario.begin()
    checked = world.run(scenario.module, scenario.args, check=True)
    done = world.run(scenario.module, scenario.args)
    seen = len(done["plan"]) - scenario.hidden
    assert (checked["changed"], checked["plan"]) == (done["changed"], done["plan"][:seen])
    assert checked["diff"]["after"].items() <= done["diff"]["after"].items()
    assert scenario.hidden or checked["diff"] == done["diff"]


@each
def test_a_second_run_plans_nothing_and_shows_no_difference(scenario):
    world = scenario.begin()
    world.run(scenario.module, scenario.args)
    world.aws.calls.clear()
    outcome = world.run(scenario.module, scenario.args)
    assert (outcome["changed"], outcome["plan"]) == (False, [])
    assert "diff" not in outcome
    assert world.aws.writes == []


@each
def test_a_difference_is_there_exactly_when_something_changes(scenario):
    outcome = scenario.begin().run(scenario.module, scenario.args)
    assert outcome["changed"] is True
    assert outcome["diff"]["before"] != outcome["diff"]["after"]
    assert set(outcome["diff"]["after"]) == {change["path"] for change in outcome["plan"]}


@each
def test_what_is_reported_is_what_is_handed_to_apply(scenario, monkeypatch):
    world = scenario.begin()
    handed = given_to_apply(scenario.module, monkeypatch)
    outcome = world.run(scenario.module, scenario.args)
    assert [change for plan in handed for change in plan.as_result()] == outcome["plan"]


@each
def test_an_empty_plan_is_carried_out_by_doing_nothing(scenario, monkeypatch):
    world = scenario.begin()
    given_to_apply(scenario.module, monkeypatch, lambda plan: dataclasses.replace(plan, changes=()))
    world.run(scenario.module, scenario.args)
    assert world.aws.writes == []


LEFT_OUT = [
    pytest.param(name, path, id=f"{name}, {path}")
    for name, paths in {
        "a new group": ("parameters.spare_07",),
        "a changed group": ("parameters.work_mem", "tags.a"),
        "a changed secret": ("fields.host", "fields.port", "description", "tags.b"),
        "a secret that comes back": ("fields.host",),
        "a changed instance": ("instance_class", "backup_window", "cloudwatch_logs_exports", "tags.a", "tags.b"),
    }.items()
    for path in paths
]


@pytest.mark.parametrize(("name", "path"), LEFT_OUT)
def test_a_change_that_is_taken_out_of_the_plan_is_not_made(name, path, monkeypatch):
    """An apply that looks for itself what differs would make it all the same. What is read again shows it."""
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == name)
    world = scenario.begin()
    given_to_apply(scenario.module, monkeypatch, lambda plan: without(plan, path))
    outcome = world.run(scenario.module, scenario.args)
    assert outcome["msg"].count(" is ") == 1
    assert f"still differs: {path} is " in outcome["msg"]


@pytest.mark.parametrize(("scenario", "number", "before"), KILLS)
def test_a_run_that_was_killed_is_finished_by_the_next(scenario, number, before):
    whole = scenario.begin()
    whole.run(scenario.module, scenario.args)
    world = scenario.begin()
    world.aws.kill_at, world.aws.kill_before = number, before
    with pytest.raises(Killed):
        world.run(scenario.module, scenario.args)
    world.aws.kill_at = None
    assert "failed" not in world.run(scenario.module, scenario.args)
    assert world.state() == whole.state()
    assert world.run(scenario.module, scenario.args)["changed"] is False


UNCHANGED = [
    ("rds_parameter_group", {**GROUP, "instance_class": "db.t4g.medium"}, [
        "DescribeDBParameterGroups", "DescribeDBInstances", "DescribeDBParameters", "DescribeDBParameters", "ListTagsForResource",
        "DescribeInstanceTypes"]),
    ("db_secret", SECRET, ["DescribeSecret", "GetSecretValue"]),
    # Only KMS knows which key an alias is.
    ("rds_instance", INSTANCE, ["DescribeDBInstances", "DescribeKey", "GetSecretValue"]),
]


@pytest.mark.parametrize(("module", "args", "calls"), UNCHANGED, ids=[row[0] for row in UNCHANGED])
def test_an_unchanged_run_asks_for_no_more_than_it_compares(module, args, calls):
    world = World().with_instance()
    assert world.run(module, args)["changed"] is False
    assert [name for name, _params in world.aws.calls] == calls


def test_every_aws_module_of_the_collection_is_held_to_this():
    import yaml

    from tests.support.ansible import ROOT

    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert {scenario.module for scenario in SCENARIOS} == set(runtime["action_groups"]["aws"]) - CHECKS
