# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One of molecule's pool hosts, for tests that run the scenario's playbook again."""
from __future__ import annotations

import json
import typing as t

from tests.support.ansible import ROOT, Run, run_playbook_file

NAME = "launch-molecule-pool-1"
INVENTORY = ROOT / "molecule/inventory/hosts.yml"
CONVERGE = ROOT / "molecule/default/converge.yml"


def converge(check: bool = False, env: t.Mapping[str, str] | None = None, **variables: t.Any) -> Run:
    """Run the scenario's playbook for the one host, with variables in place of the inventory's."""
    arguments = ["-i", str(INVENTORY), "--limit", NAME, "--extra-vars", json.dumps(variables)]
    return run_playbook_file(CONVERGE, check=check, env=env, arguments=arguments)


def changed(run: Run) -> dict[str, dict[str, t.Any]]:
    """The tasks of a run that changed, or would have changed, something."""
    assert run.returncode == 0, run.output
    return {task["task"].split(" : ")[-1]: task for task in run.tasks if task.get("changed")}
