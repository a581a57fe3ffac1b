# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads of the audit log, and rows held against them: pure, with Python's standard library only.

It imports nothing of this collection, so that somebody who trusts neither us nor the database takes this file and
playbooks/files/audit_verify.py and needs nothing else.

A row is a line of JSON, as PostgreSQL writes a jsonb object. A month's rows are in the order of (transaction_id, id). A head covers the
rows of transactions from ``from`` to before ``to``, month by month, and the heads of a chain follow each other without a gap.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import bisect
import collections
import dataclasses
import datetime
import hashlib
import json
import re
import typing as t
import zlib

VERSION = 1
_FRACTION = re.compile(r"\.\d{1,6}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
HASH = "sha256"
# Kinds of findings.
ALTERED_HEAD, MISSING_HEAD, BROKEN_CHAIN, RESEALED = "altered head", "missing head", "broken chain", "resealed"
DELETED, INSERTED, EDITED, REORDERED = "rows missing", "rows added", "rows changed", "rows out of order"
FOREIGN, UNREADABLE, TRUNCATED, LATE = "rows of another month", "not a row", "truncated", "rows after the month was closed"
GONE = "columns missing"

Head = t.Mapping[str, t.Any]
# Where a segment is adopted, its rows came with a copy of another database.
_WINDOW, _ADOPTED = "months", "adopted"


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that should not be.

    :arg kind: one of the kinds above.
    :arg where: a head or a line.
    :arg detail: what was expected and what was found.
    """

    kind: str
    where: str
    detail: str


@dataclasses.dataclass
class Report:
    """What is known of one month after its rows were held against the heads.

    :arg findings: what contradicts the heads.
    :arg unknown: why something could not be compared; the verdict is unknown then, whatever else was found right.
    :arg covered: rows that a head covers and that are as it says.
    :arg uncovered: rows that no head covers yet, with the times of the first and the last: nothing is known of them.
    :arg uncovered_columns: columns of covered rows that their head does not cover, since they were added later: nothing is known of their values.
    """

    month: str
    findings: list[Finding] = dataclasses.field(default_factory=list)
    unknown: list[str] = dataclasses.field(default_factory=list)
    rows: int = 0
    covered: int = 0
    uncovered: int = 0
    uncovered_from: str | None = None
    uncovered_to: str | None = None
    uncovered_columns: list[str] = dataclasses.field(default_factory=list)
    first_head: int | None = None
    last_head: int | None = None
    last_made_at: str | None = None
    chain: str | None = None
    closed: bool = False
    sha256: str = ""

    @property
    def verdict(self) -> str:
        """tampered, unknown, partly (rows that no head covers, the others as they were) or verified."""
        if self.findings:
            return "tampered"
        if self.unknown:
            return "unknown"
        return "partly" if self.uncovered else "verified"

    def as_result(self) -> dict[str, t.Any]:
        return {"verdict": self.verdict, **dataclasses.asdict(self)}


def hash_of(head: Head) -> str:
    """The hash of a head: of all it says but the hash itself, in one form."""
    said = {key: value for key, value in head.items() if key != HASH}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


def sealed(head: Head) -> dict[str, t.Any]:
    """A head with its hash."""
    return {**head, HASH: hash_of(head)}


def as_text(head: Head) -> bytes:
    """A head as it is kept."""
    return (json.dumps(head, sort_keys=True, indent=1) + "\n").encode()


def parse(content: bytes, name: str) -> dict[str, t.Any]:
    """A head as it was kept. ValueError for what is none: what is not what it should be would be believed, or end a program that reads it."""
    try:
        head = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is not a head") from error
    if not isinstance(head, dict):
        raise ValueError(f"{name} is not a head")
    if (version := head.get("version")) != VERSION:
        raise ValueError(f"{name} is a head of version {version!r}, and this program knows {VERSION}")
    if missing := sorted(key for key in _REQUIRED if key not in head):
        raise ValueError(f"{name} is not a head: it lacks {', '.join(missing)}")
    if wrong := sorted(key for key, is_right in _SHAPE.items() if key in head and not is_right(head[key])):
        raise ValueError(f"{name} is not a head: {', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} not what a head has there")
    if head.get("adopted_from") is not None and not _is_time(head.get("cut")):
        raise ValueError(f"{name} is not a head: it has adopted rows, and no time at which it began")
    return head


def _is_number(value: t.Any) -> bool:
    """A whole one, which JSON's true and 1e999 are not."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_hash(value: t.Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _is_time(value: t.Any) -> bool:
    try:
        return time_of(value).tzinfo is not None
    except (ValueError, TypeError):
        return False


def _is_listing(value: t.Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("month"), str) and _is_number(entry.get("rows")) and _is_hash(entry.get(HASH)) for entry in value)


def _is_waiting(value: t.Any) -> bool:
    return isinstance(value, dict) and all(_is_number(value.get(key)) for key in ("rows", "prepared", "beyond")) and _or_none(_is_time)(value.get("since"))


def _or_none(is_right: t.Callable[[t.Any], bool]) -> t.Callable[[t.Any], bool]:
    return lambda value: value is None or is_right(value)


_REQUIRED = ("chain", "number", "database", "from", "to", _WINDOW, "closed", "columns", "previous", "made_at", HASH)
_SHAPE: dict[str, t.Callable[[t.Any], bool]] = {
    "chain": lambda value: isinstance(value, str), "number": _is_number, "from": _is_number, "to": _is_number,
    "database": lambda value: isinstance(value, dict),
    "columns": lambda value: isinstance(value, dict), "closed": lambda value: isinstance(value, list) and all(isinstance(month, str) for month in value),
    _WINDOW: _is_listing, _ADOPTED: _or_none(_is_listing), "adopted_from": _or_none(_is_number), "cut": _or_none(_is_time), "made_at": _is_time,
    "previous": _or_none(_is_hash), "waiting": _is_waiting, HASH: _is_hash,
}


def check_chain(heads: t.Sequence[Head], recorded: t.Mapping[int, str] | None = None) -> list[Finding]:
    """Whether heads of one chain follow each other without a gap, and say what they said.

    :arg heads: in any order. The first of them may have any number: what was before it is not looked at.
    :arg recorded: by number, the hashes that the database itself remembers.
    """
    ordered = sorted(heads, key=lambda head: head["number"])
    found = [
        Finding(ALTERED_HEAD, _name(head), "its content has another hash than it says") for head in ordered if hash_of(head) != head[HASH]
    ]
    for before, after in zip(ordered, ordered[1:]):
        found += _link(before, after)
    if ordered and ordered[0]["number"] == 1 and ordered[0]["from"] != 0:
        found.append(Finding(BROKEN_CHAIN, _name(ordered[0]), f"the first head begins at transaction {ordered[0]['from']}"))
    for head in ordered:
        inside = (recorded or {}).get(head["number"])
        if inside is not None and inside != head[HASH]:
            found.append(Finding(RESEALED, _name(head), f"the database remembers {inside}, outside it is {head[HASH]}"))
    beyond = [number for number in recorded or {} if ordered and number > ordered[-1]["number"]]
    if beyond:
        found.append(Finding(MISSING_HEAD, f"{ordered[-1]['chain']}/{min(beyond)}", "the database remembers it, and it is not outside"))
    return found


def _link(before: Head, after: Head) -> list[Finding]:
    name, expected = _name(after), before["number"] + 1
    if after["number"] == before["number"]:
        return [Finding(BROKEN_CHAIN, name, "there are two of this number")]
    if after["number"] != expected:
        gap = f"{expected}" if after["number"] == expected + 1 else f"{expected} to {after['number'] - 1}"
        return [Finding(MISSING_HEAD, f"{after['chain']}/{gap}", f"there is none between {before['number']} and {after['number']}")]
    wrong = []
    if after["previous"] != before[HASH]:
        wrong.append(f"the head before it has the hash {before[HASH]}, not {after['previous']}")
    if after["from"] != before["to"]:
        wrong.append(f"it begins at transaction {after['from']}, and the one before ends at {before['to']}")
    if after["chain"] != before["chain"] or after["database"] != before["database"]:
        wrong.append("it is of another chain or database")
    return [Finding(BROKEN_CHAIN, name, detail) for detail in wrong]


def _name(head: Head) -> str:
    return f"{head['chain']}/{head['number']}"


class Rows:
    """The rows of one month, held against the heads of a chain line by line.

    :arg heads: of one chain, checked by check_chain().
    :arg month: as in ``2026-11``.
    :arg before: rows that began at this time or later belong to a later chain and are left out; None takes all.
    """

    def __init__(self, heads: t.Sequence[Head], month: str, before: datetime.datetime | None = None) -> None:
        self._heads = sorted(heads, key=lambda head: head["number"])
        self._ends = [head["to"] for head in self._heads]
        self._before = before
        self._bounds = bounds_of(month)
        self._last: tuple[int, str] | None = None
        self._digests: dict[tuple[int, str], t.Any] = collections.defaultdict(hashlib.sha256)
        self._counts: collections.Counter[tuple[int, str]] = collections.Counter()
        self._whole = hashlib.sha256()
        self._columns = [frozenset(head["columns"]) for head in self._heads]
        self._uncovered_columns: set[str] = set()
        self._early = 0
        self.report = Report(month)
        self._closing = next((head["number"] for head in self._heads if month in head["closed"]), None)
        if self._heads:
            self.report.chain, self.report.first_head, self.report.last_head, self.report.last_made_at = (
                self._heads[0]["chain"], self._heads[0]["number"], self._heads[-1]["number"], self._heads[-1]["made_at"])
        else:
            self.report.unknown.append("there is no head")

    def add(self, line: bytes) -> None:
        """The next line, with its end."""
        self._whole.update(line)
        report = self.report
        report.rows += 1
        try:
            row = json.loads(line)
            key = (int(row["transaction_id"]), row["id"] if isinstance(row["id"], str) else json.dumps(row["id"]))
            performed = time_of(row["performed_at"])
            if performed.tzinfo is None:
                raise ValueError("a time without its zone")
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            self._unreadable(line)
            return
        if not line.endswith(b"\n"):
            report.findings.append(Finding(TRUNCATED, f"line {report.rows}", "the last line has no end"))
        if self._last is not None and key <= self._last:
            self._once(REORDERED, f"line {report.rows}", f"it is {key}, after {self._last}")
        self._last = key
        if not self._bounds[0] <= performed < self._bounds[1]:
            self._once(FOREIGN, f"line {report.rows}", f"it is of {row['performed_at']}")
        if self._heads and key[0] < self._heads[0]["from"]:
            self._early += 1
        elif self._before is None or performed < self._before:
            self._assign(line, row, key[0], performed)

    def _unreadable(self, line: bytes) -> None:
        kind = UNREADABLE if line.endswith(b"\n") else TRUNCATED
        self.report.findings.append(Finding(kind, f"line {self.report.rows}", "it is not a row of the log"))

    def _assign(self, line: bytes, row: t.Mapping[str, t.Any], transaction: int, performed: datetime.datetime) -> None:
        segment = self._segment(transaction, performed)
        if segment is None:
            self._leave_uncovered(row["performed_at"])
            return
        columns = self._columns[segment[0]]
        if columns != row.keys():
            if columns - row.keys():
                self._once(GONE, _name(self._heads[segment[0]]), f"it covers {', '.join(sorted(columns - row.keys()))} as well")
            self._uncovered_columns |= row.keys() - columns
            try:
                line = narrowed(line, columns)
            except (ValueError, IndexError):
                self._unreadable(line)
                return
        self._digests[segment].update(line)
        self._counts[segment] += 1

    def _segment(self, transaction: int, performed: datetime.datetime) -> tuple[int, str] | None:
        """The head that a row belongs to, by its place, and in which part of it. None where no head has it."""
        if self._heads and is_adopted(self._heads[0], transaction, performed):
            return 0, _ADOPTED
        index = bisect.bisect_right(self._ends, transaction)
        return (index, _WINDOW) if index < len(self._heads) else None

    def _leave_uncovered(self, performed: str) -> None:
        """As text: all are of one zone and one form."""
        report = self.report
        report.uncovered += 1
        report.uncovered_from = min(report.uncovered_from or performed, performed)
        report.uncovered_to = max(report.uncovered_to or performed, performed)

    def _once(self, kind: str, where: str, detail: str) -> None:
        """One finding of a kind says it; a million would say no more."""
        if not any(found.kind == kind for found in self.report.findings):
            self.report.findings.append(Finding(kind, where, detail))

    def end(self) -> Report:
        """What came out."""
        report = self.report
        report.sha256 = self._whole.hexdigest()
        report.closed = self._closing is not None
        report.uncovered_columns = sorted(self._uncovered_columns)
        if self._early:
            report.unknown.append(f"{self._early} rows belong to heads before {_name(self._heads[0])}, which are not there")
        if self._heads and not (report.closed or report.uncovered or self._is_named()):
            report.unknown.append(f"no head covers or closes {report.month}, so it can't be said whether it had rows")
        for index, head in enumerate(self._heads):
            for part in (_WINDOW, _ADOPTED) if index == 0 else (_WINDOW,):
                self._compare(head, part, self._counts[index, part], self._digests[index, part].hexdigest())
        return report

    def _is_named(self) -> bool:
        """Whether a head says how many rows it covers of the month."""
        return any(entry["month"] == self.report.month for head in self._heads for part in (_WINDOW, _ADOPTED) for entry in head.get(part) or ())

    def _compare(self, head: Head, part: str, count: int, digest: str) -> None:
        said = next((entry for entry in head.get(part) or () if entry["month"] == self.report.month), None)
        expected = said["rows"] if said else 0
        where = _name(head) + (" (adopted)" if part == _ADOPTED else "")
        if count != expected:
            kind = DELETED if count < expected else INSERTED
            self.report.findings.append(Finding(kind, where, f"it covers {expected} rows of {self.report.month}, and there are {count}"))
        elif said and digest != said[HASH]:
            self.report.findings.append(Finding(EDITED, where, f"the {count} rows that it covers have another hash"))
        else:
            self.report.covered += count
        if count and self._closing is not None and part == _WINDOW and head["number"] > self._closing:
            self.report.findings.append(Finding(LATE, where, f"{count} rows came after head {self._closing} had closed the month"))


def covered_months(heads: t.Iterable[Head]) -> dict[str, int]:
    """How many rows the heads of a chain cover of each month, without those of which they cover none."""
    rows: collections.Counter[str] = collections.Counter()
    for head in heads:
        for part in (_WINDOW, _ADOPTED):
            for entry in head.get(part) or ():
                rows[entry["month"]] += entry["rows"]
    return {month: rows[month] for month in sorted(rows) if rows[month]}


def is_adopted(first: Head, transaction: int, performed: datetime.datetime) -> bool:
    """Whether a row was there when a chain began, of a transaction that its database had not had yet.

    :arg first: the first head of the chain.
    """
    beginning = first.get("adopted_from")
    return beginning is not None and transaction >= beginning and performed < time_of(first["cut"])


def time_of(text: str) -> datetime.datetime:
    """A time as PostgreSQL writes it: without zeros at the end of a second's fraction, which Python reads since 3.11 only."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return datetime.datetime.fromisoformat(_FRACTION.sub(lambda match: match[0].ljust(7, "0"), text))


def narrowed(line: bytes, columns: t.Collection[str]) -> bytes:
    """A row without the columns that were added later: what is left is, byte for byte, what PostgreSQL would write."""
    text, decoder = line.decode(), json.JSONDecoder()
    position, kept = text.index("{") + 1, []
    while text[position] != "}":
        start = position
        key, position = decoder.raw_decode(text, start)
        # Between a name and its value is a colon and a space, between two pairs a comma and a space.
        _value, position = decoder.raw_decode(text, position + 2)
        if key in columns:
            kept.append(text[start:position])
        position += 2 if text[position] == "," else 0
    return ("{" + ", ".join(kept) + "}\n").encode()


def bounds_of(month: str) -> tuple[datetime.datetime, datetime.datetime]:
    """Beginning and end of a month, as in ``2026-11``. ValueError for what is none."""
    try:
        start = datetime.datetime.strptime(month, "%Y-%m").replace(tzinfo=datetime.timezone.utc)
        return start, (start + datetime.timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{month} is not a month, written as in 2026-11") from error


def verify(lines: t.Iterable[bytes], heads: t.Sequence[Head], month: str, recorded: t.Mapping[int, str] | None = None,
           before: datetime.datetime | None = None) -> Report:
    """Hold the rows of a month against the heads of a chain.

    :arg lines: of the export, each with its end.
    :arg recorded: by number, the hashes that the database itself remembers.
    :arg before: where a later chain begins.
    """
    rows = Rows(heads, month, before)
    rows.report.findings += check_chain(heads, recorded)
    try:
        for line in lines:
            rows.add(line)
    except (EOFError, OSError, zlib.error) as error:
        rows.report.findings.append(Finding(TRUNCATED, f"after line {rows.report.rows}", f"the file can't be read further: {error}"))
    return rows.end()
