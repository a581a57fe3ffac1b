# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX starts them, by ansible-runner: what a job finds there is not what a person's folder has.

- The project is a checkout that can't be written to, and the home is thrown away.
- The inventory is a script that prints what an earlier synchronisation found; nothing in a job can make it look again.
- The ssh key is in an agent. Callbacks are AWX's own and those of the project's ansible.cfg.
- The user is another one where the tests are root's. Such a user may read what is beneath root's home, as Python there, and
  may write only to what is its own.
"""
from __future__ import annotations

import configparser
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import typing as t

from tests.integration.site.account import PROFILE
from tests.integration.site.playbooks import INVENTORY, LIMIT
from tests.support.ansible import PLAYBOOK, ROOT

NOBODY = 65534
BECOME_NOBODY = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--",
)
# awx/main/tasks/jobs.py
SCRIPT = "#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({!r})\n"
OWN_CALLBACK = "indirect_instance_count"
ENVIRONMENT = {
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
    "ANSIBLE_RETRY_FILES_ENABLED": "False",
    "ANSIBLE_COLLECTIONS_PATH": "requirements_collections:.collections",
    "JOB_ID": "7",
}


class Job(t.NamedTuple):
    """A finished job: exit code, what it printed, its events, and what it hands on to the jobs that follow."""

    returncode: int
    output: str
    events: list[dict[str, t.Any]]

    @property
    def artifacts(self) -> dict[str, t.Any] | None:
        """None where there was no recap."""
        found = [event["event_data"]["artifact_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return found[-1] if found else None

    def changed(self) -> list[tuple[str, str]]:
        """Task and host of each result that says `changed`."""
        results = [event["event_data"] for event in self.events if event["event"] == "runner_on_ok"]
        return [(data["task"], data["host"]) for data in results if data["res"].get("changed")]


class Controller:
    """A folder as an execution environment has it, with the project and the inventory of one synchronisation each."""

    def __init__(self) -> None:
        # Not beneath pytest's folder, which is closed to others; and short, because paths of sockets are.
        self._top = pathlib.Path(tempfile.mkdtemp(prefix="awx-"))
        self._folder = self._top / "runner"
        self.project = self._folder / "project"
        self._jobs = 0

    def __enter__(self) -> Controller:
        _copy_project(self.project)
        for name in ("home", "bin", "runner/inventory", "runner/env", "runner/artifacts", "runner/cp"):
            (self._top / name).mkdir(parents=True)
        # Debian's has the group's bit set, at which the kernel takes away what lets that user read.
        agent = self._top / "bin" / "ssh-agent"
        shutil.copyfile("/usr/bin/ssh-agent", agent)
        agent.chmod(0o755)
        script = self._folder / "inventory" / "hosts"
        script.write_text(SCRIPT.format(_exported_inventory()), encoding="utf-8")
        script.chmod(0o700)
        self._write("envvars", json.dumps(ENVIRONMENT | {
            "ANSIBLE_CALLBACKS_ENABLED": f"{_projects_callbacks(self.project)},{OWN_CALLBACK}",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._folder / "cp"),
        }))
        self._write("ssh_key", PROFILE.private_key.read_text(encoding="utf-8"))
        self._give_away()
        return self

    def __exit__(self, *_error: object) -> None:
        subprocess.run(["chmod", "--recursive", "u+w", str(self._top)], check=True)
        shutil.rmtree(self._top)

    def run(self, playbook: str, **variables: object) -> Job:
        """Start a job template of the type `check`, with `show changes`, and wait for its end.

        :arg variables: its extra variables.
        """
        self._jobs += 1
        ident = str(self._jobs)
        files = {"system_ca_file": str(PROFILE.ca_file)}
        self._write("extravars", json.dumps(files | variables))
        self._write("cmdline", "--check --diff")
        self._give_away()
        home = self._top / "home"
        environment = {"HOME": str(home), "USER": "runner", "LANG": "C.UTF-8", "PATH": f"{self._top / 'bin'}:{pathlib.Path(sys.executable).parent}:/usr/bin:/bin"}
        command = ["ansible-runner", "run", str(self._folder), "--ident", ident, "--playbook", f"playbooks/{playbook}", "--quiet"]
        done = subprocess.run(
            [*(BECOME_NOBODY if os.geteuid() == 0 else ()), *command], env=environment, cwd=self._top, capture_output=True, text=True,
            check=False, timeout=LIMIT, stdin=subprocess.DEVNULL,
        )
        assert (self._folder / "artifacts" / ident / "stdout").exists(), done.stdout + done.stderr
        return self._read(ident, done.returncode)

    def _read(self, ident: str, returncode: int) -> Job:
        artifacts = self._folder / "artifacts" / ident
        events = [json.loads(path.read_text(encoding="utf-8")) for path in (artifacts / "job_events").glob("*.json")]
        return Job(returncode, (artifacts / "stdout").read_text(encoding="utf-8"), sorted(events, key=lambda event: event["counter"]))

    def _write(self, name: str, content: str) -> None:
        path = self._folder / "env" / name
        path.write_text(content, encoding="utf-8")
        path.chmod(0o600)

    def _give_away(self) -> None:
        """All but the project to the job's user, and the project to nobody who could write."""
        if os.geteuid() == 0:
            self._top.chmod(0o755)
            places = [self._top / "home", self._folder, *[path for path in self._folder.iterdir() if path != self.project]]
            for place in places:
                options = [] if place == self._folder else ["--recursive"]
                subprocess.run(["chown", *options, f"{NOBODY}:{NOBODY}", str(place)], check=True)
        else:
            subprocess.run(["chmod", "--recursive", "a-w", str(self.project)], check=True)


def _copy_project(folder: pathlib.Path) -> None:
    """What git would check out of this tree as it is."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in [name for name in listed.stdout.split("\0") if name and os.path.lexists(ROOT / name)]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)


def _projects_callbacks(project: pathlib.Path) -> str:
    settings = configparser.ConfigParser()
    settings.read(project / "ansible.cfg", encoding="utf-8")
    return settings["defaults"]["callbacks_enabled"]


def _exported_inventory() -> str:
    """What the synchronisation of an inventory from the project finds."""
    sources = [word for source in INVENTORY for word in ("-i", str(source))]
    done = subprocess.run(
        [str(PLAYBOOK.with_name("ansible-inventory")), *sources, "--list", "--export"], cwd=ROOT, capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))},
    )
    return json.dumps(json.loads(done.stdout))
