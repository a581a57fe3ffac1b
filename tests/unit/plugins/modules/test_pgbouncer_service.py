# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import os
import time

import pytest

from ansible_collections.launch.database.plugins.module_utils._pgbouncer import service_job
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.ini import parse
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_plan import Console, Setting
from ansible_collections.launch.database.plugins.modules import pgbouncer_service
from tests.support.plans import given_to_apply, without

READS = {"show", "--version"}


class Ended(Exception):
    def __init__(self, outcome):
        self.outcome = outcome
        super().__init__(outcome)


class Host:
    """A host in memory with a real configuration file; stands for AnsibleModule as well.

    :arg deaf: a reload changes nothing, as after a faulty line.
    """

    def __init__(self, folder, check_mode=False, deaf=False):
        self.check_mode, self.deaf = check_mode, deaf
        self.config = folder / "pgbouncer.ini"
        self.params = {
            "name": "pgbouncer.service", "config": str(self.config), "program": "pgbouncer", "reload_timeout": 0,
        }
        self.enabled, self.active, self.since, self.loaded = False, False, 0.0, {}
        self.commands = []
        self.broken = False

    def write(self, pool_size):
        self.config.write_text(f"[pgbouncer]\ndefault_pool_size = {pool_size}\n", encoding="utf-8")
        time.sleep(0.02)  # longer than the clock of files ticks

    def run_command(self, command, check_rc=False):
        verb = command[1]
        self.commands.append(verb)
        if verb == "--version" and self.broken:
            return 127, "", "no such library"
        if verb == "show":
            return 0, "".join(f"{key}={value}\n" for key, value in self.properties().items()), ""
        if verb == "enable":
            self.enabled = True
        if verb in ("start", "restart") or verb == "reload" and not self.deaf:
            self.active, self.since = True, time.monotonic()
            self.loaded = dict(parse(self.config.read_text(encoding="utf-8")).settings)
        return 0, "PgBouncer 1.26.1", ""

    def properties(self):
        return {
            "LoadState": "loaded" if self.config.exists() else "not-found",
            "UnitFileState": "enabled" if self.enabled else "disabled",
            "ActiveState": "active" if self.active else "inactive",
            "MainPID": os.getpid() if self.active else 0,
            "ExecMainStartTimestampMonotonic": int(self.since * 1e6),
            "StateChangeTimestampMonotonic": int(self.since * 1e6),
            "FragmentPath": "",
            "DropInPaths": "",
        }

    def console(self, folders, uid):
        return Console("1.26.1", {"default_pool_size": Setting(self.loaded["default_pool_size"], "20", True)}, {})

    def warn(self, sentence):
        raise AssertionError(sentence)

    def exit_json(self, **outcome):
        raise Ended(outcome)

    def fail_json(self, **outcome):
        raise Ended(outcome | {"failed": True})


@pytest.fixture
def run(monkeypatch):
    """Run the module on a host in memory and give what it returns."""
    def run_on(host):
        monkeypatch.setattr(pgbouncer_service, "AnsibleModule", lambda **kwargs: host)
        monkeypatch.setattr(service_job, "read_console", host.console)
        host.commands.clear()
        with pytest.raises(Ended) as ended:
            pgbouncer_service.main()
        return ended.value.outcome
    return run_on


def test_a_new_service_is_enabled_and_started_once(tmp_path, run):
    host = Host(tmp_path)
    host.write(70)
    outcome = run(host)
    assert [change["action"] for change in outcome["plan"]] == ["enable", "start"]
    assert outcome["service"] == {"active": True, "enabled": True, "version": "1.26.1", "databases": []}
    assert run(host)["changed"] is False


def test_check_mode_only_looks(tmp_path, run):
    host = Host(tmp_path, check_mode=True)
    host.write(70)
    assert run(host)["changed"] is True
    assert set(host.commands) <= READS


def test_check_mode_needs_nothing_to_be_installed(tmp_path, run):
    assert [change["path"] for change in run(Host(tmp_path, check_mode=True))["plan"]] == ["unit.enabled", "unit.active"]


def test_what_was_written_and_not_loaded_is_reloaded_by_whichever_run_comes_next(tmp_path, run):
    host = Host(tmp_path)
    host.write(70)
    run(host)
    host.write(60)
    outcome = run(host)
    assert {change["path"] for change in outcome["plan"]} == {"settings.default_pool_size", str(host.config)}
    assert "reload" in host.commands and "restart" not in host.commands
    assert run(host)["changed"] is False


def test_a_reload_that_did_not_take_is_a_failure(tmp_path, run):
    host = Host(tmp_path)
    host.write(70)
    run(host)
    host.write(60)
    host.deaf = True
    outcome = run(host)
    assert outcome["failed"] is True
    assert "settings.default_pool_size is '70', not '60'" in outcome["msg"]


def test_what_is_reported_is_what_is_handed_to_apply(tmp_path, run, monkeypatch):
    handed = given_to_apply("pgbouncer_service", monkeypatch)
    host = Host(tmp_path)
    host.write(70)
    assert run(host)["plan"] == handed[0].as_result()


def test_an_empty_plan_is_carried_out_by_doing_nothing(tmp_path, run, monkeypatch):
    given_to_apply("pgbouncer_service", monkeypatch, lambda plan: dataclasses.replace(plan, changes=()))
    host = Host(tmp_path)
    host.write(70)
    assert run(host)["failed"] is True
    assert set(host.commands) <= READS


@pytest.mark.parametrize(("path", "done"), [("unit.enabled", "start"), ("unit.active", "enable")])
def test_a_change_that_is_taken_out_of_the_plan_is_not_made(tmp_path, run, monkeypatch, path, done):
    given_to_apply("pgbouncer_service", monkeypatch, lambda plan: without(plan, path))
    host = Host(tmp_path)
    host.write(70)
    assert f"still differs: {path} is False, not True" in run(host)["msg"]
    assert set(host.commands) & {"enable", "start"} == {done}


def test_a_program_that_does_not_run_is_named(tmp_path, run):
    host = Host(tmp_path)
    host.write(70)
    host.broken = True
    outcome = run(host)
    assert (outcome["option"], outcome["value"]) == ("program", "pgbouncer")
    assert "no such library" in outcome["msg"]
