# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exceptions: findings that somebody answers for until a given day: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.check.finding import SEVERITIES, Finding

OPTION = "exceptions"


@dataclasses.dataclass(frozen=True)
class Excuse:
    """One exception: the rule and the object whose findings it is for, who answers for it, why, and its last day."""

    rule: str
    object: str
    owner: str
    reason: str
    expires: datetime.date

    def as_result(self) -> dict[str, str]:
        return {**dataclasses.asdict(self), "expires": self.expires.isoformat()}

    def is_for(self, finding: Finding) -> bool:
        return (self.rule, self.object) == (finding.rule, finding.object)


@dataclasses.dataclass(frozen=True)
class Judged:
    """What is left of findings.

    :arg findings: those without an exception, and exceptions whose day is over.
    :arg excepted: a finding, and the exception that holds for it.
    :arg unused: exceptions of nothing that was found.
    """

    findings: t.Sequence[Finding]
    excepted: t.Sequence[tuple[Finding, Excuse]] = ()
    unused: t.Sequence[Excuse] = ()


def excuses(options: t.Sequence[t.Mapping[str, t.Any]], option: str = OPTION) -> list[Excuse]:
    """The exceptions. LaunchErrors with all that is wrong: an empty field, an invalid date, a duplicate."""
    errors, found, seen = [], [], set()
    for index, given in enumerate(options):
        wrong = _wrong(given, f"{option}[{index}]")
        place = (given.get("rule"), given.get("object"))
        if place in seen:
            wrong.append(LaunchError("it has more than one exception.", option=f"{option}[{index}]", value=" ".join(map(str, place)), remedy="Keep one."))
        seen.add(place)
        errors += wrong
        if not wrong:
            found.append(Excuse(given["rule"], given["object"], given["owner"], given["reason"], _day(given["expires"])))
    raise_all(errors)
    return found


def judge(findings: t.Sequence[Finding], exceptions: t.Sequence[Excuse], today: datetime.date) -> Judged:
    """The findings, with exceptions applied."""
    left, excepted = [], []
    for finding in findings:
        holding = next((each for each in exceptions if each.is_for(finding) and today <= each.expires), None)
        if holding is None:
            left.append(finding)
        else:
            excepted.append((finding, holding))
    over = [_expired(each, findings) for each in exceptions if each.expires < today]
    unused = [each for each in exceptions if not any(each.is_for(finding) for finding in findings)]
    return Judged([*left, *over], excepted, unused)


def _expired(excuse: Excuse, findings: t.Sequence[Finding]) -> Finding:
    """An expired exception is a finding of its own, as severe as what it was for; a mere warning if that has been repaired."""
    severity = max((finding.severity for finding in findings if excuse.is_for(finding)), key=SEVERITIES.index, default=SEVERITIES[0])
    return Finding(
        OPTION, excuse.rule, severity, excuse.object, f"the exception that {excuse.owner} answers for expired on {excuse.expires.isoformat()}",
        "repair what it is for, or have the exception renewed with a later date",
    )


def _wrong(given: t.Mapping[str, t.Any], option: str) -> list[LaunchError]:
    fields = [field.name for field in dataclasses.fields(Excuse)]
    empty = [name for name in fields if not str(given.get(name) or "").strip()]
    errors = [LaunchError("it is empty.", option=f"{option}.{name}", remedy=f"An exception has {', '.join(fields)}.") for name in empty]
    if "expires" not in empty and _day(given["expires"]) is None:
        errors.append(LaunchError(
            "it is not a date.", option=f"{option}.expires", value=given["expires"], remedy="Write its last day, as in 2027-01-31.",
        ))
    return errors


def _day(value: t.Any) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError:
        return None
