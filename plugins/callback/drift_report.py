# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write down what a run in check mode would have changed, and what it could not look at."""
from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
type: notification
short_description: Report of what a run in check mode would change
version_added: 0.1.0
description:
  - Gathers every task that would change something, with its plan or its difference, everything that waits for a
    reboot or a maintenance window, and everything that could not be looked at.
  - Writes a JSON file and prints a short summary. It does so in check mode only, because a run that changes things is no
    report on drift, and only for a playbook with a play that carries the tag C(drift_verdict), such as
    C(launch.database.drift_check). It can therefore be enabled for good, as AWX wants it, which takes callbacks from the
    C(ansible.cfg) of its project; C(launch.database.site) with C(--check) writes nothing.
  - The verdict is V(clean), V(drift) or V(unknown). It is V(unknown) as soon as anything failed, was unreachable
    or matched no host, was not looked at because it waits for a change (RV(launch.database.postgres_isolation_check#module:not_looked_at)),
    or was left out by C(--limit), C(--tags), C(--skip-tags) or C(--start-at-task), also when differences were found beside it.
  - What M(launch.database.postgres_check) and M(launch.database.postgres_schema) fail for was looked at, and counts as a difference.
  - While the run goes on, and for ever if it is killed, the file says V(unknown) with C(complete=false).
  - A handler is the consequence of a difference, and the plays and tasks tagged C(drift_verdict) judge this report,
    so neither is part of it. While the playbook runs, E(LAUNCH_DRIFT_REPORT_FILE) is the absolute path of the file, or
    E(LAUNCH_DRIFT_REPORT_PROBLEM) says why there is none.
  - Values of keys that name a password, verifier, token, secret or private key are hidden, as are SCRAM verifiers
    and private keys inside of text. Tasks with C(no_log) are named without any detail.
options:
  report_path:
    description:
      - File that the report is written to, relative to the current directory. Its folder is created. Where a file
        that was asked for can't be written, C(launch.database.drift_check) refuses to look at anything.
      - Without it, the file is C(reports/drift.json), or, where that can't be written, C(drift.json) in a new folder for
        temporary files. Its path is the last line of the output.
    type: path
    env:
      - name: LAUNCH_DRIFT_REPORT
    ini:
      - section: callback_drift_report
        key: report_path
requirements:
  - enabled by C(callbacks_enabled=launch.database.drift_report) in C(ansible.cfg), or by E(ANSIBLE_CALLBACKS_ENABLED)
"""

EXAMPLES = r"""
ansible.cfg: |
  [defaults]
  callbacks_enabled = launch.database.drift_report

  [callback_drift_report]
  report_path = /var/lib/launch/drift.json
"""

import datetime
import os
import typing as t

from ansible import context
from ansible.playbook.handler import Handler
from ansible.plugins.callback import CallbackBase

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._drift import file
from ansible_collections.launch.database.plugins.plugin_utils._drift.report import Report

VERDICT_TAG = "drift_verdict"
FILE = "LAUNCH_DRIFT_REPORT_FILE"
PROBLEM = "LAUNCH_DRIFT_REPORT_PROBLEM"
# Has a message about what it found, whether or not the play calls that a failure: it did look.
# By the module that looks, the part of its answer that has what it fails for.
LOOKING = {"launch.database.postgres_check": "findings", "launch.database.postgres_schema": "differences"}


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "launch.database.drift_report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._report = Report()
        self._path: str | None = None
        self._play = ""
        self._playbook = ""
        self._started = _now()

    def set_options(self, task_keys=None, var_options=None, direct=None) -> None:
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        if not context.CLIARGS.get("check", False):
            self.disabled = True

    def v2_playbook_on_start(self, playbook) -> None:
        self._report = Report()
        self._playbook = os.path.basename(playbook._file_name)
        self._path = self._find_place() if any(_judges(play) for play in playbook.get_plays()) else None
        for option, value in _narrowed(context.CLIARGS):
            self._report.add_unknown({"host": "*", "play": "all"}, f"{option} {value} kept parts of it from being looked at")

    def v2_playbook_on_play_start(self, play) -> None:
        self._play = play.get_name().strip()
        # From the first play on, so that a run that is killed leaves no earlier run's verdict behind. The play that
        # judges reads the report before the end of the run: for it everything has been looked at.
        self._write(complete=_judges(play))

    def v2_playbook_on_no_hosts_matched(self) -> None:
        self._report.add_unknown(self._where("*", None), "no host matched this play")

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        self._report.add_unknown(self._where("*", None), "no host was left for this play")

    def v2_runner_on_ok(self, result) -> None:
        # A loop's items were reported one by one already; its own result only repeats them.
        if "results" not in result.result or not result.task.loop:
            self._add_result(result)

    def v2_runner_item_on_ok(self, result) -> None:
        self._add_result(result)

    def v2_runner_on_skipped(self, result) -> None:
        # Skipped by a condition nothing is said of it; by the collection's own modules, what was not looked at.
        for reason in result.result.get("not_looked_at", ()):
            self._report.add_unknown(self._where(result.host.get_name(), result), f"not looked at: {reason}")

    def v2_runner_on_failed(self, result, ignore_errors=False) -> None:
        where = self._where(result.host.get_name(), result)
        if _found(result):
            self._report.add_findings(where, result.result)
        elif not ignore_errors and not _judges(result.task):
            self._report.add_unknown(where, _reason(result.result))

    def v2_runner_on_unreachable(self, result) -> None:
        self._report.add_unknown(self._where(result.host.get_name(), result), _reason(result.result))

    def v2_playbook_on_stats(self, stats) -> None:
        self._write(complete=True)
        if self._path:
            for line in [*self._report.summary(), f"report: {self._path}"]:
                self._display.display(line)

    def _find_place(self) -> str | None:
        """Where the report goes. Plays learn that from the environment: nothing else of a callback reaches them."""
        try:
            os.environ[FILE] = path = file.find_place(self.get_option("report_path"))
            return path
        except LaunchError as error:
            os.environ[PROBLEM] = error.message
            # Raised, it would be no more than a warning either.
            self._display.warning(error.message)
            return None

    def _add_result(self, result) -> None:
        if isinstance(result.task, Handler) or _judges(result.task):
            return
        where = self._where(result.host.get_name(), result)
        if _found(result):
            self._report.add_findings(where, result.result)
        else:
            self._report.add_result(where, result.result)

    def _where(self, host: str, result) -> dict[str, t.Any]:
        where = {"host": host, "play": self._play}
        if result is not None:
            where["task"] = result.task.get_name().strip()
            label = result.result.get("_ansible_item_label")
            if label is not None:
                where["item"] = label
        return where

    def _write(self, complete: bool) -> None:
        if self._path:
            head = {"playbook": self._playbook, "started": self._started, "written": _now()}
            file.write_json(self._path, head | self._report.as_dict(complete))


def _narrowed(arguments: t.Mapping[str, t.Any]) -> list[tuple[str, str]]:
    """The options, from wherever they were set, by which a run leaves hosts or tasks out."""
    tags = {*(arguments.get("tags") or ())} - {"all"}
    found = {
        "--limit": arguments.get("subset"),
        "--tags": ",".join(sorted(tags)),
        "--skip-tags": ",".join(sorted(arguments.get("skip_tags") or ())),
        "--start-at-task": arguments.get("start_at_task"),
    }
    return [(option, value) for option, value in found.items() if value]


def _found(result) -> bool:
    return bool(result.result.get(LOOKING.get(result.task.action))) and "msg" in result.result


def _judges(play_or_task) -> bool:
    return VERDICT_TAG in play_or_task.tags


def _reason(result: t.Mapping[str, t.Any]) -> str:
    """Why a task failed: of a loop the messages of the items that did, not "one or more items failed"."""
    failed = [item for item in result.get("results", []) if item.get("failed") or item.get("unreachable")]
    messages = [str(item.get("msg", "")) for item in failed] or [str(result.get("msg", ""))]
    return "; ".join(message for message in messages if message) or "no reason is shown"


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
