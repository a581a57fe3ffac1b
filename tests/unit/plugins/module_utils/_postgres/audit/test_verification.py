# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is done to an export or to heads is found, and named; what is not covered is said to be so."""
from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import json
import pathlib
import subprocess
import sys

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.verification import (
    ALTERED_HEAD, BROKEN_CHAIN, DELETED, EDITED, FOREIGN, GONE, INSERTED, LATE, MISSING_HEAD, REORDERED, RESEALED, TRUNCATED, UNREADABLE,
)

MONTH = "2026-11"
PROGRAM = pathlib.Path(__file__).parents[6] / "playbooks" / "files" / "audit_verify.py"
DATABASE = {"name": "shop", "oid": 5, "system_identifier": "7"}
COLUMNS = {"id": "text", "changes": "jsonb", "performed_at": "timestamp with time zone", "transaction_id": "xid8"}


def row(transaction, number, day=20, **more):
    """As PostgreSQL writes a jsonb object: shorter names first."""
    content = {
        "id": f"{transaction:04d}{number:02d}", "changes": {"name": {"new": "ä \"b\" \\", "old": None}, "ratio": {"new": 1.50}},
        "performed_at": f"2026-11-{day:02d}T10:00:00.5+00:00", "transaction_id": str(transaction), **more,
    }
    ordered = dict(sorted(content.items(), key=lambda item: (len(item[0]), item[0])))
    return (json.dumps(ordered, ensure_ascii=False) + "\n").encode()


LINES = [row(transaction, number) for transaction in range(100, 160, 10) for number in range(3)]


def covering(lines, start, end):
    found = [line for line in lines if start <= int(json.loads(line)["transaction_id"]) < end]
    return [{"month": MONTH, "rows": len(found), "sha256": hashlib.sha256(b"".join(found)).hexdigest()}] if found else []


def chain_of(lines=LINES, ends=(105, 125, 125, 145), closed=(), columns=None, **first):
    columns = COLUMNS if columns is None else columns
    heads, start, previous = [], 0, None
    for number, end in enumerate(ends, 1):
        heads.append(verification.sealed({
            "version": 1, "chain": "c", "number": number, "database": DATABASE, "log": "audit.audit_log", "columns": columns, "from": start, "to": end,
            "months": covering(lines, start, end), "closed": [MONTH] if number in closed else [], "previous": previous, "made_at": "2026-11-21T00:00:00+00:00",
            **(first if number == 1 else {}),
        }))
        start, previous = end, heads[-1]["sha256"]
    return heads


HEADS = chain_of()


def kinds(report):
    return {finding.kind for finding in report.findings}


def test_what_is_covered_and_what_is_not():
    report = verification.verify(LINES, HEADS, MONTH)
    assert (report.verdict, report.rows, report.covered, report.uncovered, report.findings) == ("partly", 18, 15, 3, [])
    assert report.uncovered_from == report.uncovered_to == "2026-11-20T10:00:00.5+00:00"
    assert (report.first_head, report.last_head, report.closed) == (1, 4, False)
    whole = verification.verify(LINES, chain_of(ends=(105, 200)), MONTH)
    assert (whole.verdict, whole.covered, whole.sha256) == ("verified", 18, hashlib.sha256(b"".join(LINES)).hexdigest())


def edited(line, **changes):
    return row(0, 0, **{**json.loads(line), **changes})


SWAPPED = [LINES[1], LINES[0], *LINES[2:]]
EXPORTS = {
    "a value": ([edited(LINES[0], changes={}), *LINES[1:]], {EDITED}),
    "a time": ([edited(LINES[0], performed_at="2026-11-20T10:00:00.6+00:00"), *LINES[1:]], {EDITED}),
    "a byte that means the same": ([LINES[0].replace(b'": ', b'":'), *LINES[1:]], {EDITED}),
    "an id": ([edited(LINES[0], id="010000"[:5] + "x"), *LINES[1:]], {EDITED, REORDERED}),
    "a column is missing in a row": (
        [b'{"id": "010000", "performed_at": "2026-11-20T10:00:00.5+00:00", "transaction_id": "100"}\n', *LINES[1:]], {EDITED, GONE}),
    "a row more, at the end of its transaction": ([*LINES[:3], row(100, 9), *LINES[3:]], {INSERTED}),
    "a row more, of a transaction between": ([*LINES[:3], row(103, 0), *LINES[3:]], {INSERTED}),
    "a row twice": ([LINES[0], *LINES], {INSERTED, REORDERED}),
    "a row less": (LINES[1:], {DELETED}),
    "a row less in the middle": (LINES[:7] + LINES[8:], {DELETED}),
    "the covered tail": (LINES[:11], {DELETED}),
    "nothing left": ([], {DELETED}),
    "two rows of a transaction in another order": (SWAPPED, {EDITED, REORDERED}),
    "two transactions in another order": ([*LINES[3:6], *LINES[:3], *LINES[6:]], {REORDERED}),
    "all in another order": (LINES[::-1], {EDITED, REORDERED}),
    "a row of another transaction": ([*LINES[:2], edited(LINES[2], transaction_id="110", id="010999"), *LINES[3:]], {DELETED, INSERTED}),
    "another month": ([line.replace(b"2026-11-", b"2026-10-") for line in LINES], {FOREIGN, EDITED}),
    "a row of another month": ([*LINES[:3], LINES[3].replace(b"2026-11-", b"2026-12-"), *LINES[4:]], {FOREIGN, EDITED}),
    "not a row": ([b"{}\n", *LINES], {UNREADABLE}),
    "not JSON": ([b"\x00\xff\n", *LINES], {UNREADABLE}),
    "a time without its zone": ([edited(LINES[0], performed_at="2026-11-20T10:00:00.5"), *LINES[1:]], {UNREADABLE, DELETED}),
    "a transaction beyond all numbers": ([LINES[0].replace(b'"100"', b"1e999"), *LINES[1:]], {UNREADABLE, DELETED}),
    "a value that goes too deep": (
        [edited(LINES[0], changes="?").replace(b'"?"', b"[" * 100_000 + b"]" * 100_000), *LINES[1:]], {UNREADABLE, DELETED}),
    "a column more, written by somebody else": (
        [edited(LINES[0], reason="why").replace(b'": ', b'":').replace(b', "', b',"'), *LINES[1:]], {UNREADABLE, DELETED}),
    "the last line is cut": ([*LINES[:14], LINES[14][:-9]], {TRUNCATED, DELETED}),
    "only its end is cut": ([*LINES[:14], LINES[14][:-1]], {TRUNCATED, EDITED}),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_done_to_an_export_is_found(name):
    lines, expected = EXPORTS[name]
    report = verification.verify(lines, HEADS, MONTH)
    assert (report.verdict, kinds(report)) == ("tampered", expected), report


def without(number):
    return [head for head in HEADS if head["number"] != number]


def with_head(number, seal=False, **changes):
    changed = {**HEADS[number - 1], **changes}
    return [*without(number), verification.sealed(changed) if seal else changed]


CHAINS = {
    "one is missing": (without(2), None, {MISSING_HEAD, INSERTED}),
    "one of an empty hour is missing": (without(3), None, {MISSING_HEAD}),
    "the last one is missing, and the database remembers it": (without(4), {4: HEADS[3]["sha256"]}, {MISSING_HEAD}),
    "one says something else": (with_head(3, made_at="2026-11-21T00:00:01+00:00"), None, {ALTERED_HEAD}),
    "one says something else and has the hash of that": (with_head(3, True, made_at="2026-11-21T00:00:01+00:00"), None, {BROKEN_CHAIN}),
    "one covers other rows": (with_head(2, True, months=[]), None, {BROKEN_CHAIN, INSERTED}),
    "one covers other transactions": (with_head(3, True, to=135), None, {BROKEN_CHAIN, INSERTED, DELETED}),
    "one is of another database": (with_head(3, True, database={**DATABASE, "oid": 6}), None, {BROKEN_CHAIN}),
    "one is there twice": ([*HEADS, HEADS[1]], None, {BROKEN_CHAIN, DELETED}),
    "the first begins later": (with_head(1, True, **{"from": 50}), None, {BROKEN_CHAIN}),
    "the database remembers another": (HEADS, {2: "0" * 64}, {RESEALED}),
}


@pytest.mark.parametrize("name", CHAINS)
def test_what_is_done_to_heads_is_found(name):
    heads, recorded, expected = CHAINS[name]
    report = verification.verify(LINES, heads, MONTH, recorded)
    assert report.verdict == "tampered" and expected <= kinds(report), report


def test_a_log_sealed_anew_is_found_by_the_heads_that_are_outside():
    other = [edited(LINES[0], changes={}), *LINES[1:]]
    inside = {head["number"]: head["sha256"] for head in chain_of(other)}
    assert verification.verify(other, chain_of(other), MONTH, inside).findings == []
    report = verification.verify(other, HEADS, MONTH, inside)
    assert kinds(report) == {EDITED, RESEALED} and len([found for found in report.findings if found.kind == RESEALED]) == 4


def test_without_heads_nothing_is_known():
    report = verification.verify(LINES, [], MONTH)
    assert (report.verdict, report.unknown, report.uncovered) == ("unknown", ["there is no head"], 18)


def test_heads_that_begin_in_the_middle_say_nothing_of_what_was_before():
    report = verification.verify(LINES, HEADS[1:], MONTH)
    assert (report.verdict, report.covered, report.first_head) == ("unknown", 12, 2)
    assert report.unknown == ["3 rows belong to heads before c/2, which are not there"]
    assert kinds(verification.verify([*LINES[:4], *LINES[5:]], HEADS[1:], MONTH)) == {DELETED}


@pytest.mark.parametrize(("month", "verdict"), [("2027-12", "unknown"), ("2026-10", "unknown"), ("2026-09", "verified"), ("2026-08", "verified")])
def test_an_empty_month_is_verified_only_where_a_head_says_so(month, verdict):
    """One closes 2026-09, one names 2026-08 without a row."""
    bare = {"month": "2026-08", "rows": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    (head,) = chain_of(ends=(200,))
    report = verification.verify([], [verification.sealed({**head, "closed": ["2026-09"], "months": [*head["months"], bare]})], month)
    assert (report.verdict, report.findings) == (verdict, []), report
    assert report.unknown == ([f"no head covers or closes {month}, so it can't be said whether it had rows"] if verdict == "unknown" else [])


def test_rows_of_which_none_is_of_the_chain_are_unknown():
    """All of them are left to a later chain."""
    lines = [edited(row(300, 0), performed_at="2026-12-02T00:00:00+00:00")]
    report = verification.verify(lines, HEADS, "2026-12", before=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC))
    assert (report.verdict, report.covered) == ("unknown", 0)


def test_rows_after_the_month_was_closed_are_found():
    report = verification.verify(LINES, chain_of(ends=(125, 145, 200), closed=(2, 3)), MONTH)
    assert (report.closed, kinds(report), report.covered) == (True, {LATE}, 18)


def test_rows_that_came_with_a_copy_are_told_from_those_made_since():
    copied = [row(transaction, 0, day=1) for transaction in (100, 120, 140)]
    made = [row(transaction, 1) for transaction in (110, 120)]
    lines = sorted(copied + made, key=lambda line: json.loads(line)["id"])
    adopted = [{"month": MONTH, "rows": 3, "sha256": hashlib.sha256(b"".join(copied)).hexdigest()}]
    heads = chain_of(made, ends=(100, 130), adopted_from=100, cut="2026-11-10T00:00:00+00:00", adopted=adopted)
    assert verification.verify(lines, heads, MONTH).verdict == "verified"
    assert kinds(verification.verify(lines[1:], heads, MONTH)) == {DELETED}
    assert kinds(verification.verify([line for line in lines if line != made[0]], heads, MONTH)) == {DELETED}


def test_a_chain_that_was_followed_by_another_is_asked_for_its_own_rows():
    later = [row(101, 7, day=25)]
    lines = sorted([*LINES[:15], *later], key=lambda line: json.loads(line)["id"])
    assert verification.verify(lines, HEADS, MONTH).verdict == "tampered"
    cut = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    assert verification.verify(lines, HEADS, MONTH, before=cut).verdict == "verified"


def test_a_column_that_came_later_is_no_part_of_heads_before():
    wider = [edited(line, reason="why, \"{}\"") for line in LINES]
    report = verification.verify(wider, chain_of(ends=(200,)), MONTH)
    assert (report.verdict, report.uncovered_columns) == ("verified", ["reason"])
    heads = chain_of(wider, ends=(200,), columns={**COLUMNS, "reason": "text"})
    assert kinds(verification.verify(LINES, heads, MONTH)) == {GONE, EDITED}


@pytest.mark.parametrize("columns", [{"id"}, {"changes", "performed_at"}, set(COLUMNS), set()])
def test_a_row_without_some_columns_keeps_every_byte_of_the_others(columns):
    line = verification.narrowed(LINES[0], columns)
    assert json.loads(line) == {name: value for name, value in json.loads(LINES[0]).items() if name in columns}
    assert all(part in LINES[0] for part in line.strip(b"{}\n").split(b", \"") if b'"new"' not in part)


@pytest.mark.parametrize(("text", "microsecond"), [
    ("2026-11-20T10:00:00+00:00", 0), ("2026-11-20T10:00:00.5+00:00", 500000), ("2026-11-20T10:00:00.123456+00:00", 123456),
])
def test_a_time_as_the_server_writes_it(text, microsecond):
    assert verification.time_of(text).microsecond == microsecond


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"version": 2, "number": 1}', b'{"version": 1, "number": "1"}', b'{"version": 1, "number": 1}'])
def test_what_is_no_head(content):
    with pytest.raises(ValueError, match="x.json"):
        verification.parse(content, "x.json")


def ran(*arguments):
    done = subprocess.run([sys.executable, "-I", str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def kept(tmp_path):
    folder = tmp_path / "c"
    folder.mkdir()
    for head in chain_of(ends=(105, 200), closed=(2,)):
        (folder / f"{head['number']:08d}.json").write_bytes(verification.as_text(head))
    return folder


@pytest.mark.parametrize(("lines", "code", "words"), [
    (LINES, 0, "18 rows; 18 are covered and as they were"),
    (LINES[1:], 1, "rows missing: c/1: it covers 3 rows of 2026-11, and there are 2"),
    ([edited(line, reason="why") for line in LINES], 0, "columns that heads of these rows do NOT COVER: reason: nothing is known of their values"),
    ([*LINES, row(300, 0)], 3, "1 row is NOT COVERED by a head, from 2026-11-20T10:00:00.5+00:00"),
    ([*LINES, row(300, 0), row(300, 1)], 3, "2 rows are NOT COVERED by a head, from 2026-11-20T10:00:00.5+00:00"),
])
@pytest.mark.parametrize("packed", [False, True])
def test_the_program_needs_nothing_else_and_says_what_it_found(kept, tmp_path, lines, code, words, packed):
    export = tmp_path / ("audit_log_y2026m11.jsonl" + (".gz" if packed else ""))
    export.write_bytes(gzip.compress(b"".join(lines)) if packed else b"".join(lines))
    found, text = ran("--heads", kept, export)
    assert (found, words in text) == (code, True), text
    found, text = ran("--heads", kept, "--json", export)
    assert found == code and json.loads(text)["files"][str(export)]["rows"] == len(lines)


def of_month(month):
    return [line.replace(b"2026-11-20", f"{month}-20".encode()) for line in (row(int(month[-2:]) * 100, number) for number in range(2))]


@pytest.fixture
def three(tmp_path):
    """Heads over three months with an export each, and over one without a row."""
    folder, previous = tmp_path / "three", None
    folder.mkdir()
    exports, heads = {}, []
    for number, month in enumerate(("2026-09", "2026-10", "2026-11"), 1):
        lines = of_month(month)
        exports[month] = tmp_path / f"audit_log_y{month.replace('-', 'm')}.jsonl"
        exports[month].write_bytes(b"".join(lines))
        entry = {"month": month, "rows": 2, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
        bare = {"month": "2026-08", "rows": 0, "sha256": hashlib.sha256(b"").hexdigest()}
        heads.append(verification.sealed({
            "version": 1, "chain": "c", "number": number, "database": DATABASE, "columns": COLUMNS, "from": 0 if number == 1 else number * 100 + 750,
            "to": number * 100 + 850, "months": [bare, entry], "closed": list(exports) if number == 3 else [], "previous": previous,
            "made_at": "2026-11-21T00:00:00+00:00",
        }))
        previous = heads[-1]["sha256"]
        (folder / f"{number}.json").write_bytes(verification.as_text(heads[-1]))
    return folder, exports


@pytest.mark.parametrize(("given", "only", "code", "words"), [
    (("09", "10", "11"), (), 0, "verified: 2026-09, 2026-10, 2026-11\n"),
    (("09", "11"), (), 3, "partly: 2026-09, 2026-11; 2026-10 is NOT LOOKED AT: heads cover 2 rows of it, and no file has it\n"),
    (("11",), (), 3, "2026-09 is NOT LOOKED AT: heads cover 2 rows of it, and no file has it; 2026-10 is NOT LOOKED AT"),
    (("09", "11"), ("09", "11"), 0, "verified: 2026-09, 2026-11 only, as --month says; heads cover rows of 2026-10 too, which were not asked for\n"),
    (("09",), ("09", "10"), 3, "partly: 2026-09 only, as --month says; 2026-10 is NOT LOOKED AT"),
    (("09",), ("09", "08"), 3, "2026-08 is NOT LOOKED AT: heads cover 0 rows of it"),
    (("09", "11"), ("09",), 2, "its name says 2026-11, and --month does not"),
])
def test_a_month_that_heads_cover_is_asked_for(three, given, only, code, words):
    folder, exports = three
    options = [option for month in only for option in ("--month", f"2026-{month}")]
    files = [exports[f"2026-{month}"] for month in given]
    found, text = ran("--heads", folder, *options, *files)
    assert (found, words in text) == (code, True), text
    found, text = ran("--heads", folder, "--json", *options, *files)
    whole = json.loads(text)
    assert (found, whole["verdict"]) == (code, {0: "verified", 2: "unknown", 3: "partly"}[code])
    assert code == 2 or (whole["only_months"], bool(whole["months_without_file"])) == ([f"2026-{month}" for month in only], code == 3)


def test_what_was_tampered_with_is_so_where_a_month_is_missing_too(three):
    folder, exports = three
    exports["2026-09"].write_bytes(b"")
    found, text = ran("--heads", folder, exports["2026-09"])
    assert found == 1 and "\ntampered: 2026-09; 2026-10 is NOT LOOKED AT" in text


def test_adopted_rows_are_covered():
    head = {"months": [{"month": "2026-11", "rows": 1}], "adopted": [{"month": "2026-10", "rows": 4}, {"month": "2026-11", "rows": 2}]}
    assert verification.covered_months([head, {"months": [{"month": "2026-09", "rows": 0}]}]) == {"2026-10": 4, "2026-11": 3}


def test_one_month_says_what_a_file_is_whose_name_does_not(three, tmp_path):
    folder, exports = three
    other = exports["2026-09"].rename(tmp_path / "september.jsonl")
    assert ran("--heads", folder, "--month", "2026-09", other)[0] == 0
    assert "give --month" in ran("--heads", folder, "--month", "2026-09", "--month", "2026-10", other)[1]


def test_the_program_goes_with_its_library_alone(kept, tmp_path):
    for source in (PROGRAM, pathlib.Path(verification.__file__)):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    done = subprocess.run([sys.executable, "-I", str(tmp_path / PROGRAM.name), "--heads", str(kept), str(tmp_path / "y2026m11")], check=False)
    assert done.returncode == 0


def test_a_file_that_ends_in_the_middle_is_truncated(kept, tmp_path):
    (tmp_path / "y2026m11.gz").write_bytes(gzip.compress(b"".join(LINES * 1))[:-20])
    found, text = ran("--heads", kept, tmp_path / "y2026m11.gz")
    assert found == 1 and "truncated" in text


@pytest.mark.parametrize(("arguments", "words"), [
    (("missing",), "there is no such file"), (("nowhere.jsonl",), "nowhere.jsonl: there is no such file"),
    (("--month", "2026-13", "y2026m11"), "2026-13 is not a month"), (("log.jsonl",), "give --month"),
])
def test_what_can_not_be_read_is_unknown(kept, tmp_path, arguments, words):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    (tmp_path / "log.jsonl").write_bytes(b"")
    found, text = ran("--heads", kept, *arguments[:-1], tmp_path / ("y2026m11-" + arguments[-1] if arguments[-1] == "missing" else arguments[-1]))
    assert (found, words in text) == (2, True), text


def test_heads_that_can_not_be_read_are_unknown(kept, tmp_path):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    expected = "--heads takes the folder of one chain, in which its heads are, 00000001.json and so on"
    for folder, words in {
        tmp_path / "none": f"unknown: {tmp_path}/none: there is no such folder; {expected}\n",
        tmp_path: f"unknown: {tmp_path}: it has no head; there seem to be some in c; {expected}\n",
    }.items():
        assert ran("--heads", folder, tmp_path / "y2026m11") == (2, words)
    (kept / "00000003.json").write_bytes(b"{")
    assert ran("--heads", kept, tmp_path / "y2026m11")[0] == 2


def test_heads_of_two_chains_are_refused(kept, tmp_path):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    (kept / "00000009.json").write_bytes(verification.as_text({**HEADS[0], "chain": "d"}))
    assert "of the chains c, d" in ran("--heads", kept, tmp_path / "y2026m11")[1]


def test_a_stream_is_read_once():
    assert verification.verify(io.BytesIO(b"".join(LINES)), chain_of(ends=(200,)), MONTH).verdict == "verified"


DEEP = b"[" * 100_000 + b"]" * 100_000
# Lines that nobody but a forger writes, in place of the first one.
CRAFTED = {
    "a time without its zone": LINES[0].replace(b".5+00:00", b".5"),
    "a time that is a number": edited(LINES[0], performed_at=1),
    "a time with half a character": edited(LINES[0], performed_at="?").replace(b'"?"', b'"2026-11-20\\ud80010:00:00+00:00"'),
    "infinity": LINES[0].replace(b'"100"', b"1e999"),
    "not a number": LINES[0].replace(b'"100"', b"NaN"),
    "5000 digits": LINES[0].replace(b'"100"', b"9" * 5000),
    "a transaction that is a list": edited(LINES[0], transaction_id=[1]),
    "nested 100,000 deep": edited(LINES[0], changes="?").replace(b'"?"', DEEP),
    "nested 100,000 deep in a column of one's own": edited(LINES[0], more="?").replace(b'"?"', DEEP),
    "half a character": edited(LINES[0], changes="?").replace(b'"?"', b'"\\ud800"'),
    "half a character in a name": LINES[0].replace(b'"changes"', b'"\\ud800"'),
    "half a character in an id, out of order": edited(LINES[0], id="?").replace(b'"?"', b'"9\\ud800"'),
    "a key twice": LINES[0].replace(b'{"id"', b'{"id": "010000", "id"'),
    "another transaction at the end": LINES[0].rstrip(b"}\n") + b', "transaction_id": "999"}\n',
    "a list": b"[1]\n", "a text": b'"a"\n', "nothing": b"\n", "another encoding": LINES[0].decode().encode("utf-16"),
}


@pytest.mark.parametrize("name", CRAFTED)
@pytest.mark.parametrize("json_too", [False, True])
def test_a_crafted_line_has_a_verdict_and_no_traceback(kept, tmp_path, name, json_too):
    export = tmp_path / "y2026m11"
    export.write_bytes(b"".join([CRAFTED[name], *LINES[1:]]))
    found, text = ran("--heads", kept, *(["--json"] if json_too else []), export)
    assert found == 1 and (json.loads(text)["verdict"] == "tampered" if json_too else "\ntampered: 2026-11\n" in text), text


def test_a_name_out_of_a_file_moves_no_cursor_and_begins_no_line(kept, tmp_path):
    export = tmp_path / "y2026m11"
    export.write_bytes(b"".join([LINES[0].replace(b'{"id"', b'{"\\u001b[2K\\nverified: 2026-11\\ud800": 1, "id"'), *LINES[2:]]))
    found, text = ran("--heads", kept, export)
    assert (found, text.splitlines()[-1]) == (1, "tampered: 2026-11") and "\x1b" not in text and "verified: 2026-11" not in text.splitlines(), text
    assert r"NOT COVER: \x1b[2K\nverified: 2026-11\ud800:" in text


ENTRY = {"month": MONTH, "rows": 3, "sha256": "0" * 64}
WRONG = {
    "number": [0.5, True, "1", None, []], "chain": [1, None, [], "\ud800"], "from": ["0", None, -1, 1e300], "to": [True, {}, "9"],
    "database": [None, "shop", []], "columns": [None, 5, "id", ["id"]], "closed": [None, "2026-11", [1], {}], "previous": [1, "x", []],
    "made_at": [None, 1, "x", "2026-11-21T00:00:00"], "sha256": [None, 1, "x", "\ud800"], "version": [2, None, [1], {}],
    "months": [None, 1, {}, [None], [[]], [{"month": MONTH}], [{**ENTRY, "rows": "3"}], [{**ENTRY, "month": []}], [{**ENTRY, "sha256": 1}]],
    "adopted": [1, {}, [{"rows": 1}]], "adopted_from": ["x", [], 1e300], "cut": [1, "x", "2026-11-21T00:00:00"],
    "waiting": [None, [], {}, {"rows": "x", "prepared": 0, "beyond": 0}, {"rows": 0, "prepared": 0, "beyond": 0, "since": "x"}],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
@pytest.mark.parametrize("number", [0, 1])
def test_a_crafted_head_is_no_head(key, value, number):
    """With the hash that belongs to it, and with that of the head as it was."""
    head = HEADS[number]
    for crafted in ({**head, key: value}, verification.sealed({**head, key: value}) if key != "sha256" else {**head, key: value}):
        if key == "chain" and isinstance(value, str):
            assert verification.parse(json.dumps(crafted).encode(), "x.json")["chain"] == value
            continue
        with pytest.raises(ValueError, match="x.json is"):
            verification.parse(json.dumps(crafted).encode(), "x.json")


def test_adopted_rows_without_the_time_that_tells_them_are_no_head():
    with pytest.raises(ValueError, match="no time at which it began"):
        verification.parse(json.dumps(verification.sealed({**HEADS[0], "adopted_from": 100, "adopted": [ENTRY]})).encode(), "x.json")


@pytest.mark.parametrize("content", [
    b"", b"[]", DEEP, b'{"version": ' + DEEP + b"}", b"\xff\xfe",
    *(verification.as_text(HEADS[1]).replace(b'"number": 2', b'"number": ' + number) for number in (b"1e999", b"NaN", b"9" * 5000)),
])
def test_the_program_ends_with_unknown_for_a_crafted_head(kept, tmp_path, content):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    (kept / "00000002.json").write_bytes(content)
    found, text = ran("--heads", kept, tmp_path / "y2026m11")
    assert (found, text.startswith("unknown: ")) == (2, True), text


def test_half_a_character_in_a_heads_chain_is_written_as_an_escape(kept, tmp_path):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    (kept / "00000001.json").write_bytes(verification.as_text({**HEADS[0], "chain": "\ud800"}))
    found, text = ran("--heads", kept, tmp_path / "y2026m11")
    assert found == 2 and r"of the chains c, \ud800" in text


@pytest.mark.parametrize("content", [b"", b"[]", b"1", b"null", b'{"x": "y"}', b'{"1": 1}', b'{"1": null}', DEEP, b"\xff", b'{"' + b"9" * 5000 + b'": "a"}'])
def test_what_the_database_remembers_has_to_be_hashes_by_number(kept, tmp_path, content):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    (tmp_path / "recorded.json").write_bytes(content)
    found, text = ran("--heads", kept, "--recorded", tmp_path / "recorded.json", tmp_path / "y2026m11")
    assert found == 2 and text.startswith(f"unknown: {tmp_path}/recorded.json: it is not "), text


@pytest.mark.parametrize("before", ["", "x", "2026-11-20", "2026-11-20T00:00:00"])
def test_the_time_of_a_later_chain_needs_its_zone(kept, tmp_path, before):
    (tmp_path / "y2026m11").write_bytes(b"".join(LINES))
    found, text = ran("--heads", kept, "--before", before, tmp_path / "y2026m11")
    assert (found, text.startswith(f"unknown: --before: {before!r} is not a time with its zone")) == (2, True), text


@pytest.mark.parametrize("name", ["y2026m13", "y0000m01", "y9999m12"])
def test_a_file_of_a_month_that_there_is_not_is_unknown(kept, tmp_path, name):
    (tmp_path / name).write_bytes(b"".join(LINES))
    found, text = ran("--heads", kept, tmp_path / name)
    assert (found, "is not a month" in text) == (2, True), text


@pytest.mark.parametrize(("lines", "code", "words"), [
    (LINES[:15], 0, "verified: 2026-11; 2026-11 is compared up to head 4, made 2026-11-21T00:00:00+00:00: it is not closed\n"),
    (LINES, 3, "partly: 2026-11; 2026-11 is compared up to head 4, made 2026-11-21T00:00:00+00:00: it is not closed, and 3 rows are covered by no head\n"),
    (LINES[:16], 3, "it is not closed, and 1 row is covered by no head\n"),
    (LINES[1:], 1, "tampered: 2026-11; 2026-11 is compared up to head 4, "),
])
def test_a_month_that_goes_on_is_compared_up_to_the_last_head_and_no_further(tmp_path, lines, code, words):
    folder, export = tmp_path / "open", tmp_path / "audit_log_y2026m11.c.00000004.20261121T001000000000Z.open.jsonl"
    folder.mkdir()
    for head in HEADS:
        (folder / f"{head['number']:08d}.json").write_bytes(verification.as_text(head))
    export.write_bytes(b"".join(lines))
    found, text = ran("--heads", folder, export)
    assert (found, words in text) == (code, True), text
    assert "heads 1 to 4 of chain c, the last one made 2026-11-21T00:00:00+00:00" in text
    (report,) = json.loads(ran("--heads", folder, "--json", export)[1])["files"].values()
    assert (report["closed"], report["last_made_at"]) == (False, "2026-11-21T00:00:00+00:00")
