# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The test profile of the local stack, begun anew for each module of tests, and what they have in common."""
from __future__ import annotations

import subprocess
import sys
import typing as t

import boto3
import pytest

from local import profiles
from tests.support.ansible import ROOT, Run, run_playbook

PROFILE = profiles.find("test")
CREDENTIALS = {"region": "us-west-2", "access_key": "local", "secret_key": "local-stack-only", "endpoint_url": PROFILE.url}


def local(command: str) -> None:
    """Run one of the stack's commands as a person does; its failure is the test's."""
    done = subprocess.run(
        [sys.executable, "-m", "local", command, "--profile", PROFILE.name],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )
    assert done.returncode == 0, done.stderr


class Account:
    """The endpoint's account: plays that run against it, and clients to look at it with."""

    @staticmethod
    def client(service: str) -> t.Any:
        return boto3.client(
            service, region_name="us-west-2", endpoint_url=PROFILE.url, aws_access_key_id="local", aws_secret_access_key="local-stack-only",
        )

    @staticmethod
    def play(*tasks: tuple[str, dict[str, t.Any]]) -> list[dict[str, t.Any]]:
        """A play of these modules, by short name, with their options."""
        return [{
            "name": "Resources",
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "module_defaults": {"group/launch.database.aws": CREDENTIALS},
            "tasks": [{"name": module, f"launch.database.{module}": options} for module, options in tasks],
        }]

    def run(self, *tasks: tuple[str, dict[str, t.Any]], play: dict[str, t.Any] | None = None, **kwargs: t.Any) -> Run:
        """Run these modules with ansible-playbook.

        :arg play: keywords added to the play; the other keyword arguments are run_playbook's.
        """
        return run_playbook([{**self.play(*tasks)[0], **(play or {})}], **kwargs)


@pytest.fixture(scope="module")
def account() -> t.Iterator[Account]:
    """A fresh account."""
    local("down")
    local("up")
    yield Account()
    local("down")
