# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.support.aws_world import World
from tests.support.fake_aws import Refused
from tests.support.fake_rds import ARN


def deployment(number, status="AVAILABLE", source="launch-db-main"):
    return {
        "BlueGreenDeploymentIdentifier": f"bgd-{number}", "BlueGreenDeploymentName": f"number-{number}", "Status": status,
        "Source": f"{ARN}:db:{source}", "Target": f"{ARN}:db:{source}-green-{number}",
    }


def look(world, check=False, **options):
    return world.run("rds_blue_green_check", {"identifier": "launch-db-main", **options}, check)


@pytest.fixture(name="world")
def fixture_world():
    world = World()
    # Ours is on the last page.
    world.rds.deployments = [deployment(1, source="launch-other"), deployment(2, "SWITCHOVER_COMPLETED"), deployment(3)]
    return world


def test_an_account_without_any():
    outcome = look(World())
    assert (outcome["changed"], outcome["looked_at"], outcome["deployments"]) == (False, True, [])
    assert "warnings" not in outcome


@pytest.mark.parametrize("check", [False, True])
def test_an_open_one_is_refused_on_whichever_page_it_is(world, check):
    outcome = look(world, check)
    assert (outcome["failed"], outcome["option"], outcome["value"]) == (True, "identifier", "launch-db-main")
    assert "number-3 (bgd-3) is open" in outcome["msg"] and "number-1" not in outcome["msg"]
    assert world.aws.writes == []


def test_as_a_warning(world):
    outcome = look(world, when_open="warn")
    assert "failed" not in outcome
    assert "number-3 (bgd-3) is open" in str(outcome["warnings"])
    assert [(found["name"], found["open"]) for found in outcome["deployments"]] == [("number-2", False), ("number-3", True)]


def test_one_that_is_allowed_is_warned_of(world):
    outcome = look(world, allowed=["number-3"])
    assert "failed" not in outcome
    assert "It is in allowed" in str(outcome["warnings"])


def test_several_are_refused_at_once(world):
    world.rds.deployments.append(deployment(4, "DELETING"))
    assert [error["option"] for error in look(world)["errors"]] == ["identifier", "identifier"]


def test_an_identifier_that_is_none_is_refused_unasked(world):
    assert look(world, identifier="Shop DB")["value"] == "Shop DB"
    assert world.aws.calls == []


DENIED = Refused("AccessDenied", "User is not authorized to perform: rds:DescribeBlueGreenDeployments.")


@pytest.mark.parametrize(("refusal", "when_unknown", "fails"), [
    (DENIED, "warn", False),
    (DENIED, "refuse", True),
    (Refused("InvalidParameterValue", "What?"), "warn", True),
])
def test_what_could_not_be_looked_at_is_unknown_and_said(refusal, when_unknown, fails):
    world = World()
    world.rds.refusal = refusal
    outcome = look(world, when_unknown=when_unknown)
    assert outcome.get("failed", False) is fails
    if not fails:
        assert (outcome["looked_at"], outcome["deployments"]) == (False, [])
    if refusal is DENIED:
        assert "could not be looked at and is unknown" in (outcome["msg"] if fails else str(outcome["warnings"]))


def test_without_credentials_it_is_unknown(monkeypatch):
    import botocore.exceptions

    from ansible_collections.launch.database.plugins.module_utils._aws import api_rds

    class Client:
        """One that finds no credentials."""

        def get_paginator(self, _name):
            raise botocore.exceptions.NoCredentialsError()

    read = api_rds.describe_blue_green_deployments
    monkeypatch.setattr(api_rds, "describe_blue_green_deployments", lambda _client: read(Client()))
    outcome = look(World())
    assert outcome["looked_at"] is False
    assert "is unknown" in str(outcome["warnings"])
