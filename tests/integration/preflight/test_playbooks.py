# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks over launch's own inventories: each begins with the same refusals, before it calls or changes anything."""
from __future__ import annotations

import json
import pathlib
import shutil
import typing as t

import pytest

from tests.integration.preflight.conftest import Endpoint
from tests.integration.preflight.shop import NO_FILES, NOBODY, nothing_inherited, refusals
from tests.support.ansible import ROOT, Run, run_playbook_file

PLAYBOOKS = ("site.yml", "aws.yml", "pool.yml", "schema.yml", "audit_partitions.yml", "rls.yml")
# Of hosts that are there already.
OF_HOSTS = ("pool.yml", "rls.yml")


def run(playbook: str, environment: str, *arguments: str, check: bool = False, **extra: t.Any) -> Run:
    """A playbook over an inventory of launch, without the source that would ask an account for hosts."""
    line = ["-i", str(ROOT / "inventories" / "launch" / environment / "hosts.yml"), "-e", json.dumps(extra), *arguments]
    with nothing_inherited():
        return run_playbook_file(ROOT / "playbooks" / playbook, arguments=line, check=check, env=NO_FILES)


@pytest.fixture
def given(tmp_path: pathlib.Path, endpoint: Endpoint) -> dict[str, t.Any]:
    """What the local stack would have made."""
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    return {"system_ca_file": str(file), "aws_endpoint_url": endpoint.url}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_five_faults_are_the_same_error_from_each_playbook(given: dict[str, t.Any], playbook: str) -> None:
    faults = {
        "database_schema_tenants": [{"name": "Harbor"}], "pool_hosts_expected": 3, "launch_environment_parameters": {"max_connections": 100},
        "aws_endpoint_account_id": "59708801576", "pgbouncer_default_poolsize": 70,
    }
    assert [line.split(": ")[0] for line in refusals(run(playbook, "local", **given | faults))] == [
        "pgbouncer_default_poolsize", "aws_endpoint_account_id", "pool_hosts_list", "pgbouncer_max_db_connections", "system_logins[0].connection_limit",
        "system_logins[1].connection_limit", "database_schema_tenants[0].id",
    ]


@pytest.mark.parametrize("environment", ["poc", "production"])
def test_the_inventories_of_accounts_need_no_more_than_credentials(given: dict[str, t.Any], environment: str) -> None:
    (line,) = refusals(run("site.yml", environment, system_ca_file=given["system_ca_file"]))
    assert line.startswith("aws_endpoint_account_id: '597088015766': there are no credentials for this account")


def test_an_inventory_of_an_account_cannot_end_in_a_trial_stack(given: dict[str, t.Any]) -> None:
    (line,) = refusals(run("site.yml", "production", **given))
    assert line.startswith(f"aws_endpoint_url: '{given['aws_endpoint_url']}': aws_endpoint_scope is aws")


def test_the_local_inventory_cannot_reach_an_account(given: dict[str, t.Any]) -> None:
    (line,) = refusals(run("site.yml", "local", **given | {"aws_endpoint_url": "https://rds.us-west-2.amazonaws.com"}))
    assert line.startswith("aws_endpoint_url: 'https://rds.us-west-2.amazonaws.com': aws_endpoint_scope is loopback")


def test_a_stack_that_is_not_there(given: dict[str, t.Any]) -> None:
    (line,) = refusals(run("site.yml", "local", **given | {"aws_endpoint_url": NOBODY}))
    assert line.startswith(f"aws_endpoint_url: '{NOBODY}': no answer:") and "python -m local up" in line


@pytest.mark.parametrize("playbook", OF_HOSTS)
def test_hosts_that_are_not_there(given: dict[str, t.Any], playbook: str) -> None:
    (line,) = refusals(run(playbook, "local", **given))
    assert line.startswith("pool_hosts_expected: 2: the inventory found 0 running pool hosts.")


def test_tags_do_not_leave_the_preflight_out(given: dict[str, t.Any]) -> None:
    (line,) = refusals(run("site.yml", "local", "--tags", "pool", **given | {"pgbouncer_default_poolsize": 70}))
    assert line.startswith("pgbouncer_default_poolsize:")


def test_nor_does_a_run_that_begins_behind_it(given: dict[str, t.Any]) -> None:
    begun = run("aws.yml", "local", "--start-at-task", "launch.database.database_credentials : Secret of a login", **given)
    assert begun.returncode == 2
    assert "preflight: it did not pass in this run" in begun.output and "Leave --start-at-task out." in begun.output


@pytest.mark.parametrize(("arguments", "extra", "start"), [
    (["--limit", "localhost"], {}, "--limit: 'localhost': it leaves no host for the pools, the database, the proof of isolation."),
    (["--limit", "localhost", "--tags", "rls"], {}, "--limit: 'localhost': it leaves no host for the database, the proof of isolation."),
    (["-i", "bastion,", "--limit", "bastion"], {}, "preflight: it did not pass in this run"),
    ([], {"database_runner": "bastoin"}, "database_runner: 'bastoin': it matches no host of the inventory"),
])
def test_nobody_is_left_to_do_anything(given: dict[str, t.Any], arguments: list[str], extra: dict[str, t.Any], start: str) -> None:
    (line,) = refusals(run("site.yml", "local", *arguments, **given, **extra))
    assert line.startswith(start)


def test_tags_of_another_playbook(given: dict[str, t.Any]) -> None:
    (line,) = refusals(run("pool.yml", "local", "--tags", "schema", **given))
    assert line.startswith("--tags: 'schema': no play has such a tag; there are preflight, always, pool, drift_verdict.")


def test_the_account_needs_no_other_host(given: dict[str, t.Any]) -> None:
    assert run("preflight.yml", "local", "--limit", "localhost", **given).returncode == 0


def test_files_that_nobody_reads(given: dict[str, t.Any], tmp_path: pathlib.Path) -> None:
    copy = tmp_path / "inventories"
    shutil.copytree(ROOT / "inventories", copy, symlinks=True)
    written = ["all.yml", "all/00_environment.yml", "pools/x.yml", "all/x.yaml.txt"]
    for name in written:
        path = copy / "launch" / "local" / "group_vars" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("database_instance_class: db.r6g.8xlarge\n", encoding="utf-8")
    line = ["-i", str(copy / "launch" / "local" / "hosts.yml"), "-e", json.dumps(given)]
    with nothing_inherited():
        found = refusals(run_playbook_file(ROOT / "playbooks" / "preflight.yml", arguments=line, env=NO_FILES))
    assert sorted(each.split("group_vars/")[1].split("'")[0] for each in found) == sorted(["all.yml", "all/00_environment.yml", "pools", "all/x.yaml.txt"])


def test_nor_does_whoever_skips_it_get_on(given: dict[str, t.Any]) -> None:
    (line,) = refusals(run("site.yml", "local", "--skip-tags", "always", **given))
    assert line.startswith("preflight: it did not pass in this run") and "Leave --skip-tags always out." in line
