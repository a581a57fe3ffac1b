# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of a drift report: pure, from task results as plain data.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

CLEAN = "clean"
DRIFT = "drift"
UNKNOWN = "unknown"

CHANGE = "change"
PENDING = "pending"

HIDDEN = "(hidden)"

# The whole last word of a key, so that the parameter `password_encryption` stays readable.
_SECRET_KEY = re.compile(
    r"(^|[_.\-])(password|passwd|verifier|secret|secret_string|token|private_key|session_key)$", re.IGNORECASE
)
_SECRET_TEXT = re.compile(
    r"SCRAM-SHA-256\$[^\s\"',]+|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
)


def scrub(value: t.Any) -> t.Any:
    """The same data without any secret's value: by the name of its key, and by its look inside of text."""
    if isinstance(value, t.Mapping):
        hide_change = _is_secret(value.get("path"))
        return {key: _scrub_entry(key, item, hide_change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrub(item) for item in value]
    if isinstance(value, str):
        return _SECRET_TEXT.sub(HIDDEN, value)
    return value


def _scrub_entry(key: t.Any, item: t.Any, hide_change: bool) -> t.Any:
    """A change of a plan names what it is about in ``path``; its values are then under before and after."""
    if item is not None and (_is_secret(key) or (hide_change and key in ("before", "after"))):
        return HIDDEN
    return scrub(item)


def _is_secret(key: t.Any) -> bool:
    return isinstance(key, str) and _SECRET_KEY.search(key) is not None


@dataclasses.dataclass
class Report:
    """What was found, in the order of the run."""

    items: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)

    def add_result(self, where: dict[str, t.Any], result: t.Mapping[str, t.Any]) -> None:
        """Take over what a task's result says about differences.

        :arg where: host, play, task and, in a loop, item.
        :arg result: the module's answer; `plan`, `diff` and `pending` are the collection's own words for them.
        """
        if result.get("changed") is True:
            self.items.append({"kind": CHANGE, **where, **_details(result)})
        for change in _changes(result.get("pending")):
            self.items.append({"kind": PENDING, **where, "plan": [scrub(change)]})

    def add_findings(self, where: dict[str, t.Any], result: t.Mapping[str, t.Any]) -> None:
        """Take over what a check failed for: a sentence in each line of its message."""
        self.items.extend({"kind": CHANGE, **where, "reason": scrub(sentence)} for sentence in result["msg"].splitlines())

    def add_unknown(self, where: dict[str, t.Any], reason: str) -> None:
        """Something that could not be looked at."""
        self.items.append({"kind": UNKNOWN, **where, "reason": scrub(reason)})

    @property
    def counts(self) -> dict[str, int]:
        return {kind: len([item for item in self.items if item["kind"] == kind]) for kind in (CHANGE, PENDING, UNKNOWN)}

    @property
    def verdict(self) -> str:
        counts = self.counts
        if counts[UNKNOWN]:
            return UNKNOWN
        return DRIFT if counts[CHANGE] or counts[PENDING] else CLEAN

    def as_dict(self, complete: bool) -> dict[str, t.Any]:
        """What goes into the file.

        :arg complete: false while the run goes on: what has not been looked at yet is not clean.
        """
        verdict = self.verdict if complete else UNKNOWN
        return {"complete": complete, "verdict": verdict, "counts": self.counts, "items": self.items}

    def summary(self) -> list[str]:
        """A few lines for people: the verdict, then one line for each thing found."""
        counts = ", ".join(f"{number} {kind}" for kind, number in self.counts.items())
        return [f"drift: {self.verdict} ({counts})"] + [f"  {_line(item)}" for item in self.items]


def _details(result: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The plan where there is one, else the difference; neither where the task is not to be logged."""
    if result.get("plan"):
        return {"plan": scrub(result["plan"])}
    if result.get("diff"):
        return {"diff": scrub(result["diff"])}
    return {}


def _changes(pending: t.Any) -> list[t.Mapping[str, t.Any]]:
    """A foreign module may use the word `pending` for something else: only changes count."""
    if not isinstance(pending, list):
        return []
    return [change for change in pending if isinstance(change, t.Mapping) and "path" in change]


def _line(item: dict[str, t.Any]) -> str:
    words = [item["kind"], item["host"], item.get("task", item["play"])]
    if "item" in item:
        words.append(str(item["item"]))
    line = ": ".join(words)
    paths = [f"{change['path']} {change.get('before')!r} -> {change.get('after')!r}" for change in item.get("plan", [])]
    if "reason" in item:
        paths.append(item["reason"].splitlines()[0] if item["reason"] else "no reason given")
    return f"{line}: {'; '.join(paths)}" if paths else line
