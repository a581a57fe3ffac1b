# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile `stacktest`, begun anew for each module and gone afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import profiles
from local.containers import write_settings
from local.locks import exclusive
from tests.integration.stack.clients import Clients

ROOT = Path(__file__).resolve().parents[3]
PROFILE = profiles.find("stacktest")


def local(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the stack's command as a person does."""
    command = [sys.executable, "-m", "local", *arguments, "--profile", PROFILE.name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="session", autouse=True)
def alone() -> Iterator[None]:
    """Wait for another run of these tests: there is one profile. podman gets its settings."""
    write_settings()
    with exclusive("stacktest-tests"):
        yield


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Clients]:
    """A fresh account."""
    assert local("down").returncode == 0
    started = local("up")
    assert started.returncode == 0, started.stderr
    yield Clients(PROFILE)
    assert local("down").returncode == 0
