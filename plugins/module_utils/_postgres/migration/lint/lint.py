# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules find in migrations, and what of it somebody allows: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import Excuse, excuses, judge
from ansible_collections.launch.database.plugins.module_utils._postgres.check.finding import SEVERITIES, Finding
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.load import RULES as OF_LOAD
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.model import Place
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.security import RULES as OF_SECURITY
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.squawk import PREFIX
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Preview
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

RULES = (*OF_SECURITY, *OF_LOAD)
OPTION = "lint_allowed"
_RULE_NAMES = frozenset(rule.name for rule in RULES)
_COMMENT = re.compile(r"^[ \t]*--[ \t]*lint:[ \t]*(?P<content>.*?)[ \t\r]*$", re.MULTILINE)
_ALLOW = re.compile(r"allow (?P<rule>[a-z-]+), (?P<reason>\S.*), until (?P<day>\S+)")
_OF_FILE = "the script itself"


@dataclasses.dataclass(frozen=True)
class Linted:
    """What the lint says of one script.

    :arg findings: those that nobody allows, and allowances whose day is over.
    :arg allowed: findings, and what allows them.
    :arg unused: allowances of the script that are for nothing.
    """

    findings: tuple[Finding, ...]
    allowed: tuple[tuple[Finding, Excuse], ...]
    unused: tuple[Excuse, ...]


def allowed_in_inventory(options: t.Sequence[t.Mapping[str, t.Any]]) -> list[Excuse]:
    """The option. LaunchErrors with all that is wrong; ``object`` is a script."""
    found = excuses([{**given, "object": given.get("script")} for given in options], OPTION)
    raise_all([
        LaunchError(
            "it is no rule of the lint.", option=f"{OPTION}[{index}].rule", value=excuse.rule, remedy=f"The rules are {', '.join(sorted(_RULE_NAMES))}.",
        )
        for index, excuse in enumerate(found) if not _is_rule(excuse.rule)
    ])
    return found


def _is_rule(name: str) -> bool:
    return name in _RULE_NAMES or name.startswith(PREFIX)


def findings(preview: Preview, names: Names | None) -> list[Finding]:
    """All that the rules find in a script; the object is the script with the line of the statement."""
    found = []
    for index, step in enumerate(preview.steps):
        place = Place(preview, step, preview.steps[:index], preview.steps[index + 1:], names)
        for rule in RULES:
            words = rule.judge(place)
            if words:
                found.append(Finding("lint", rule.name, SEVERITIES[0], _at(preview.path, step.line), words, rule.remedy.rstrip(".")))
    return found


def lint(
    preview: Preview, text: str, names: Names | None, inventory: t.Sequence[Excuse], today: datetime.date, others: t.Sequence[Finding] = (),
) -> Linted:
    """The findings of a script, with what its comments and the inventory allow applied.

    :arg text: the script.
    :arg others: what another linter found in it.
    """
    own = in_comments(preview, text)
    first = judge([*findings(preview, names), *others], own, today)
    lines = {_whole(finding, preview.path): finding for finding in first.findings}
    about = [excuse for excuse in inventory if excuse.object == preview.path]
    second = judge([*lines], about, today)
    left = [lines.get(finding, finding) for finding in second.findings]
    allowed = [*first.excepted, *((lines[finding], excuse) for finding, excuse in second.excepted)]
    return Linted(tuple(left), tuple(allowed), (*first.unused, *second.unused))


def in_comments(preview: Preview, text: str) -> list[Excuse]:
    """The allowances in a script's comments, each for the statement behind it. LaunchErrors for those that can't be read."""
    errors, found = [], {}
    for match in _COMMENT.finditer(text):
        line = line_ends(text, 0, match.start()) + 1
        allow = _ALLOW.fullmatch(match["content"])
        day = _day(allow["day"]) if allow else None
        if allow is None or day is None or not _is_rule(allow["rule"]):
            errors.append(LaunchError(
                f"the comment in line {line} can't be read.", option="locations", value=preview.path,
                remedy="Write -- lint: allow <rule>, <reason>, until 2027-01-31; the rules are in the module's documentation.",
            ))
            continue
        step = next((step for step in preview.steps if step.line >= line), None)
        place = _at(preview.path, step.line if step else line)
        found[allow["rule"], place] = Excuse(allow["rule"], place, _OF_FILE, allow["reason"], day)
    raise_all(errors)
    return [*found.values()]


def _at(path: str, line: int) -> str:
    return f"{path} line {line}"


def _whole(finding: Finding, path: str) -> Finding:
    """The finding as one of its script, as the inventory allows it; the detail keeps its line, so that no two are one."""
    line = finding.object.rpartition(" ")[2]
    return dataclasses.replace(finding, object=path, detail=f"line {line}: {finding.detail}")


def _day(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None
