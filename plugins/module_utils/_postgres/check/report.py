# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of postgres_check, sorted by rule, with a verdict: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import Check

FINDINGS, UNKNOWN, CLEAN = "findings", "unknown", "clean"
Result = t.Mapping[str, t.Any]
_WORDS = {
    "broken": "broken", "warned": "with a warning", "unknown": "unknown, because nothing applies to them",
    "not run": "unknown, because they could not be run",
    "not looked at": "not looked at",
    "not applicable": "with nothing here that they apply to",
}


def report(result: Result, database: str, written: str) -> dict[str, t.Any]:
    """The report of a run.

    :arg result: of the module, whether or not it failed because of findings.
    :arg database: which one it was, for people.
    :arg written: when.
    """
    rules = [_rule(name, result) for name in result["checked"]]
    counts = collections.Counter(rule["state"] for rule in rules)
    return {
        "verdict": _verdict(rules, result), "sentence": _sentence(rules, result["unknown_names"]), "database": database, "written": written,
        "counts": dict(counts), "rules": rules,
        "application_roles": list(result["application_roles"]), "unknown_names": dict(result["unknown_names"]),
        "unused_exceptions": list(result["unused_exceptions"]),
    }


def _verdict(rules: t.Sequence[Result], result: Result) -> str:
    """Findings outweigh what is unknown, and that outweighs what is clean."""
    errors = len(result.get("errors", ())) > len(result["not_run"])
    # A task that goes on after findings, to report them, does not count as failed; the module's errors are there all the same. And a broken
    # rule is never clean, even where findings are not to fail the task.
    if errors or any(rule["state"] == "broken" for rule in rules):
        return FINDINGS
    return UNKNOWN if result["not_run"] or result["not_applicable"] or result["unknown_names"] else CLEAN


def _sentence(rules: t.Sequence[Result], unknown_names: Result) -> str:
    """In one line: what was found, and what the good news leaves out."""
    parts = [
        f"{len(named)} {words}: {', '.join(named)}" for state, words in _WORDS.items()
        if (named := [rule["rule"] for rule in rules if rule["state"] == state])
    ]
    excepted = [f"{each['rule']} {each['object']} until {each['expires']} by {each['owner']}" for rule in rules for each in rule["excepted"]]
    if unknown_names:
        parts.append(f"unknown, because nothing has their names: {', '.join(f'{key} {name}' for key, name in unknown_names.items())}")
    elif not any(rule["state"] in ("broken", "warned", "unknown", "not run") for rule in rules):
        parts.insert(0, "none is broken beyond the exceptions" if excepted else "none is broken")
    if excepted:
        parts.append(f"excepted: {', '.join(excepted)}")
    looked_at = len(rules) - sum(rule["state"] == "not looked at" for rule in rules)
    return f"{looked_at} rules of isolation were looked at; {'; '.join(parts)}"


def _rule(name: str, result: Result) -> dict[str, t.Any]:
    rule = Check(name, "").rule
    findings = [finding for finding in result["findings"] if finding["rule"] == rule]
    failed = rule in result["not_run"] or any(error.get("option") == rule for error in result.get("errors", ()))
    title = name.rpartition("/")[2].removesuffix(".sql").removeprefix(rule).strip("_.").replace("_", " ")
    return {
        "rule": rule, "title": title, "examined": result["examined"][name], "state": _state(rule, findings, result["examined"][name], result),
        "failed": failed, "findings": findings, "why_not_run": result["not_run"].get(rule, ""),
        "why_not_looked_at": result["not_looked_at"].get(rule, ""),
        "excepted": [finding for finding in result["excepted"] if finding["rule"] == rule],
    }


def _state(rule: str, findings: t.Sequence[Result], examined: int, result: Result) -> str:
    if findings:
        return "broken" if any(finding["severity"] == "error" for finding in findings) else "warned"
    if rule in result["not_run"]:
        return "not run"
    if rule in result["not_applicable"]:
        return "unknown"
    if rule in result["not_looked_at"]:
        return "not looked at"
    return "clean" if examined else "not applicable"
