# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecule's pool hosts: as a client meets them, and one for tests that run the scenario's playbook again."""
from __future__ import annotations

import contextlib
import json
import typing as t

import psycopg2

from local.paths import STATE
from tests.support.ansible import ROOT, Run, run_playbook_file

NAME = "launch-molecule-pool-1"
INVENTORY = ROOT / "molecule/inventory/hosts.yml"
CONVERGE = ROOT / "molecule/default/converge.yml"

FOLDER = STATE / "molecule"


@contextlib.contextmanager
def connected(host, /, **options):
    """Log in through a pool host as the application, verifying the host's certificate."""
    connection = psycopg2.connect(**{
        "host": host.ansible.get_variables()["ansible_host"],
        "port": 6432,
        "dbname": "launch",
        "user": "launch_app",
        "password": (FOLDER / "app-password").read_text(encoding="utf-8"),
        "sslmode": "verify-full",
        "sslrootcert": str(FOLDER / "pool-ca" / "ca.pem"),
        "connect_timeout": 10,
    } | options)
    with contextlib.closing(connection):
        yield connection


def converge(check: bool = False, env: t.Mapping[str, str] | None = None, **variables: t.Any) -> Run:
    """Run the scenario's playbook for the one host, with variables in place of the inventory's."""
    arguments = ["-i", str(INVENTORY), "--limit", NAME, "--extra-vars", json.dumps(variables)]
    return run_playbook_file(CONVERGE, check=check, env=env, arguments=arguments)


def changed(run: Run) -> dict[str, dict[str, t.Any]]:
    """The tasks of a run that changed, or would have changed, something."""
    assert run.returncode == 0, run.output
    return {task["task"].split(" : ")[-1]: task for task in run.tasks if task.get("changed")}
