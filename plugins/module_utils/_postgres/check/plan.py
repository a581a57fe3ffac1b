# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a database, and what their findings mean: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split

# In the order of their weight.
SEVERITIES = ("warning", "error")
NEVER = "never"

_COLUMNS = ("rule", "severity", "object", "detail", "remedy")
_SUFFIX = ".sql"
_QUERY = re.compile(r"(SELECT|WITH|VALUES)\b")


@dataclasses.dataclass(frozen=True)
class Check:
    """A file with one query that has a row for each finding.

    :arg name: of the file, relative to the folder.
    """

    name: str
    query: str


@dataclasses.dataclass(frozen=True)
class Finding:
    """A row of a check, beside the check's name; the other fields are the row's columns."""

    check: str
    rule: str
    severity: str
    object: str
    detail: str
    remedy: str

    @property
    def error(self) -> LaunchError:
        return LaunchError(f"{self.detail}.", option=self.rule, value=self.object, remedy=f"Remedy: {self.remedy}.")


class Found(LaunchErrors):
    """Findings that nobody may pass over, and with them the others."""

    def __init__(self, serious: t.Sequence[Finding], told: t.Sequence[Finding]) -> None:
        self.serious, self.told = serious, told
        super().__init__([finding.error for finding in serious])

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), **as_result([*self.serious, *self.told], self.told)}


def load(files: t.Mapping[str, bytes]) -> list[Check]:
    """The checks in the order of their names; LaunchErrors with all that is wrong. Files that are no SQL are left alone."""
    checks, errors = [], []
    for name in sorted(files):
        if name.endswith(_SUFFIX):
            try:
                checks.append(_check(name, files[name]))
            except LaunchError as error:
                errors.append(error)
    raise_all(errors)
    if not checks:
        raise LaunchError("holds no check.", option="path", remedy="Nothing would be looked at: mend the path.")
    return checks


def findings_of(check: Check, columns: t.Sequence[str], rows: t.Sequence[t.Sequence[t.Any]]) -> list[Finding]:
    """The findings of a check. LaunchError if its answer is none that a check gives."""
    if tuple(columns) != _COLUMNS:
        raise LaunchError(
            f"answers with the columns {', '.join(columns)}.", option="path", value=check.name, remedy=f"A check has the columns {', '.join(_COLUMNS)}.",
        )
    found = [Finding(check.name, *row) for row in rows]
    for finding in found:
        if finding.severity not in SEVERITIES:
            raise LaunchError(
                f"has the severity {finding.severity!r}.", option="path", value=check.name, remedy=f"There are {' and '.join(SEVERITIES)}.",
            )
    return found


def divided(findings: t.Sequence[Finding], fail_on: str) -> tuple[list[Finding], list[Finding]]:
    """Those that are a failure, and those that are told only.

    :arg fail_on: the least severity that is a failure, or NEVER.
    """
    failing = () if fail_on == NEVER else SEVERITIES[SEVERITIES.index(fail_on):]
    return (
        [finding for finding in findings if finding.severity in failing],
        [finding for finding in findings if finding.severity not in failing],
    )


def as_result(findings: t.Sequence[Finding], told: t.Sequence[Finding]) -> dict[str, t.Any]:
    """What a module returns about findings.

    :arg told: those that are told only; as sentences, because it is the action plugin on the controller that tells them.
    """
    return {"findings": [dataclasses.asdict(finding) for finding in findings], "told": [finding.error.message for finding in told]}


def _check(name: str, content: bytes) -> Check:
    try:
        statements = split(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LaunchError(
            f"is not UTF-8: byte {error.start} can't be read.", option="path", value=name, remedy="Save it as UTF-8.",
        ) from error
    # More than one could end the transaction that only reads.
    if len(statements) != 1 or not _QUERY.match(statements[0].words):
        raise LaunchError("is not one query.", option="path", value=name, remedy="Write it as one SELECT.")
    return Check(name, statements[0].text)
