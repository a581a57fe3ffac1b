# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.memory import ClassSize
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import Parameter
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.plan import (
    ActualGroup,
    DesiredGroup,
    advice,
    batches,
    plan_group,
    wanted_values,
)
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors
from ansible_collections.launch.database.plugins.module_utils._plan import IMMEDIATE, PENDING_REBOOT, Change, Plan

CATALOG = {
    parameter.name: parameter
    for parameter in (
        Parameter("shared_buffers", "{DBInstanceClassMemory/32768}", "system", "static", "integer", "16-1073741823", True, "(8kB) Buffers."),
        Parameter("work_mem", None, "engine-default", "dynamic", "integer", "64-2147483647", True, "(kB) Memory."),
        Parameter("effective_cache_size", None, "engine-default", "dynamic", "integer", "1-2147483647", True, "(8kB) Cache."),
        Parameter("random_page_cost", "4", "engine-default", "dynamic", "float", "0-1.79769e+308"),
        Parameter("rds.extensions", "plpgsql", "system", "static", "list", "", False),
    )
}


def actual(exists=True, values=(), **kwargs):
    """A group of postgres17 in which somebody set these values."""
    own = {name: dataclasses.replace(CATALOG[name], value=value, source="user") for name, value in dict(values).items()}
    return ActualGroup(exists, CATALOG | own, "postgres17", "A group" if exists else None, **kwargs)


def desired(**kwargs):
    return DesiredGroup("launch-pg-main", family="postgres17", **kwargs)


def planned(group, now):
    return plan_group(group, now, wanted_values(group, now))


def changes(wanted, now):
    return [(change.action, change.path, change.before, change.after, change.when) for change in planned(wanted, now).changes]


PLANS = [
    ("a new group", desired(parameters={"work_mem": "4MB"}), actual(exists=False), [
        ("create", "group", None, "postgres17", IMMEDIATE),
        ("set", "parameters.work_mem", None, "4MB (4096 x kB)", IMMEDIATE)]),
    ("a static parameter waits for a reboot", desired(parameters={"shared_buffers": "1GB"}), actual(), [
        ("set", "parameters.shared_buffers", "{DBInstanceClassMemory/32768}", "1GB (131072 x 8kB)", PENDING_REBOOT)]),
    ("the same in other words", desired(parameters={"work_mem": "4MB"}), actual(values={"work_mem": "4096"}), []),
    ("a default that equals what is desired", desired(parameters={"random_page_cost": "4.0"}), actual(), []),
    ("no value is unmanaged", desired(parameters={"work_mem": None}, purge_parameters=True), actual(values={"work_mem": "64"}), []),
    ("what is not named stays", desired(parameters={}), actual(values={"work_mem": "64"}), []),
    ("unless it is purged", desired(parameters={}, purge_parameters=True), actual(values={"work_mem": "64"}), [
        ("reset", "parameters.work_mem", "64kB (64 x kB)", None, IMMEDIATE)]),
    ("unset parameters purge nothing", desired(purge_parameters=True), actual(values={"work_mem": "64"}), []),
    ("tags", desired(tags={"a": 1}, purge_tags=True), actual(tags={"b": "2"}), [
        ("tag", "tags.a", None, "1", IMMEDIATE), ("untag", "tags.b", "2", None, IMMEDIATE)]),
    ("unset tags are left alone", desired(purge_tags=True), actual(tags={"b": "2"}), []),
    ("gone", desired(state="absent"), actual(), [("delete", "group", "postgres17", None, IMMEDIATE)]),
    ("gone already", desired(state="absent"), actual(exists=False), []),
]


@pytest.mark.parametrize(("wanted", "now", "expected"), [row[1:] for row in PLANS], ids=[row[0] for row in PLANS])
def test_plan(wanted, now, expected):
    assert changes(wanted, now) == expected


REFUSALS = [
    ("an unknown parameter", desired(parameters={"work_men": "4MB"}), actual(), "parameters.work_men", "Did you mean work_mem?"),
    ("one that nobody may change", desired(parameters={"rds.extensions": "x"}), actual(), "parameters.rds.extensions", "Take it out"),
    ("outside its range", desired(parameters={"work_mem": 63}), actual(), "parameters.work_mem", "64 (kB)"),
    ("a unit that does not fit", desired(parameters={"work_mem": "4s"}), actual(), "parameters.work_mem", "Use B, kB, MB, GB, TB"),
    ("another family", dataclasses.replace(desired(), family="postgres16"), actual(), "family", "another name"),
    ("another description", desired(description="Mine"), actual(), "description", "another name"),
    ("a group in use", desired(state="absent"), actual(instances={"db": "in-sync"}), "name", "another group"),
]


@pytest.mark.parametrize(("wanted", "now", "option", "part"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_refusals_name_option_and_remedy(wanted, now, option, part):
    with pytest.raises(LaunchError) as caught:
        planned(wanted, now)
    assert caught.value.option == option
    assert part in caught.value.message


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(LaunchErrors) as caught:
        planned(desired(parameters={"work_men": 1, "work_mem": 1, "random_page_cost": "x"}), actual(exists=False))
    assert [error.option for error in caught.value.errors] == [
        "parameters.random_page_cost", "parameters.work_mem", "parameters.work_men"]


MEDIUM = ClassSize("db.t4g.medium", 4 * 1024**3, 2)
XLARGE = ClassSize("db.r6g.xlarge", 32 * 1024**3, 4)


def test_shared_buffers_of_the_whole_memory_are_refused_for_the_class():
    with pytest.raises(LaunchError, match="does not start"):
        planned(desired(parameters={"shared_buffers": "4GB"}), actual(exists=False, size=MEDIUM))


def test_what_the_group_holds_already_is_checked_for_the_class_too():
    with pytest.raises(LaunchError, match="does not start"):
        planned(desired(), actual(values={"shared_buffers": "524288"}, size=MEDIUM))


REFUSING_CLASSES = [
    ("both", MEDIUM, {"db": XLARGE}, "1GB", []),
    ("the wanted one", MEDIUM, {"db": XLARGE}, "16GB", ["db.t4g.medium;"]),
    ("the one that runs", XLARGE, {"db": MEDIUM}, "16GB", ["db.t4g.medium, the class that db has now;"]),
    ("the same one, named once", MEDIUM, {"db": MEDIUM}, "4GB", ["db.t4g.medium;"]),
    ("neither", XLARGE, {"b": MEDIUM, "a": MEDIUM}, "32GB", ["db.r6g.xlarge;", "db.t4g.medium, the class that a, b has now;"]),
]


@pytest.mark.parametrize(("size", "running", "value", "parts"), [row[1:] for row in REFUSING_CLASSES], ids=[row[0] for row in REFUSING_CLASSES])
def test_values_have_to_fit_the_class_now_and_the_class_wanted(size, running, value, parts):
    wanted, now = desired(parameters={"shared_buffers": value}), actual(size=size, running=running)
    message = ""
    try:
        planned(wanted, now)
    except LaunchError as error:
        message = error.message
    assert message.count("does not start") == len(parts)
    assert all(f"MiB of {part}" in message for part in parts)


def test_what_is_purged_is_not_checked():
    plan = planned(desired(parameters={}, purge_parameters=True), actual(values={"shared_buffers": "524288"}, size=MEDIUM))
    assert [change.action for change in plan.changes] == ["reset"]


def test_a_hint_beyond_the_memory_is_only_a_warning():
    wanted = desired(parameters={"effective_cache_size": "12GB"})
    values = wanted_values(wanted, actual())
    assert "effective_cache_size" in advice(wanted, actual(size=MEDIUM), values)[0]
    assert advice(wanted, actual(), values) == []


def test_instances_that_wait_for_a_reboot_are_named_and_no_change():
    plan = planned(desired(), actual(instances={"one": "pending-reboot", "two": "in-sync"}))
    assert not plan.changed
    assert plan.pending == (Change("reboot", "instances.one", "pending-reboot", "in-sync", PENDING_REBOOT),)


def test_what_goes_to_rds_is_in_its_units():
    assert wanted_values(desired(parameters={"shared_buffers": "1GB", "work_mem": None}), actual()) == {"shared_buffers": "131072"}


def test_changes_carry_what_goes_to_rds():
    group = desired(parameters={"shared_buffers": "1GB"}, purge_parameters=True)
    plan = planned(group, actual(values={"work_mem": "8192"}))
    assert plan.payloads("set") == [{"ParameterName": "shared_buffers", "ParameterValue": "131072", "ApplyMethod": "pending-reboot"}]
    assert plan.payloads("reset") == [{"ParameterName": "work_mem", "ApplyMethod": "immediate"}]


def calls_for(names):
    plan = Plan("group", tuple(Change("set", f"shown.{name}", payload={"ParameterName": name}) for name in names))
    return [[payload["ParameterName"] for payload in batch] for batch in batches(plan, "set")]


@pytest.mark.parametrize("count", [0, 1, 20, 21, 45])
def test_batches_lose_nothing_and_fit_a_call(count):
    names = [f"p{number}" for number in range(count)]
    calls = calls_for(names)
    assert sorted(name for call in calls for name in call) == sorted(names)
    assert all(0 < len(call) <= 20 for call in calls)


def test_coupled_parameters_go_in_one_call():
    names = [f"p{number}" for number in range(19)] + ["ssl_min_protocol_version", "ssl_max_protocol_version"]
    together = [call for call in calls_for(names) if "ssl_min_protocol_version" in call]
    assert len(together) == 1
    assert "ssl_max_protocol_version" in together[0]
