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

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import Excuse, Judged
from ansible_collections.launch.database.plugins.module_utils._postgres.check.finding import SEVERITIES, UNSEEN, Finding
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_qualified
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from ansible_collections.launch.database.plugins.module_utils._postgres.names import SCHEMAS

NEVER = "never"

_COLUMNS = ("rule", "severity", "object", "detail", "remedy")
_SUFFIX = ".sql"
# Who is more than a tenant's login shows in every table that he can reach by it: what says so is the cause, and is told first.
_CAUSES = ("R26", "R27")
_QUERY = re.compile(r"(SELECT|WITH|VALUES)\b")


@dataclasses.dataclass(frozen=True)
class Check:
    """A file with one query that has a row for each object it looked at.

    :arg name: of the file, relative to the folder.
    """

    name: str
    query: str

    @property
    def rule(self) -> str:
        """What people call it: the beginning of the file's name."""
        return re.split(r"[_.]", self.name.rpartition("/")[2], maxsplit=1)[0]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the checks found.

    :arg judged: the findings, and what exceptions made of them.
    :arg examined: how many objects each check looked at, by its name.
    :arg not_applicable: the checks that had nothing to look at: what they look for is unknown.
    :arg absent: shared tables that are not there.
    :arg unknown_names: names of roles and schemas that the server does not have: what they stand for was not looked at.
    :arg application_roles: whom the checks took for the application.
    :arg not_run: why rules could not be looked at, by rule.
    :arg unseen: what rules say that they had no way to look at.
    """

    judged: Judged
    examined: t.Mapping[str, int]
    not_applicable: t.Sequence[Check]
    absent: t.Sequence[str] = ()
    unknown_names: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    application_roles: t.Sequence[str] = ()
    not_run: t.Mapping[str, LaunchError] = dataclasses.field(default_factory=dict)
    unseen: t.Sequence[Finding] = ()

    @property
    def findings(self) -> t.Sequence[Finding]:
        return self.judged.findings

    def as_result(self, fail_on: str) -> dict[str, t.Any]:
        """What a module returns about it. Warnings are sentences, because it is the action plugin on the controller that shows them."""
        _failures, lesser = divided(self.findings, fail_on)
        warned = [finding.error.message for finding in lesser]
        warned += [f"{check.rule}: there was nothing it applies to, so it is unknown whether it is broken." for check in self.not_applicable]
        warned += [_unused(excuse).message for excuse in self.judged.unused]
        warned += [_absent(name).message for name in self.absent]
        warned += [_unknown_name(option, name).message for option, name in self.unknown_names.items()]
        excepted = [{**dataclasses.asdict(finding), **excuse.as_result()} for finding, excuse in self.judged.excepted]
        return {
            "excepted": excepted, "unused_exceptions": [excuse.as_result() for excuse in self.judged.unused],
            "checked": list(self.examined), "examined": dict(self.examined), "findings": [dataclasses.asdict(finding) for finding in self.findings],
            "not_applicable": [check.rule for check in self.not_applicable], "warned": warned,
            "unknown_names": dict(self.unknown_names), "application_roles": list(self.application_roles),
            "not_run": {rule: error.message for rule, error in self.not_run.items()},
            "not_looked_at": {each.rule: each.detail for each in self.unseen},
        }


class Found(LaunchErrors):
    """Findings that fail the module, checks that could not be run, and with them all that was found."""

    def __init__(self, failures: t.Sequence[Finding], outcome: dict[str, t.Any], not_run: t.Sequence[LaunchError] = ()) -> None:
        self._outcome = outcome
        super().__init__([*(finding.error for finding in failures), *not_run])

    def as_result(self) -> dict[str, t.Any]:
        return {**super().as_result(), **self._outcome}


def load(files: t.Mapping[str, bytes]) -> list[Check]:
    """The checks in the order of their names; LaunchErrors with all that is wrong. Files that are no SQL are left alone."""
    checks, errors = gather(lambda name: _check(name, files[name]), sorted(name for name in files if name.endswith(_SUFFIX)))
    raise_all(errors)
    if not checks:
        raise LaunchError("it holds no check.", option="path", remedy="Nothing would be looked at: fix the path.")
    return checks


def of_known_rules(exceptions: t.Sequence[Excuse], checks: t.Sequence[Check]) -> list[Excuse]:
    """The exceptions themselves. LaunchErrors for those of unknown rules."""
    known = {check.rule for check in checks}
    raise_all([
        LaunchError("it is not a rule of the folder.", option=f"exceptions[{index}].rule", value=excuse.rule, remedy="Take it out, or fix its name.")
        for index, excuse in enumerate(exceptions) if excuse.rule not in known
    ])
    return list(exceptions)


def shared_tables(options: t.Sequence[t.Mapping[str, t.Any]], option: str = "shared_tables") -> list[str]:
    """The qualified names. LaunchErrors for invalid and repeated names, and for those without a reason."""
    errors, names = [], []
    for index, given in enumerate(options):
        name = str(given.get("name") or "")
        try:
            check_qualified(name, f"{option}[{index}].name")
        except LaunchError as error:
            errors.append(error)
        if not str(given.get("reason") or "").strip():
            errors.append(LaunchError("it is empty.", option=f"{option}[{index}].reason", remedy="Say why every tenant may read all of it."))
        if name in names:
            errors.append(LaunchError("it is named more than once.", option=f"{option}[{index}].name", value=name, remedy="Name it once."))
        names.append(name)
    raise_all(errors)
    return names


def may_not_apply(options: t.Sequence[t.Mapping[str, t.Any]], checks: t.Sequence[Check]) -> frozenset[str]:
    """The rules that may find nothing to look at. LaunchErrors for unknown rules, and for those without a reason."""
    known = {check.rule for check in checks}
    errors = []
    for index, option in enumerate(options):
        if option["rule"] not in known:
            errors.append(LaunchError(
                "it is not a rule of the folder.", option=f"may_not_apply[{index}].rule", value=option["rule"], remedy="Take it out, or fix its name.",
            ))
        if not option["reason"].strip():
            errors.append(LaunchError("it is empty.", option=f"may_not_apply[{index}].reason", remedy="Say why the system has nothing of the kind."))
    raise_all(errors)
    return frozenset(option["rule"] for option in options)


def findings_of(check: Check, columns: t.Sequence[str], rows: t.Sequence[t.Sequence[t.Any]]) -> tuple[list[Finding], list[Finding]]:
    """The findings of a check, its rows with a detail, and what it had no way to look at. LaunchError if its answer is none that a check gives."""
    if tuple(columns) != _COLUMNS:
        raise LaunchError(
            f"it answers with the columns {', '.join(columns)}.", option="path", value=check.name, remedy=f"A check has the columns {', '.join(_COLUMNS)}.",
        )
    examined = [Finding(check.name, *row) for row in rows]
    for finding in examined:
        if finding.severity not in (*SEVERITIES, UNSEEN):
            raise LaunchError(
                f"it has the severity {finding.severity!r}.", option="path", value=check.name, remedy=f"There are {' and '.join(SEVERITIES)}.",
            )
    told = [finding for finding in examined if finding.detail is not None]
    return [finding for finding in told if finding.severity != UNSEEN], [finding for finding in told if finding.severity == UNSEEN]


def causes_first(findings: t.Iterable[Finding]) -> list[Finding]:
    """The findings, those first from which others come."""
    return sorted(findings, key=lambda finding: finding.rule not in _CAUSES)


def divided(findings: t.Sequence[Finding], fail_on: str) -> tuple[list[Finding], list[Finding]]:
    """Those that are a failure, and those that are a warning only.

    :arg fail_on: the least severity that is a failure, or NEVER.
    """
    failing = () if fail_on == NEVER else SEVERITIES[SEVERITIES.index(fail_on):]
    return (
        [finding for finding in findings if finding.severity in failing],
        [finding for finding in findings if finding.severity not in failing],
    )


def _absent(name: str) -> LaunchError:
    return LaunchError("there is no such table.", option="shared_tables", value=name, remedy="Take it out, or fix its name.")


def _unknown_name(option: str, name: str) -> LaunchError:
    kind = "schema" if option in SCHEMAS else "role"
    return LaunchError(
        f"there is no such {kind}, so that nothing is known of it.", option=f"names.{option}", value=name,
        remedy="Fix the name, or take it out where the system has none.",
    )


def _unused(excuse: Excuse) -> LaunchError:
    return LaunchError(
        "this exception matches no finding.", option="exceptions", value=f"{excuse.rule} {excuse.object}", remedy="Take it out, or fix its object.",
    )


def _check(name: str, content: bytes) -> Check:
    try:
        statements = split(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LaunchError(
            f"it is not UTF-8: byte {error.start} can't be read.", option="path", value=name, remedy="Save it as UTF-8.",
        ) from error
    # More than one could end the transaction that only reads.
    if len(statements) != 1 or not _QUERY.match(statements[0].words):
        raise LaunchError("it is not one query.", option="path", value=name, remedy="Write it as one SELECT.")
    return Check(name, statements[0].text)
