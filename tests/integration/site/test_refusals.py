# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks refuse before they change, or even call, anything: one error with option, value and remedy."""
from __future__ import annotations

import json
import os
import pathlib
import typing as t
from unittest import mock

import pytest

from tests.integration.site.account import PROFILE, Account
from tests.support.ansible import ROOT, Run, run_playbook, run_playbook_file

LOCAL = ROOT / "inventories" / "launch" / "local" / "hosts.yml"
POC = ROOT / "inventories" / "launch" / "poc" / "hosts.yml"
ALONE = ("pool.yml", "schema.yml", "audit_partitions.yml", "rls.yml")
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there
NO_FILES = {"AWS_CONFIG_FILE": "/nonexistent/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials"}


def run(playbook: str, inventory: object, *, env: t.Mapping[str, str] | None = None, check: bool = False, **variables) -> Run:
    arguments = ["-i", str(inventory), "-e", json.dumps(variables)]
    with nothing_inherited():
        return run_playbook_file(ROOT / "playbooks" / playbook, arguments=arguments, check=check, env=NO_FILES | (env or {}))


def nothing_inherited() -> t.ContextManager[None]:
    """Without the AWS variables of whoever runs the tests. Emptying would not do: boto3 looks for a profile without a name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return mock.patch.dict(os.environ, kept, clear=True)


@pytest.fixture
def authorities(tmp_path: pathlib.Path) -> dict[str, str]:
    """The file that preflight.yml asks for first."""
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    return {"database_ca_file": str(file)}


def refusal(done: Run) -> str:
    """The only error of a run in which nothing was changed."""
    failed = [task for task in done.tasks if task.get("failed")]
    assert done.returncode == 2
    assert len(failed) == 1
    assert all(counts["changed"] == 0 for counts in done.stats.values())
    return failed[0]["msg"]


@pytest.mark.parametrize("url", ["https://rds.us-west-2.amazonaws.com", "http://127.0.0.1.example.com:5577", ""])
def test_the_local_inventory_cannot_reach_an_account(url: str) -> None:
    message = refusal(run("aws.yml", LOCAL, aws_endpoint_url=url))
    assert message.startswith(f"aws_endpoint_url: '{url}': aws_endpoint_scope is loopback")
    assert "http://127.0.0.1:5577" in message


@pytest.mark.parametrize("url", [NOBODY, "http://localhost:5577", "http://[::1]:5577", "https://aws.example.com"])
def test_another_inventory_cannot_end_in_a_trial_stack(url: str) -> None:
    message = refusal(run("aws.yml", POC, aws_endpoint_url=url))
    assert message.startswith(f"aws_endpoint_url: '{url}': aws_endpoint_scope is aws")


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_RDS"])
def test_nor_by_an_inherited_endpoint(name: str) -> None:
    done = run("aws.yml", POC, env={name: NOBODY})
    failed = [result for task in done.tasks for result in task.get("results", []) if result.get("failed")]
    assert [result["msg"].split(": ")[0] for result in failed] == [name]
    assert f"Unset {name}" in failed[0]["msg"]


@pytest.mark.parametrize(("name", "text"), [
    ("AWS_CONFIG_FILE", f"[default]\nendpoint_url = {NOBODY}\n"),
    ("AWS_CONFIG_FILE", f"[default]\nENDPOINT_URL: {NOBODY}\n"),
    ("AWS_SHARED_CREDENTIALS_FILE", f"[default]\naws_access_key_id = A\naws_secret_access_key = S\nendpoint_url = {NOBODY}\n"),
])
def test_nor_by_a_configured_endpoint(tmp_path: pathlib.Path, name: str, text: str) -> None:
    file = tmp_path / "file"
    file.write_text(text, encoding="utf-8")
    message = refusal(run("aws.yml", POC, env={name: str(file)}))
    services = ["ec2", "iam", "kms", "rds", "secretsmanager", "sts"]
    assert message.startswith(", ".join(f"{service} {NOBODY}" for service in services) + ": aws_endpoint_scope is aws")
    assert str(file) in message
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true" in message
    assert message.endswith("Nothing was changed.")


def test_nor_by_the_endpoint_of_one_service(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config"
    file.write_text(f"[profile mine]\nservices = a\n[services a]\nsecrets_manager =\n  endpoint_url = {NOBODY}\n", encoding="utf-8")
    message = refusal(run("aws.yml", POC, env={"AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "mine"}))
    assert message.startswith(f"secretsmanager {NOBODY}: aws_endpoint_scope is aws")


def test_nor_by_a_profile_that_is_not_there() -> None:
    message = refusal(run("aws.yml", POC, env={"AWS_PROFILE": "gone"}))
    assert message.count("profile: 'gone': boto3 can't tell where its calls go") == 1


# What is not refused would go on to AWS, so these ask the lookup alone.
@pytest.mark.parametrize(("env", "expected"), [
    ({}, "https://rds.us-west-2.amazonaws.com"),
    ({"AWS_PROFILE": "trial"}, NOBODY),
    ({"AWS_DEFAULT_PROFILE": "trial"}, NOBODY),
    ({"AWS_DEFAULT_PROFILE": "trial", "AWS_PROFILE": "mine"}, "https://rds.us-west-2.amazonaws.com"),
    ({"AWS_DEFAULT_PROFILE": "mine", "AWS_PROFILE": "trial"}, NOBODY),
    ({"AWS_PROFILE": "trial", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "https://rds.us-west-2.amazonaws.com"),
    ({"AWS_PROFILE": "trial", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "1"}, NOBODY),
])
def test_the_endpoint_is_that_of_the_profile_in_use(tmp_path: pathlib.Path, env: dict[str, str], expected: str) -> None:
    file = tmp_path / "config"
    file.write_text(f"[profile mine]\nregion = us-west-2\n[profile trial]\nendpoint_url = {NOBODY}\n", encoding="utf-8")
    asked = "{{ lookup('launch.database.aws_effective_endpoints', 'rds', region='us-west-2') }}"
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Ask", "ansible.builtin.debug": {"msg": asked}}]}
    with nothing_inherited():
        done = run_playbook([play], env=NO_FILES | env | {"AWS_CONFIG_FILE": str(file)})
    assert done.tasks[0]["msg"] == {"rds": expected}


def test_two_profiles(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config"
    file.write_text("[profile mine]\nregion = us-west-2\n[profile other]\nregion = us-west-2\n", encoding="utf-8")
    env = {"AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "mine", "AWS_DEFAULT_PROFILE": "other"}
    message = refusal(run("aws.yml", POC, env=env))
    assert message.startswith("AWS_PROFILE: 'mine': AWS_DEFAULT_PROFILE is 'other'")


def test_inherited_credentials_are_not_mixed_with_those_of_the_inventory() -> None:
    message = refusal(run("aws.yml", LOCAL, env={"AWS_PROFILE": "mine"}, aws_endpoint_url=NOBODY))
    assert message.startswith("AWS_PROFILE: 'mine':")


def test_an_endpoint_that_does_not_answer() -> None:
    message = refusal(run("aws.yml", LOCAL, aws_endpoint_url=NOBODY))
    assert message.startswith(f"aws_endpoint_url: '{NOBODY}': no answer:")
    assert "python -m local up" in message


@pytest.mark.parametrize("playbook", ALONE)
def test_a_playbook_that_runs_alone_cannot_end_in_a_trial_stack(playbook: str, authorities: dict[str, str]) -> None:
    message = refusal(run(playbook, POC, aws_endpoint_url=NOBODY, **authorities))
    assert message.startswith(f"aws_endpoint_url: '{NOBODY}': aws_endpoint_scope is aws")


@pytest.mark.parametrize("playbook", ALONE)
def test_nor_in_another_account(account: Account, playbook: str, authorities: dict[str, str]) -> None:
    message = refusal(run(playbook, LOCAL, aws_endpoint_url=PROFILE.url, aws_endpoint_account_id="111111111111", **authorities))
    assert message.startswith("aws_endpoint_account_id: '111111111111': account 597088015766 answered.")


@pytest.mark.parametrize("playbook", ALONE)
def test_an_empty_pool_group(account: Account, playbook: str, authorities: dict[str, str]) -> None:
    message = refusal(run(playbook, LOCAL, aws_endpoint_url=PROFILE.url, **authorities))
    assert message.startswith("pool_hosts_expected: 2: the inventory found 0 running pool hosts.")
    assert "playbooks/aws.yml" in message


def test_a_drift_check_that_would_change_something() -> None:
    message = refusal(run("drift_check.yml", LOCAL))
    assert message.startswith("--check: missing.")


def test_a_drift_check_that_nobody_would_report() -> None:
    message = refusal(run("drift_check.yml", LOCAL, check=True, env={"ANSIBLE_CALLBACKS_ENABLED": "ansible.posix.timer"}))
    assert message.startswith("callbacks_enabled: launch.database.drift_report is not enabled")
    assert str(ROOT / "ansible.cfg") in message


def test_a_drift_check_whose_report_can_not_be_written() -> None:
    message = refusal(run("drift_check.yml", LOCAL, check=True, env={"LAUNCH_DRIFT_REPORT": "/proc/drift.json"}))
    assert message.startswith("LAUNCH_DRIFT_REPORT: '/proc/drift.json': it can't be written")
