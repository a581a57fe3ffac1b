# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import systemd

SHOWN = {
    "LoadState": "loaded",
    "UnitFileState": "enabled",
    "ActiveState": "active",
    "MainPID": "12",
    "ExecMainStartTimestampMonotonic": "5000000",
    "StateChangeTimestampMonotonic": "6500000",
    "FragmentPath": "/usr/lib/systemd/system/pgbouncer.service",
    "DropInPaths": "/etc/a.conf /etc/b.conf",
}


class Host:
    """Remembers what it was told, and answers by the verb."""

    def __init__(self, **answers):
        self.answers, self.commands = answers, []

    def __call__(self, command):
        self.commands.append(command)
        return self.answers.get(command[1], (0, "", ""))


def test_a_unit_is_read_from_its_properties():
    host = Host(show=(0, "".join(f"{key}={value}\n" for key, value in SHOWN.items()), ""))
    assert systemd.show(host, "pgbouncer.service") == SHOWN


def test_a_host_without_systemd_is_named():
    with pytest.raises(LaunchError, match="systemd does not answer"):
        systemd.show(Host(show=(1, "", "System has not been booted with systemd")), "pgbouncer.service")


def test_times_since_boot_become_times_of_day():
    unit = systemd.to_unit(SHOWN)
    boot = time.time() - time.monotonic()
    assert unit.started == pytest.approx(boot + 5, abs=0.1)
    assert unit.loaded == pytest.approx(boot + 6.5, abs=0.1)
    assert (unit.enabled, unit.active, unit.pid) == (True, True, 12)


@pytest.mark.parametrize(("state", "active"), [
    ("active", True), ("reloading", True), ("activating", False), ("inactive", False), ("failed", False),
])
def test_active(state, active):
    assert systemd.to_unit(SHOWN | {"ActiveState": state}).active is active


def test_a_unit_that_never_ran_has_no_times():
    unit = systemd.to_unit(SHOWN | {"ExecMainStartTimestampMonotonic": "0", "StateChangeTimestampMonotonic": "0"})
    assert (unit.started, unit.loaded) == (None, None)


def test_the_unit_and_its_drop_ins_are_watched():
    assert systemd.unit_files(SHOWN) == ["/usr/lib/systemd/system/pgbouncer.service", "/etc/a.conf", "/etc/b.conf"]


def test_a_file_that_is_not_there_has_no_time(tmp_path):
    there = tmp_path / "there"
    there.touch()
    assert list(systemd.change_times([str(there), str(tmp_path / "gone")])) == [str(there)]


def test_a_restart_takes_up_the_changed_unit():
    host = Host()
    systemd.act(host, "restart", "pgbouncer.service")
    verbs = [command[1] for command in host.commands]
    assert verbs == ["daemon-reload", "reset-failed", "restart"]


def test_a_reload_disturbs_nothing_else():
    host = Host()
    systemd.act(host, "reload", "pgbouncer.service")
    assert host.commands == [["systemctl", "reload", "pgbouncer.service"]]


def test_a_failure_carries_the_log():
    host = Host(start=(1, "", "Job failed."), **{"--no-pager": (0, "FATAL cannot load config file\n", "")})
    with pytest.raises(LaunchError, match="(?s)did not start: Job failed.*FATAL cannot load config file"):
        systemd.act(host, "start", "pgbouncer.service")
