# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback under the real ansible-playbook, on small plays that need no host but this one."""
from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import textwrap
import typing as t

import pytest

ROOT = pathlib.Path(__file__).parents[3]
ANSIBLE_PLAYBOOK = pathlib.Path(sys.executable).with_name("ansible-playbook")

CHANGING = """
- name: Files
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Write a file
      ansible.builtin.copy: {content: "new\\n", dest: "{{ folder }}/file", mode: "0600"}
      notify: Tell somebody
    - name: Write several files
      ansible.builtin.copy: {content: x, dest: "{{ folder }}/{{ item }}", mode: "0600"}
      loop: [present, absent]
    - name: Write a secret
      ansible.builtin.copy: {content: hunter2, dest: "{{ folder }}/secret", mode: "0600"}
      no_log: true
  handlers:
    - name: Tell somebody
      ansible.builtin.copy: {content: x, dest: "{{ folder }}/told", mode: "0600"}
"""
FAILING = """
- name: Looks
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look at one thing
      ansible.builtin.fail: {msg: "cannot look at {{ item }}"}
      loop: [a, b]
"""
UNREACHABLE = """
- name: Far away
  hosts: far
  gather_facts: false
  tasks:
    - name: Look
      ansible.builtin.ping:
"""
TOLERATED = """
- name: Looks
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look
      ansible.builtin.fail: {msg: no}
      ignore_errors: true  # the input of the test: what a play's author ignores must be no drift, and only this keyword makes Ansible report it as ignored
"""
CLEAN = """
- name: Looks
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look
      ansible.builtin.ping:
"""
WAITING = """
- name: Proof
  hosts: localhost
  gather_facts: false
  tasks:
    - name: No tenant sees another's rows
      launch.database.postgres_isolation_check:
        tenants: [a, b]
        actor: c
        login_secret: /not/read
        waits_for: [strength is to be signed]
    - name: Skipped by a condition
      ansible.builtin.ping:
      when: false
"""
VERDICT = """
- name: Verdict
  hosts: localhost
  gather_facts: false
  tags: [drift_verdict]
  tasks:
    - name: Read the report of this run
      ansible.builtin.debug:
        msg: "so far {{ (lookup('ansible.builtin.file', report) | from_json).verdict }}"
    - name: Judge it
      ansible.builtin.fail: {msg: drift}
"""
JUDGED = """
- name: Verdict
  hosts: localhost
  gather_facts: false
  tags: [drift_verdict]
"""
KILLED = """
- name: Dies half-way
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look at one thing
      ansible.builtin.ping:
    - name: Kill ansible-playbook
      # A worker reads this file as its own; the fourth word in it is the parent.
      ansible.builtin.shell: kill -KILL {{ lookup('ansible.builtin.file', '/proc/self/stat').split(')')[1].split()[1] }}
      check_mode: false
"""


class Toy(t.NamedTuple):
    """A finished run: what it printed and what it reported (None without a file)."""

    output: str
    report: dict[str, t.Any] | None

    def found(self) -> list[tuple[str, str, str | None]]:
        return [(item["kind"], item.get("task", item["play"]), item.get("item")) for item in self.report["items"]]


@pytest.fixture
def play(tmp_path: pathlib.Path) -> t.Callable[..., Toy]:
    def run(*plays: str, check: bool = True, judged: bool = True, arguments: t.Sequence[str] = (), **env: str) -> Toy:
        (tmp_path / "present").write_text("x")
        (tmp_path / "present").chmod(0o600)
        playbook = tmp_path / "toy.yml"
        playbook.write_text("---\n" + "".join(textwrap.dedent(text) for text in [*plays, *([local(JUDGED)] if judged else [])]))
        report = tmp_path / "reports" / "drift.json"
        command = [ANSIBLE_PLAYBOOK, playbook, "--diff", "-i", "localhost,far,", *(["--check"] if check else [])]
        variables = {
            "folder": str(tmp_path), "report": str(report), "ansible_python_interpreter": sys.executable,
            "ansible_host": "{{ '127.0.0.1' }}", "ansible_port": 1,
        }
        command += ["-e", json.dumps(variables), *arguments]
        environment = os.environ | {
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "LAUNCH_DRIFT_REPORT": str(report),
            "ANSIBLE_HOST_KEY_CHECKING": "false",
        } | env
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        content = json.loads(report.read_text()) if report.exists() else None
        return Toy(done.stdout + done.stderr, content)

    return run


def local(text: str) -> str:
    return text.replace("gather_facts: false", "gather_facts: false\n  connection: local")


def test_changes_items_and_secrets(play: t.Callable[..., Toy]) -> None:
    toy = play(local(CHANGING))
    assert toy.found() == [
        ("change", "Write a file", None),
        ("change", "Write several files", "absent"),
        ("change", "Write a secret", None),
    ]
    assert toy.report["items"][0]["diff"][0]["after"] == "new\n"
    assert "diff" not in toy.report["items"][2]
    assert "hunter2" not in toy.output + json.dumps(toy.report)
    assert "drift: drift (3 change, 0 pending, 0 unknown)" in toy.output


def test_what_failed_is_unknown_with_its_reasons(play: t.Callable[..., Toy]) -> None:
    toy = play(local(FAILING), local(CHANGING))
    assert toy.report["verdict"] == "unknown"
    assert toy.report["items"][0]["reason"] == "cannot look at a; cannot look at b"


def test_a_proof_that_waits_for_a_change_is_skipped_and_unknown(play: t.Callable[..., Toy]) -> None:
    toy = play(local(WAITING))
    assert toy.found() == [("unknown", "No tenant sees another's rows", None)]
    assert (toy.report["verdict"], toy.report["items"][0]["reason"]) == ("unknown", "not looked at: strength is to be signed")
    assert "ok: [localhost]" not in toy.output


def test_unreachable_is_unknown(play: t.Callable[..., Toy]) -> None:
    toy = play(UNREACHABLE)
    assert (toy.report["verdict"], toy.report["items"][0]["host"]) == ("unknown", "far")


def test_no_host_matched_is_unknown(play: t.Callable[..., Toy]) -> None:
    toy = play(UNREACHABLE.replace("hosts: far", "hosts: nobody"))
    assert toy.report["items"] == [
        {"kind": "unknown", "host": "*", "play": "Far away", "reason": "no host matched this play"}
    ]


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (["--limit", "localhost"], {}, "--limit localhost"),
        (["--tags", "drift_verdict"], {}, "--tags drift_verdict"),
        (["--skip-tags", "a,b"], {}, "--skip-tags a,b"),
        (["--start-at-task", "Look"], {}, "--start-at-task Look"),
        ([], {"ANSIBLE_RUN_TAGS": "never"}, "--tags never"),
    ],
)
def test_what_a_narrowed_run_leaves_out_is_unknown(
    play: t.Callable[..., Toy], arguments: list[str], env: dict[str, str], words: str
) -> None:
    report = play(local(CLEAN), arguments=arguments, **env).report
    assert (report["verdict"], report["items"][0]["reason"]) == ("unknown", f"{words} kept parts of it from being looked at")


def test_a_tolerated_failure_is_no_finding(play: t.Callable[..., Toy]) -> None:
    assert play(local(TOLERATED)).report["verdict"] == "clean"


def test_the_last_play_reads_the_report_and_is_no_part_of_it(play: t.Callable[..., Toy]) -> None:
    toy = play(local(CHANGING), local(VERDICT), judged=False)
    assert "so far drift" in toy.output
    assert toy.report["verdict"] == "drift"


def test_a_killed_run_leaves_no_earlier_verdict(play: t.Callable[..., Toy]) -> None:
    assert play(local(CLEAN)).report["verdict"] == "clean"
    report = play(local(KILLED)).report
    assert (report["verdict"], report["complete"]) == ("unknown", False)


def test_the_play_that_judges_learns_where_the_report_is(play: t.Callable[..., Toy]) -> None:
    told = VERDICT.replace("so far {{ (lookup('ansible.builtin.file', report)", "so far {{ (lookup('ansible.builtin.file', lookup('ansible.builtin.env', 'LAUNCH_DRIFT_REPORT_FILE'))")
    assert "so far clean" in play(local(CLEAN), local(told), judged=False).output


def test_a_playbook_that_nobody_judges_reports_nothing(play: t.Callable[..., Toy]) -> None:
    toy = play(local(CHANGING), judged=False)
    assert toy.report is None
    assert "drift:" not in toy.output and "report:" not in toy.output


def test_a_report_that_can_not_be_written_is_known_to_the_first_play(play: t.Callable[..., Toy], tmp_path: pathlib.Path) -> None:
    asks = VERDICT.replace("so far {{ (lookup('ansible.builtin.file', report) | from_json).verdict }}", "{{ lookup('ansible.builtin.env', 'LAUNCH_DRIFT_REPORT_PROBLEM') }}")
    toy = play(local(asks), judged=False, LAUNCH_DRIFT_REPORT=str(tmp_path / "present" / "drift.json"))
    shown = " ".join(toy.output.split("msg:")[1].split())
    assert "LAUNCH_DRIFT_REPORT: " in shown and "can't be written" in shown.replace("''", "'")
    assert "report:" not in toy.output


def test_a_real_run_reports_nothing(play: t.Callable[..., Toy]) -> None:
    toy = play(local(CHANGING), check=False)
    assert toy.report is None
    assert "drift:" not in toy.output
