# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 in the middle, three times; the next run reaches what an undisturbed one reached. Begins the stack anew."""
from __future__ import annotations

import signal
import time
import typing as t

import pytest

from tests.integration.site.account import POOL, Account
from tests.integration.site.conftest import First
from tests.integration.site.playbooks import finish, site, start

PATIENCE = 150  # seconds to the place in question
HISTORY = "psql -X -At -U rdsadmin launch -c 'select count(*) from public.flyway_schema_history where success'"

def kill_at(place: t.Callable[[], object]) -> None:
    """As `kill -9` does: the process is gone at once, what it started goes on for a while by itself."""
    started = start("site.yml")
    deadline = time.monotonic() + PATIENCE
    while not place():
        assert started.process.poll() is None, f"it ended by itself: {finish(started).text[-3000:]}"
        assert time.monotonic() < deadline, "it never came to the place where it was to be killed"
        time.sleep(0.02)
    started.process.kill()
    assert started.process.wait() == -signal.SIGKILL
    started.file.close()


def migrations_begun(account: Account) -> bool:
    applied = account.on_database(HISTORY).strip()
    return applied.isdigit() and int(applied) > 0


@pytest.fixture(scope="module")
def undisturbed(first: First) -> dict[str, str]:
    return first.state


@pytest.fixture(scope="module")
def resumed(account: Account, undisturbed: dict[str, str]) -> dict[str, str]:
    """What there is after three killed runs and one that was left alone."""
    account.begin_anew()
    kill_at(lambda: account.instance_status() == "creating")
    kill_at(lambda: account.on_host(POOL[0], "ls", "-d", "/etc/pgbouncer"))
    kill_at(lambda: migrations_begun(account))
    last = site()
    assert last.returncode == 0, last.text[-6000:]
    return account.state()


def test_the_next_run_reaches_the_same_state(undisturbed: dict[str, str], resumed: dict[str, str]) -> None:
    assert set(resumed) == set(undisturbed)
    assert all(resumed.values()), "nothing to compare"
    for name, content in undisturbed.items():
        assert resumed[name] == content, name


def test_and_it_is_converged(resumed: dict[str, str]) -> None:
    after = site("--check", fast=True)
    assert after.returncode == 0
    assert set(after.changed.values()) == {0}
