# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several logins tried, in one report, with a verdict as wide as what was tried: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import ROLES
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.judge import HELD, OTHERWISE, SUCCEEDED

UNKNOWN = "unknown"
Result = t.Mapping[str, t.Any]


def report(results: t.Sequence[Result], database: str, written: str) -> dict[str, t.Any]:
    """The report of a run.

    :arg results: of the module, one for each role, whether or not it failed because of attempts.
    :arg database: which one it was, for people.
    :arg written: when.
    """
    attempts = [{**attempt, "role": result["role"]} for result in results for attempt in result["attempts"]]
    not_tried = [{**each, "role": result["role"]} for result in results for each in result["not_tried"]]
    groups = _groups(attempts)
    missing = [role for role in ROLES if role not in {result["role"] for result in results}]
    verdict = _verdict(attempts)
    return {
        "verdict": verdict, "sentence": _sentence(attempts, not_tried, missing), "database": database, "written": written, "groups": groups,
        "roles": [result["role"] for result in results], "roles_not_tried": missing, "attempts": attempts, "not_tried": not_tried,
        "reasons": dict(collections.Counter(each["reason"] for each in not_tried)),
    }


def _groups(attempts: t.Iterable[Result]) -> list[dict[str, t.Any]]:
    counts: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for attempt in attempts:
        counts[attempt["attempt"].partition(":")[0], attempt["role"]].update(("tried", attempt["verdict"]))
    return [
        {"group": group, "role": role, **{name: count[name] for name in ("tried", HELD, SUCCEEDED, OTHERWISE)}} for (group, role), count in counts.items()
    ]


def _verdict(attempts: t.Sequence[Result]) -> str:
    """One that got through outweighs all others; where nothing was tried, nothing is known."""
    verdicts = {attempt["verdict"] for attempt in attempts}
    return next((verdict for verdict in (SUCCEEDED, OTHERWISE, HELD) if verdict in verdicts), UNKNOWN)


def _sentence(attempts: t.Sequence[Result], not_tried: t.Sequence[Result], missing: t.Sequence[str]) -> str:
    counts = collections.Counter(attempt["verdict"] for attempt in attempts)
    parts = [f"{len(attempts)} attempts were made as {', '.join(dict.fromkeys(attempt['role'] for attempt in attempts)) or 'nobody'}, {counts[HELD]} held"]
    parts += [f"{counts[SUCCEEDED]} succeeded"] if counts[SUCCEEDED] else []
    parts += [f"{counts[OTHERWISE]} were refused otherwise than stated"] if counts[OTHERWISE] else []
    parts += [f"{len(not_tried)} could not be made"] if not_tried else []
    parts += [f"none was made as {', '.join(missing)}"] if missing else []
    return "; ".join(parts)
