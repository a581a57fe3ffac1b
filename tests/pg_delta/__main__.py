# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold postgres_schema to a second witness: whatever one of the two finds of launch's mutants and the other doesn't has a reason.

    python -m tests.pg_delta             every mutant (make witness)
    python -m tests.pg_delta NAME ...    these

Needs node 20 or later with npm. Writes reports/pg_delta.txt. Ends with 1 where they disagree and nobody said why, or no longer disagree.
"""
from __future__ import annotations

import collections
import sys

from local.errors import StackError
from tests.attacks.report import as_text
from tests.integration.schema.mutants import EQUIVALENT, MUTANTS
from tests.pg_delta.disagreements import DISAGREEMENTS
from tests.pg_delta.witness import OURS, PG_DELTA, Findings, install, findings_of
from tests.support.ansible import ROOT

REPORT = ROOT / "reports" / "pg_delta.txt"
STATEMENTS = {**{name: mutant.statements for name, mutant in MUTANTS.items()}, **{name: statements for name, (statements, _reason) in EQUIVALENT.items()}}


def verdict(findings: Findings) -> str:
    return f"{findings.only} only" if findings.only else "both" if findings.found[OURS] else "neither"


def surprise(name: str, findings: Findings) -> str | None:
    """What nobody said of a mutant."""
    reviewed = DISAGREEMENTS.get(name)
    if findings.only == (reviewed.only if reviewed else None):
        return None
    said = f"{reviewed.only} only" if reviewed else "agreement"
    return f"{name}: {verdict(findings)}, and {said} was expected. Ours: {list(findings.found[OURS])}; pg-delta: {list(findings.found[PG_DELTA])}"


def main(names: list[str]) -> int:
    """Ask, write the report, and return the exit code."""
    rows, surprises, counts = [], [], collections.Counter()
    try:
        install()
        for name, findings in findings_of({name: STATEMENTS[name] for name in names or STATEMENTS}):
            counts[verdict(findings)] += 1
            rows.append((name, verdict(findings), len(findings.found[OURS]), len(findings.found[PG_DELTA]),
                         DISAGREEMENTS[name].reason if name in DISAGREEMENTS else ""))
            if words := surprise(name, findings):
                surprises.append(words)
                print(words, file=sys.stderr, flush=True)
    except StackError as error:
        print(f"pg_delta: {error}", file=sys.stderr)
        return 1
    summary = ", ".join(f"{who}: {number}" for who, number in sorted(counts.items()))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join([as_text(("mutant", "found by", "ours", "pg-delta", "why"), rows), summary, *surprises]) + "\n", encoding="utf-8")
    print(f"{summary}; {len(surprises)} that nobody explained. {REPORT.relative_to(ROOT)}")
    return int(bool(surprises))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
