# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site from nothing, then what people do to it. The tests go on from each other's state, in this order."""
from __future__ import annotations

import datetime
import json
import os
import pathlib
import re
import subprocess
import typing as t

import pytest

from tests.integration.site.account import POOL, Account
from tests.integration.site.conftest import First
from tests.integration.site.playbooks import Output, drift, finish, site, start, start_installed
from tests.support.ansible import ROOT
from tests.support.installed import Installed

CANARY_A, CANARY_B = "00000000CANARYA00000000000", "00000000CANARYB00000000000"
TRUST = ROOT / "local" / "state" / "sitetest" / "pool"
CONFIGURATION = "/etc/pgbouncer/pgbouncer.ini"
DEAD_ARCHIVE = "/etc/apt/sources.list.d/dead.list"
# ansible.builtin.apt takes the age of the lists from one of these.
AGE_LISTS = f"""
echo 'deb http://127.0.0.1:9/debian trixie main' >{DEAD_ARCHIVE}
touch --no-create --date='3 days ago' /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp
"""
WRITE_CONFIGURATION = "launch.database.pgbouncer : Write the configuration"
PARAMETER_GROUP = "launch.database.database_instance : Parameter group"
POOL_GROUP = "launch.database.network_access : Security group of the pool hosts"
# No file can hold a secret of this account whose inode was not touched since then: the account is made later.
COLLECTED = datetime.datetime.now(datetime.timezone.utc)
# What others may read on a host; grep reads the secrets from its input, so that they are in no argument.
READABLE = "grep -rlsIF -D skip -f /dev/stdin --exclude-dir=proc --exclude-dir=sys / 2>/dev/null"


def printed_line(text: str) -> str:
    return re.search(r"^ *(.*PGPASSWORD=.*)$", text, re.MULTILINE)[1]


def paste(line: str) -> str:
    """What a person sees who pastes the line into a fresh shell in the repository."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout + done.stderr


def test_from_nothing_it_ends_green_with_a_summary(first: First) -> None:
    text = first.output.text
    assert "launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com:5432" in text
    assert re.search(r"launch-pool-1 10\.64\.1\.\d+:6432", text)
    assert re.search(r"launch-pool-2 10\.64\.2\.\d+:6432", text)


def test_it_says_what_was_proved_through_each_pool_host(first: First) -> None:
    proved = first.output.text.rsplit("Proved now", 1)[1].split("PLAY RECAP")[0]
    for host in POOL:
        assert re.search(rf"through {host}: each of 2 tenants sees its rows and only its rows in .*audit_log; without context SQLSTATE 42501; no context without a token; the log has changes of app.projects, app.tasks, app.tenants$", proved, re.M)
    # The application has run nothing yet when the rules are looked at, or next to nothing.
    rules = r"from the catalogs: (51 rules of isolation were looked at; none is broken|50 rules of isolation were looked at; none is broken; 1 not looked at: R51)"
    assert re.search(rules, " ".join(proved.split()))
    assert re.search(r"what runs: \d{3} objects are as the expected catalog has them", " ".join(proved.split()))
    kept = r"Kept of the audit log, outside of the database: head 1, of \S+ and of all transactions before \d+, in /var/lib/launch-audit on launch-pool-1$"
    assert re.search(kept, proved, re.M)


def test_the_printed_line_works_and_shows_one_tenant(first: First) -> None:
    answer = paste(printed_line(first.output.text))
    assert CANARY_A in answer
    assert CANARY_B not in answer


def test_the_printed_line_goes_on_when_the_first_host_does_not_answer(account: Account, first: First) -> None:
    account.on_host(POOL[0], "systemctl", "stop", "pgbouncer")
    try:
        assert CANARY_A in paste(printed_line(first.output.text))
    finally:
        account.on_host(POOL[0], "systemctl", "start", "pgbouncer")


def test_no_secret_in_the_most_talkative_output(account: Account, first: First) -> None:
    assert not [value for value in account.secret_values() if value in first.output.text]


def test_no_secret_in_process_arguments(account: Account, first: First) -> None:
    assert any("ansible-playbook" in line for line in first.arguments)
    secrets = account.secret_values()
    assert not [line for line in first.arguments if any(value in line for value in secrets)]


@pytest.mark.parametrize("host", POOL)
def test_no_secret_in_files_that_others_may_read(account: Account, first: First, host: str) -> None:
    needles = "\n".join(account.secret_values())
    users = account.on_host(host, "sh", "-c", READABLE.replace(" / ", " /etc/pgbouncer "), data=needles)
    assert users.split() == ["/etc/pgbouncer/userlist.txt"], "root finds the verifier, so the search works"
    assert account.on_host(host, "sh", "-c", READABLE, user="nobody", data=needles) == ""


def test_no_secret_in_files_of_the_controller(account: Account, first: First, tmp_path: pathlib.Path) -> None:
    needles = "\n".join(account.secret_values())
    folders = [str(ROOT / "local" / "state" / "sitetest"), str(ROOT / "reports"), str(pathlib.Path.home() / ".ansible"), "/tmp"]
    planted = tmp_path / "planted"
    planted.write_text(needles.splitlines()[0], encoding="utf-8")
    (patterns := tmp_path / "patterns").write_text(needles, encoding="utf-8")
    touched = ["-newerct", COLLECTED.isoformat(), "-type", "f", "-not", "-samefile", str(patterns)]
    done = subprocess.run(
        ["find", *folders, str(tmp_path), *touched, "-exec", "grep", "-lsIF", "-f", str(patterns), "{}", "+"],
        capture_output=True, text=True, check=False, timeout=60,
    )
    assert set(done.stdout.split()) == {str(planted)}, "nothing but what shows that the search works"


@pytest.fixture
def archive_away(account: Account, first: First) -> t.Iterator[None]:
    """Package lists of days ago on the pool hosts, and an archive that nobody answers for."""
    for host in POOL:
        account.on_host(host, "sh", "-c", AGE_LISTS)
    yield
    for host in POOL:
        account.on_host(host, "rm", DEAD_ARCHIVE)


@pytest.mark.usefixtures("archive_away")
def test_a_second_run_changes_nothing_and_needs_neither_archive_nor_clone(first: First, tmp_path: pathlib.Path) -> None:
    """With the package in an empty folder, where the summary can be read without this project's settings."""
    second = finish(start_installed(Installed.make(tmp_path), "site"))
    assert second.returncode == 0
    assert second.changed == {"localhost": 0, **dict.fromkeys(POOL, 0)}
    assert re.search(r"^Database  launch-db-main\.\S+:5432, database launch$", second.text, re.MULTILINE)
    print(f"first run {first.output.seconds:.0f} s, second {second.seconds:.0f} s")


@pytest.fixture
def twin(account: Account, first: First) -> t.Iterator[str]:
    instance = account.make_stopped_twin(POOL[0], environment="other")
    yield instance
    account.terminate(instance)


@pytest.mark.usefixtures("twin")
def test_a_check_is_clean_time_and_again_and_leaves_another_environments_hosts_alone(first: First) -> None:
    for fast in (False, True): # and once more in test_site_in_awx.py
        output, report = drift(fast=fast)
        assert (output.returncode, report["verdict"], report["items"]) == (0, "clean", [])
        assert report["counts"] == {"change": 0, "pending": 0, "unknown": 0}


def test_another_port_of_the_pools_is_opened_too(first: First) -> None:
    looked = finish(start("aws.yml", "--check", "-e", "pgbouncer_listen_port=7432"))
    assert looked.returncode == 0
    assert looked.changed_tasks() == [(POOL_GROUP, "localhost")]


class Tampered(t.NamedTuple):
    """A site with three things changed by hand, one of which the inventory does not name, and what the drift check, which is site.yml --check --diff, says of it."""

    check: Output
    report: dict[str, t.Any]


@pytest.fixture(scope="module")
def tampered(account: Account, first: First) -> Tampered:
    account.set_parameter("work_mem", "8192")
    account.set_parameter("log_duration", "1")
    account.on_host(POOL[1], "sed", "-i", "s/^max_client_conn = .*/max_client_conn = 1999/", CONFIGURATION)
    output, report = drift()
    return Tampered(output, report)


def test_check_mode_names_what_was_changed_by_hand(tampered: Tampered) -> None:
    assert tampered.check.changed_tasks() == [(PARAMETER_GROUP, "localhost"), (WRITE_CONFIGURATION, POOL[1])]


def test_the_report_names_what_was_changed_by_hand(tampered: Tampered) -> None:
    assert (tampered.check.returncode, tampered.report["verdict"]) == (2, "drift")
    parameter, configuration = tampered.report["items"]
    assert (parameter["task"], parameter["host"]) == (PARAMETER_GROUP, "localhost")
    assert [change["path"] for change in parameter["plan"]] == ["parameters.work_mem", "parameters.log_duration"]
    assert (configuration["task"], configuration["host"]) == (WRITE_CONFIGURATION, POOL[1])
    assert "max_client_conn = 1999" in configuration["diff"][0]["before"]


def test_no_secret_in_differences(account: Account, tampered: Tampered) -> None:
    shown = tampered.check.text + json.dumps(tampered.report)
    assert not [value for value in account.secret_values() if value in shown]


def test_a_real_run_removes_the_drift_with_mitogen_as_well(account: Account, tampered: Tampered) -> None:
    """What Mitogen applied, a check without it finds clean. Without it, the first run has applied everything."""
    (TRUST / "gone.crt").write_text("of a host that is no more\n", encoding="utf-8")
    mended = site(fast=True)
    assert mended.returncode == 0
    assert not (TRUST / "gone.crt").exists() and "no more" not in (TRUST / "ca.pem").read_text(encoding="utf-8")
    assert "max_client_conn = 2000" in account.on_host(POOL[1], "cat", CONFIGURATION)
    # Not by the recap, which counts what is done once on the controller for whichever host is first.
    assert [task for task, host in mended.changed_tasks() if host == POOL[0]] == []
    assert WRITE_CONFIGURATION in [task for task, host in mended.changed_tasks() if host == POOL[1]]
    assert drift()[1]["verdict"] == "clean"


def test_with_a_host_stopped_the_verdict_is_unknown(account: Account, first: First) -> None:
    account.client("ec2").stop_instances(InstanceIds=[account.host_ids()[POOL[1]]])
    output, report = drift()
    assert (output.returncode, report["verdict"]) == (2, "unknown")
    reasons = [item["reason"] for item in report["items"] if item["kind"] == "unknown"]
    assert reasons and reasons[0].startswith("pool_hosts_expected: 2: the inventory found 1 running pool host")
    assert account.host_state(POOL[1]) == "stopped"


def test_a_real_run_starts_a_stopped_host_and_tags_it_again(account: Account, first: First) -> None:
    before = account.host_ids()
    account.client("ec2").delete_tags(Resources=[before[POOL[1]]], Tags=[{"Key": "environment"}])
    assert finish(start("aws.yml")).returncode == 0
    assert account.host_state(POOL[1]) == "running"
    assert account.host_ids() == before
