# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database with launch's log, a folder for its heads, and what the tests do to both."""
from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from tests.integration.postgres.modules import Target

TENANT, ACTOR = "01JAMZ0000HARB0RPAPERC0MPA", "01JAMZ0000HARB0RPAPERC0MPB"
WRITE = (
    f"SET LOCAL ROLE launch_rw; SELECT app.set_context('{TENANT}', '{ACTOR}');"
    " INSERT INTO app.projects (name) SELECT gen_random_uuid() FROM generate_series(1, %s)")
OWNER = "SET LOCAL ROLE launch_audit_owner; "
UNPROTECTED = OWNER + "ALTER TABLE audit.{partition} NO FORCE ROW LEVEL SECURITY; {statement}; ALTER TABLE audit.{partition} FORCE ROW LEVEL SECURITY"


@dataclasses.dataclass(frozen=True)
class Sealed:
    """A log with heads.

    :arg target: as the database's owner.
    :arg archiver: as a login that is a member of the archiver and of nothing else.
    """

    target: Target
    archiver: Target
    folder: pathlib.Path

    def head(self, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Run postgres_audit_head; each run makes one unless it is told when."""
        return self.archiver.run("postgres_audit_head", check, **{"destination": {"folder": str(self.folder)}, "max_age": 60, "settle": 5, **options})

    def make(self, **options: t.Any) -> dict[str, t.Any]:
        """The head that a run makes."""
        outcome = self.head(max_age=0, **options)
        assert not outcome.get("failed"), outcome
        return outcome["head"]

    def archive(self, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Run postgres_audit_archive."""
        return self.archiver.run("postgres_audit_archive", check, **{"destination": {"folder": str(self.folder)}, **options})

    def write(self, rows: int = 1) -> None:
        """So many changes in one transaction of the application."""
        self.target.execute(WRITE % rows)

    @property
    def month(self) -> str:
        return f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m}"

    @property
    def partition(self) -> str:
        return "audit_log_y" + self.month.replace("-", "m")

    def as_owner(self, statement: str) -> None:
        """What the log's owner does to this month's rows, past its policies."""
        self.target.execute(UNPROTECTED.format(partition=self.partition, statement=statement.format(partition=self.partition)))

    def past(self, month: str, rows: int = 3) -> str:
        """A month that is over, with rows: copies of one of this month's, which has to be there."""
        start = f"{month}-01"
        self.target.execute(OWNER + f"SELECT audit.create_partition('{start}')")
        partition = "audit_log_y" + month.replace("-", "m")
        columns = ", ".join(name for (name,) in self.target.rows(
            OWNER + "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'audit.audit_log'::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attname NOT IN ('id', 'performed_at', 'transaction_id')"))
        self.target.execute(UNPROTECTED.format(partition=self.partition, statement=(
            f"ALTER TABLE audit.{partition} NO FORCE ROW LEVEL SECURITY; INSERT INTO audit.{partition} (performed_at, transaction_id, {columns})"
            f" SELECT '{start} 00:00:00+00'::timestamptz + n * interval '1 hour', pg_current_xact_id(), {columns}"
            f" FROM (SELECT * FROM audit.{self.partition} LIMIT 1) l, generate_series(1, {rows}) n; ALTER TABLE audit.{partition} FORCE ROW LEVEL SECURITY")))
        return partition

    def heads(self) -> list[dict[str, t.Any]]:
        return [json.loads(path.read_bytes()) for path in sorted(self.folder.rglob("heads/*/*.json"))]

    def export(self, month: str | None = None) -> list[bytes]:
        """The rows of a month as they are now."""
        from ansible_collections.launch.database.plugins.module_utils._postgres.audit.log import Log
        from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
        from ansible_collections.launch.database.plugins.module_utils._postgres.session import open_session

        path = self.folder / "spool"
        options = {**self.archiver.connection(), "ssl_mode": "verify-full", "connect_timeout": 10}
        with open_session(options) as session, path.open("wb") as file:
            log = Log(session, Names.from_options(self.target.names))
            with log.reading():
                (found,) = [each for each in log.months() if each.name == (month or self.month)]
                log.copy(found, file=file)
        lines = path.read_bytes().splitlines(keepends=True)
        path.unlink()
        return lines

    def verify(self, lines: t.Sequence[bytes] | None = None, heads: t.Sequence[t.Mapping[str, t.Any]] | None = None, **options: t.Any) -> verification.Report:
        """Hold this month's rows against the heads outside."""
        return verification.verify(self.export() if lines is None else lines, self.heads() if heads is None else heads, self.month, **options)


def kinds(report: verification.Report) -> set[str]:
    return {finding.kind for finding in report.findings}
