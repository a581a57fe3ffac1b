# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold exports of the audit log against its heads, without a database and without anything but Python's standard library.

    audit_verify.py --heads heads/20261127T020500Z audit_log_y2026m11.jsonl.gz [...]

An export has the rows of one month, a line of JSON each, compressed or not; so has a copy of a month that goes on. Its name has to hold
the month, as audit_log_y2026m11 does, or one --month says which it is. The heads are the files of one chain. To take the program elsewhere,
take this file and verification.py with it.

Every month of which the heads cover rows has to be there. With --month, once or more often, only those that are named.

Ends with 0 if every row is as the heads say, 1 if rows or heads were tampered with, 2 if that can't be said, 3 if what was given is as it
was and that is not all: there are rows that no head covers, or months that heads cover and no file has.
"""
from __future__ import annotations

import argparse
import dataclasses
import datetime
import gzip
import json
import pathlib
import re
import sys
import typing as t

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(root / "plugins" / "module_utils" / "_postgres" / "audit") for root in HERE.parents[1:2])]

import verification  # pylint: disable=wrong-import-position

EXITS = {"verified": 0, "tampered": 1, "unknown": 2, "partly": 3}
MONTH = re.compile(r"y(\d{4})m(\d{2})")
NUMBER = re.compile(r"[0-9]{1,18}")
EXPECTED = "--heads takes the folder of one chain, in which its heads are, 00000001.json and so on"


def month_of(path: pathlib.Path, only: t.Sequence[str]) -> str:
    """ValueError where nobody says which month a file is, or its name says one that is not to be looked at."""
    named = MONTH.search(path.name)
    if named:
        month = f"{named[1]}-{named[2]}"
        if only and month not in only:
            raise ValueError(f"{path}: its name says {month}, and --month does not; leave it out, or name that month too")
        return month
    if len(only) != 1:
        raise ValueError(f"{path}: its name does not say which month it is; give --month, and no other file")
    return only[0]


def read_heads(folder: pathlib.Path) -> list[t.Mapping[str, t.Any]]:
    """The heads of a chain. OSError or ValueError for what can't be read."""
    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder; {EXPECTED}")
    heads = [verification.parse(path.read_bytes(), str(path)) for path in sorted(folder.glob("*.json"))]
    if not heads:
        below = sorted({path.parent.relative_to(folder).as_posix() for path in folder.rglob("[0-9]*.json")})
        raise ValueError(f"{folder}: it has no head{'; there seem to be some in ' + ', '.join(below) if below else ''}; {EXPECTED}")
    chains = sorted({head["chain"] for head in heads})
    if len(chains) > 1:
        raise ValueError(f"{folder}: it has heads of the chains {', '.join(chains)}; name the folder of one")
    return heads


def read_recorded(path: pathlib.Path | None, heads: t.Sequence[t.Mapping[str, t.Any]]) -> dict[int, str]:
    """What the database remembers, a JSON object of hashes by number. OSError or ValueError for what can't be read."""
    if not path or not heads:
        return {}
    try:
        recorded = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: it is not JSON") from error
    if not isinstance(recorded, dict) or not all(NUMBER.fullmatch(number) and isinstance(digest, str) for number, digest in recorded.items()):
        raise ValueError(f"{path}: it is not an object of hashes by number, as in {{\"1\": \"...\"}}")
    return {int(number): digest for number, digest in recorded.items()}


def read_before(text: str | None) -> datetime.datetime | None:
    """When a later chain began. ValueError for what is no time."""
    if text is None:
        return None
    try:
        before = verification.time_of(text)
    except ValueError:
        before = None
    if before is None or before.tzinfo is None:
        raise ValueError(f"--before: {text!r} is not a time with its zone, as the later chain's cut has it: 2026-11-27T02:05:00+00:00")
    return before


def verified(path: pathlib.Path, given: argparse.Namespace, heads: t.Sequence[t.Mapping[str, t.Any]]) -> verification.Report:
    """What is found in one export. OSError or ValueError for one that can't be read."""
    if not path.exists():
        raise ValueError(f"{path}: there is no such file")
    month = month_of(path, given.month)
    before = read_before(given.before)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as lines:
        return verification.verify(lines, heads, month, read_recorded(given.recorded, heads), before)


def printable(text: str) -> str:
    """Text of which nothing moves the cursor, begins a line or can't be written: it has names out of files that somebody else made."""
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode() for character in text)


def counted(rows: int, one: str = "", more: str = "") -> str:
    """So many rows, and what they do."""
    return f"1 row{one}" if rows == 1 else f"{rows} rows{more}"


def as_text(path: pathlib.Path, report: verification.Report) -> str:
    """For people."""
    span = f"heads {report.first_head} to {report.last_head} of chain {report.chain}, the last one made {report.last_made_at}" if report.chain else "no head"
    lines = [
        f"{path}: {report.verdict}", f"  month {report.month}, {'closed' if report.closed else 'not closed'}; {span}",
        f"  {counted(report.rows)}; {report.covered} {'is covered and as it was' if report.covered == 1 else 'are covered and as they were'}",
    ]
    if report.uncovered:
        what = counted(report.uncovered, " is NOT COVERED by a head", " are NOT COVERED by a head")
        lines.append(f"  {what}, from {report.uncovered_from} to {report.uncovered_to}: nothing is known of {'it' if report.uncovered == 1 else 'them'}")
    if report.uncovered_columns:
        lines.append(f"  columns that heads of these rows do NOT COVER: {', '.join(report.uncovered_columns)}: nothing is known of their values")
    lines += [f"  {finding.kind}: {finding.where}: {finding.detail}" for finding in report.findings]
    lines += [f"  unknown: {reason}" for reason in report.unknown]
    if report.first_head not in (None, 1):
        lines.append(f"  the chain is looked at from head {report.first_head} on; what was before it is not known")
    return "\n".join(map(printable, lines))


@dataclasses.dataclass(frozen=True)
class Whole:
    """What all files come to.

    :arg only: the months that --month names; none asks for all.
    :arg covered: rows that the heads cover, by month.
    """

    reports: t.Sequence[verification.Report]
    only: t.Sequence[str]
    covered: t.Mapping[str, int]

    @property
    def absent(self) -> dict[str, int]:
        """Months that had to be there and of which there is no file, with the rows that the heads cover."""
        there = {report.month for report in self.reports}
        return {month: self.covered.get(month, 0) for month in self.only or self.covered if month not in there}

    @property
    def verdict(self) -> str:
        verdicts = {report.verdict for report in self.reports} | ({"partly"} if self.absent else set())
        return next(verdict for verdict in ("tampered", "unknown", "partly", "verified") if verdict in verdicts)

    @property
    def sentence(self) -> str:
        """The verdict, with what it is about."""
        months = ", ".join(sorted({report.month for report in self.reports}))
        about = f"{months} only, as --month says" if self.only else months
        going_on = [f"; {report.month} is compared up to head {report.last_head}, made {report.last_made_at}: it is not closed" + (
            f", and {counted(report.uncovered, ' is', ' are')} covered by no head" if report.uncovered else "") for report in self.reports
            if report.chain and not report.closed]
        absent = [f"; {month} is NOT LOOKED AT: heads cover {counted(rows)} of it, and no file has it" for month, rows in self.absent.items()]
        left = [month for month in self.covered if self.only and month not in self.only]
        besides = f"; heads cover rows of {', '.join(left)} too, which were not asked for" if left else ""
        return f"{self.verdict}: {about}{''.join(going_on)}{''.join(absent)}{besides}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Hold exports of the audit log against its heads.")
    parser.add_argument("--heads", required=True, type=pathlib.Path, help="folder with the heads of one chain")
    parser.add_argument("--month", action="append", default=[], help="look at this month only, as in 2026-11, and others that are named like this; "
                        "a single one says also which month a file is whose name does not say it")
    parser.add_argument("--before", help="time at which a later chain began (its cut): rows from then on are left out")
    parser.add_argument("--recorded", type=pathlib.Path, help="JSON object of the hashes that the database remembers, by number")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("export", nargs="+", type=pathlib.Path, help="file with the rows of a month")
    given = parser.parse_args()
    # What the terminal's encoding has not is written as an escape.
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        for month in given.month:
            verification.bounds_of(month)
        heads = read_heads(given.heads)
        reports = {path: verified(path, given, heads) for path in given.export}
    except (OSError, ValueError, RecursionError) as error:
        print(json.dumps({"verdict": "unknown", "error": str(error)}) if given.json else f"unknown: {printable(str(error))}")
        return EXITS["unknown"]
    whole = Whole(list(reports.values()), given.month, verification.covered_months(heads))
    if given.json:
        print(json.dumps({
            "verdict": whole.verdict, "sentence": whole.sentence, "only_months": given.month, "months_without_file": whole.absent,
            "files": {str(path): report.as_result() for path, report in reports.items()},
        }, indent=1))
    else:
        print("\n".join([*(as_text(path, report) for path, report in reports.items()), printable(whole.sentence)]))
    return EXITS[whole.verdict]


if __name__ == "__main__":
    sys.exit(main())
