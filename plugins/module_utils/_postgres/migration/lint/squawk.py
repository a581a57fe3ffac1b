# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What squawk says of a script, a linter that somebody may have: https://squawkhq.com.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import json
import subprocess
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.check.finding import SEVERITIES, Finding
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Preview

PREFIX = "squawk-"
# How a script is run makes sure of these: one transaction, or a run that is gone on with, and time limits of our own.
_OURS = ("prefer-robust-stmts", "require-lock-timeout", "require-statement-timeout")
_SECONDS = 60
_ANSWERED = (0, 1)
_NO_SUCH_RULE = "invalid rule name"


def ask(program: str, excluded: t.Sequence[str], preview: Preview, sql: str, outside: bool, version: int) -> list[Finding]:
    """Its findings. LaunchError where it can't be run, or gives no answer that can be read: what was asked for was not looked at then.

    :arg program: its path, or its name where the module runs.
    :arg excluded: names of its rules that nobody wants to hear.
    :arg sql: what the script runs; it gets it through its standard input.
    :arg outside: whether the script runs outside of a transaction.
    :arg version: of the server, as a number: 170012.
    """
    command = [
        program, "--reporter=json", f"--stdin-filepath={preview.path}", f"--pg-version={version // 10000}.{version % 10000}",
        f"--exclude={','.join([*_OURS, *excluded])}", "--no-assume-in-transaction" if outside else "--assume-in-transaction",
    ]
    try:
        done = subprocess.run(command, input=sql, capture_output=True, encoding="utf-8", timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unheard(program, f"it can't be run: {error}", preview) from error
    if done.returncode not in _ANSWERED and excluded and _NO_SUCH_RULE in done.stderr:
        raise LaunchError(
            f"{' '.join(done.stderr.split())[:200]}.", option="squawk_excluded", value=", ".join(excluded),
            remedy=f"Name its rules as squawk itself does, without {PREFIX} before them.",
        )
    if done.returncode not in _ANSWERED:
        raise _unheard(program, f"it ended with {done.returncode}: {' '.join(done.stderr.split())[:200]}", preview)
    return said(program, done.stdout, preview)


def said(program: str, answer: str, preview: Preview) -> list[Finding]:
    """The findings in its answer, each at the statement that it is in. Pure."""
    try:
        return [_finding(each, preview) for each in json.loads(answer)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unheard(program, "its answer can't be read; version 2 is known", preview) from error


def _finding(each: t.Mapping[str, t.Any], preview: Preview) -> Finding:
    line = each["line"] + 1
    begun = max((step.line for step in preview.steps if step.line <= line), default=line)
    remedy = each["help"] or f"see squawk's page about {each['rule_name']}"
    detail = " ".join(each["message"].split()).rstrip(".")
    return Finding("lint", PREFIX + each["rule_name"], SEVERITIES[0], f"{preview.path} line {begun}", detail, " ".join(remedy.split()).rstrip("."))


def _unheard(program: str, problem: str, preview: Preview) -> LaunchError:
    return LaunchError(
        f"{preview.path}: {problem}.", option="squawk", value=program, remedy="Install squawk-cli where the module runs, or leave the option out.",
    )
