# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Months of the audit log: exported and verified outside, then detached, then dropped; and those that go on, copied as they are.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import datetime
import gzip
import hashlib
import json
import tempfile
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.heads import Heads
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.log import Log
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import month_errors
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.plan import ActualArchives, Digest, Month, plan_archives
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.store import Folder, Taken, store_from
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.verification import Head, Report
from ansible_collections.launch.database.plugins.module_utils._postgres.export.path import absolute
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_BLOCK = 1 << 20
_OPEN = "open_folder"


class AuditArchive:
    """The job of postgres_audit_archive."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._store = store_from(params["destination"])
        self._remove, self._spool, self._late = params["remove"], params["spool"], params["late_months"]
        self._open = _open_folder(params["open_folder"])
        raise_all(month_errors(self._late, "late_months"))
        self._reports: list[Report] = []
        self._copies: dict[str, dict[str, t.Any]] = {}
        self._done: dict[str, list[str]] = {"exported": [], "detached": [], "dropped": []}

    def read(self, session: Session) -> ActualArchives:
        log = Log(session, self._names)
        log.require()
        if self._open:
            # In check mode as well: without a head there is nothing that a copy could be held against.
            self._last(log.database()["name"])
        return log.archives()

    def plan(self, actual: ActualArchives) -> Plan:
        """What this run has copied is as it was then."""
        return plan_archives(actual, self._remove, f"{self._names.audit_schema}.audit_log", bool(self._open) and not self._copies)

    def apply(self, session: Session, plan: Plan, actual: ActualArchives) -> None:
        """In the plan's order: what is exported, detached and dropped is so before the next month begins."""
        log = Log(session, self._names)
        for change in plan.changes:
            month: Month = change.payload
            if change.action == "export":
                self._export(log, month)
                self._done["exported"].append(month.partition)
            elif change.action == "copy":
                self._copy(log, month, actual.now)
            elif change.action == "detach":
                log.detach(month)
                self._done["detached"].append(month.partition)
            else:
                log.drop(month)
                self._done["dropped"].append(month.partition)
        raise_all([_tampered(month, copy) for month, copy in self._copies.items() if copy["findings"]])

    def _export(self, log: Log, month: Month) -> None:
        """To a file of this host, held against the heads, kept, read back, and only then remembered."""
        database = log.database()["name"]
        heads = self._heads(database)
        last = heads[-1]
        name = f"{database}/exports/{month.partition}.{last['chain']}.{last['number']:08d}.jsonl.gz"
        with _spooled(self._spool) as file:
            digest = self._write(log, month, file)
            report = self._verified(file, heads, month, log.recorded(last["chain"]))
            self._keep(name, file, digest)
        self._reports.append(report)
        self._put_once(name.removesuffix(".jsonl.gz") + ".report.json", json.dumps(report.as_result(), sort_keys=True, indent=1).encode() + b"\n")
        log.record_archive(month, last, digest, name)

    def _copy(self, log: Log, month: Month, now: datetime.datetime) -> None:
        """A month that goes on, as it is now, held against the heads that were there before it was read. Whatever comes out, the copy stays."""
        database = log.database()["name"]
        heads = self._heads(database)
        last, folder = heads[-1], t.cast("Folder", self._open)
        name = f"{database}/{month.partition}.{last['chain']}.{last['number']:08d}.{now:%Y%m%dT%H%M%S%fZ}.open.jsonl.gz"
        with _spooled(self._spool) as file:
            self._write(log, month, file)
            report = _held(file, heads, month, log.recorded(last["chain"]))
            folder.put_file(name, file)
        self._copies[month.name] = {"place": folder.place(name), **report.as_result()}

    def _heads(self, database: str) -> list[Head]:
        """Those of the last chain, by number. LaunchError where there is none."""
        return Heads(self._store, database).chain(self._last(database)["chain"])

    def _last(self, database: str) -> Head:
        last = Heads(self._store, database).last()
        if last is None:
            raise LaunchError("there is no head.", option="destination", remedy="Name the place where the heads are, or make one first.")
        return last

    @staticmethod
    def _write(log: Log, month: Month, file: t.BinaryIO) -> Digest:
        # Without a name and a time in its head, the same rows make the same file.
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed, log.reading():
            return log.copy(month, file=t.cast("t.BinaryIO", packed))

    def _verified(self, file: t.BinaryIO, heads: t.Sequence[Head], month: Month, recorded: t.Mapping[int, str]) -> Report:
        """LaunchError unless every row is as the heads say."""
        report = _held(file, heads, month, recorded)
        against = [finding for finding in report.findings if finding.kind != verification.LATE or month.name not in self._late]
        if against or report.unknown or report.uncovered:
            what = [f"{finding.where}: {finding.kind}: {finding.detail}" for finding in against] or report.unknown
            raise LaunchError(
                f"its export is not what the heads say, so it stays: {what[0] if what else f'{report.uncovered} rows are covered by no head'}.",
                option="month", value=month.name, remedy="Make a head if one is missing; else find out who changed the log. Nothing was removed.",
            )
        return report

    def _keep(self, name: str, spooled: t.BinaryIO, digest: Digest) -> None:
        """What is kept already, by a run that was interrupted, has to be the same."""
        with contextlib.suppress(Taken):
            self._store.put_file(name, spooled)
        found = hashlib.sha256()
        with self._store.open(name) as file, gzip.GzipFile(fileobj=file, mode="rb") as rows:
            while block := rows.read(_BLOCK):
                found.update(block)
        if found.hexdigest() != digest.sha256:
            raise LaunchError(
                "what is kept there has other rows.", option="destination", value=self._store.place(name),
                remedy="Find out who wrote it. Nothing was removed.",
            )

    def _put_once(self, name: str, content: bytes) -> None:
        with contextlib.suppress(Taken):
            self._store.put(name, content)

    def result(self, actual: ActualArchives) -> dict[str, t.Any]:
        """Where the months stand."""
        strays = [
            f"{self._names.audit_schema}.{name} looks like a month of the log, is no part of it and was not exported: nothing removes it."
            for name in actual.strays
        ]
        return {
            **self._done, "open_months": self._copies, "reports": [report.as_result() for report in self._reports],
            "retention_months": actual.retention, "warnings": strays,
            "archives": {month: {"rows": archive.rows, "place": self._store.place(archive.place), "detached": archive.detached, "dropped": archive.dropped}
                         for month, archive in sorted(actual.archives.items())},
        }


def _held(file: t.BinaryIO, heads: t.Sequence[Head], month: Month, recorded: t.Mapping[int, str]) -> Report:
    """What is found when a compressed export is held against heads."""
    file.seek(0)
    with gzip.GzipFile(fileobj=file, mode="rb") as lines:
        return verification.verify(lines, heads, month.name, recorded)


def _tampered(month: str, copy: t.Mapping[str, t.Any]) -> LaunchError:
    finding = copy["findings"][0]
    return LaunchError(
        f"its rows are not what the heads say: {finding['where']}: {finding['kind']}: {finding['detail']}.", option="month", value=month,
        remedy=f"Find out who changed the log. The copy is kept: {copy['place']}.",
    )


def _open_folder(path: str | None) -> Folder | None:
    return Folder(absolute(path, _OPEN), _OPEN) if path else None


def _spooled(folder: str | None) -> t.IO[bytes]:
    """A file without a name: nobody else opens it, and it is gone with the process, however that ends."""
    try:
        return tempfile.TemporaryFile(dir=folder)
    except (OSError, ValueError) as error:
        raise LaunchError(f"no file can be made in it: {error}.", option="spool", value=folder, remedy="Give a folder of this host that is there.") from error
