# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site that test_site.py leaves behind, looked at by jobs of AWX. They change nothing but one parameter."""
from __future__ import annotations

import re
import typing as t

import pytest

from tests.integration.site.account import Account
from tests.integration.site.awx import Controller, Job
from tests.integration.site.conftest import First

CLEAN = {"change": 0, "pending": 0, "unknown": 0}
PARAMETER_GROUP = "Parameter group"


@pytest.fixture(scope="module")
def controller(account: Account, first: First) -> t.Iterator[Controller]:
    with Controller() as controller:
        yield controller


@pytest.fixture(scope="module")
def clean(controller: Controller) -> Job:
    return controller.run("drift_check.yml")


@pytest.fixture(scope="module")
def drifted(account: Account, clean: Job) -> t.Iterator[None]:
    account.set_parameter("work_mem", "8192")
    yield
    account.set_parameter("work_mem", "4096")


def report(job: Job) -> str | None:
    """Where the job says that its report is."""
    found = re.findall(r"^report: (\S+)", job.output.replace("\r", ""), re.MULTILINE)
    return found[0] if found else None


def test_a_job_reads_its_inventory_and_is_clean(controller: Controller, clean: Job) -> None:
    assert clean.returncode == 0, clean.output[-4000:]
    assert clean.artifacts == {"drift_verdict": "clean", "drift_counts": CLEAN}
    assert "Unable to parse" not in clean.output


def test_its_report_is_not_in_the_project(controller: Controller, clean: Job) -> None:
    assert report(clean).endswith("/drift.json")
    assert not report(clean).startswith(str(controller.project))
    assert not (controller.project / "reports").exists()


@pytest.mark.usefixtures("drifted")
def test_a_drift_check_fails_and_hands_on_what_it_found(controller: Controller) -> None:
    job = controller.run("drift_check.yml")
    assert job.returncode == 2, job.output[-4000:]
    assert job.artifacts == {"drift_verdict": "drift", "drift_counts": CLEAN | {"change": 1}}
    assert [task.split(" : ")[-1] for task, _host in job.changed()] == [PARAMETER_GROUP]


@pytest.mark.usefixtures("drifted")
def test_the_site_in_check_mode_shows_the_change_and_writes_no_report(controller: Controller) -> None:
    job = controller.run("site.yml")
    assert job.returncode == 0, job.output[-4000:]
    assert [task.split(" : ")[-1] for task, _host in job.changed()] == [PARAMETER_GROUP]
    assert (job.artifacts, report(job)) == ({}, None)


def test_unknown_is_handed_on_though_nobody_was_left_to_judge(controller: Controller) -> None:
    """The controller's own host fails, so that no later play is reached."""
    job = controller.run("drift_check.yml", aws_endpoint_account_id="111111111111")
    assert job.returncode == 2
    assert job.artifacts == {"drift_verdict": "unknown"}
    assert "drift: unknown" in job.output
