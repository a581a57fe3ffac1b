# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drift check refuses before it looks at anything. tests/integration/preflight has what all playbooks refuse."""
from __future__ import annotations

import json
import os
import typing as t
from unittest import mock

from tests.support.ansible import ROOT, Run, run_playbook_file

LOCAL = ROOT / "inventories" / "launch" / "local" / "hosts.yml"
NO_FILES = {"AWS_CONFIG_FILE": "/nonexistent/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials"}


def run(playbook: str, inventory: object, *, env: t.Mapping[str, str] | None = None, check: bool = False, **variables) -> Run:
    arguments = ["-i", str(inventory), "-e", json.dumps(variables)]
    with nothing_inherited():
        return run_playbook_file(ROOT / "playbooks" / playbook, arguments=arguments, check=check, env=NO_FILES | (env or {}))


def nothing_inherited() -> t.ContextManager[None]:
    """Without the AWS variables of whoever runs the tests. Emptying would not do: boto3 looks for a profile without a name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return mock.patch.dict(os.environ, kept, clear=True)


def refusal(done: Run) -> str:
    """The only error of a run in which nothing was changed."""
    failed = [task for task in done.tasks if task.get("failed")]
    assert done.returncode == 2
    assert len(failed) == 1
    assert all(counts["changed"] == 0 for counts in done.stats.values())
    return failed[0]["msg"]


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
