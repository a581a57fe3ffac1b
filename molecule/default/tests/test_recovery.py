# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change by hand is named, and a run that was killed is finished by the next one.

One host is enough for this. The tests build on one another, and the last one leaves the host as the first one found it.
"""
from __future__ import annotations

import signal

from tests.support.ansible import ROOT
from tests.support.pool_host import changed, converge

INI = "/etc/pgbouncer/pgbouncer.ini"
WRITE = "Write the configuration"
SERVICE = "Bring the running process in line with its files"
KILLED_BEFORE_SERVICE = {
    "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "molecule/plugins/callback"),
    "ANSIBLE_CALLBACKS_ENABLED": "kill_at",
    "KILL_AT": SERVICE,
}


def settings_of(plan):
    return {change["path"]: (change["before"], change["after"]) for change in plan if change["path"].startswith("settings.")}


def test_check_mode_finds_nothing_after_a_run():
    assert changed(converge(check=True)) == {}


def test_check_mode_finds_nothing_from_a_controller_that_has_no_copies_of_the_certificates(tmp_path):
    folder = tmp_path / "missing"
    assert changed(converge(check=True, pgbouncer_client_ca_folder=str(folder))) == {}
    assert not folder.exists()


def test_a_line_changed_by_hand_is_named_with_its_difference(first):
    first.check_output("sed -i 's/^default_pool_size = 20$/default_pool_size = 21/' %s", INI)
    first.check_output("systemctl reload pgbouncer")
    found = changed(converge(check=True))
    assert list(found) == [WRITE]
    (difference,) = [part for part in found[WRITE]["diff"] if "before" in part]
    lines = set(difference["before"].splitlines()) ^ set(difference["after"].splitlines())
    assert lines == {"default_pool_size = 21", "default_pool_size = 20"}


def test_a_killed_run_leaves_a_file_that_the_process_has_not_loaded_and_check_mode_says_so():
    assert converge(env=KILLED_BEFORE_SERVICE).returncode == -signal.SIGKILL
    found = changed(converge(check=True))
    assert list(found) == [SERVICE]
    assert found[SERVICE]["action"] == "launch.database.pgbouncer_service"
    assert settings_of(found[SERVICE]["plan"]) == {"settings.default_pool_size": ("21", "20")}


def test_the_next_run_does_the_rest_and_nothing_else(first):
    before = first.service("pgbouncer").systemd_properties["MainPID"]
    assert list(changed(converge())) == [SERVICE]
    assert first.service("pgbouncer").systemd_properties["MainPID"] == before
