# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks run on a database, each in a transaction of its own that only reads.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import excuses, judge
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import (
    Check,
    Found,
    Outcome,
    causes_first,
    divided,
    findings_of,
    load,
    may_not_apply,
    of_known_rules,
    shared_tables,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.check.prelude import with_prelude
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_duration
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import unpack
from ansible_collections.launch.database.plugins.module_utils._postgres.names import ROLES, SCHEMAS, Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import DatabaseError, Session

# Names come out qualified, and nobody's operator stands in for the server's. A server that compiles such a query first takes longer for that than
# for the answer.
_SETTINGS = """\
SELECT pg_catalog.set_config('transaction_read_only', 'on', true), pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
  pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('statement_timeout', %s, true)"""
# Whoever may look: to_regclass() needs the right to use the schema.
_ABSENT = """\
SELECT name
FROM pg_catalog.unnest(%s::text[]) AS name
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname || '.' || c.relname = name)
ORDER BY name"""
_THERE = """\
SELECT ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles) AS roles, ARRAY(SELECT nspname::text FROM pg_catalog.pg_namespace) AS schemas"""
_APPLICATION = "SELECT rolname FROM application_role ORDER BY rolname"


def look(session: Session, check: Check, names: Names, shared: t.Sequence[str], statement_timeout: str) -> tuple[list[str], list[tuple[t.Any, ...]]]:
    """The columns of a check and its rows, in a transaction of its own. DatabaseError if the server refuses it."""
    with session.transaction():
        session.execute(_SETTINGS, (statement_timeout,))
        return session.table(with_prelude(check.query, names, shared), doing=f"{check.name} can't be run")


class Checks:
    """The job of postgres_check."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._checks = load(unpack(params["checks"]))
        self._may_not_apply = may_not_apply(params["may_not_apply"], self._checks)
        self._exceptions = of_known_rules(excuses(params["exceptions"]), self._checks)
        self._shared = shared_tables(params["shared_tables"])
        self._fail_on = params["fail_on"]
        self._statement_timeout = check_duration(params["statement_timeout"], "statement_timeout")

    def read(self, session: Session) -> Outcome:
        findings, unseen, examined, not_applicable, not_run = [], [], {}, [], {}
        for check in self._checks:
            examined[check.name] = 0
            try:
                columns, rows = look(session, check, self._names, self._shared, self._statement_timeout)
            except DatabaseError as error:
                # What another one finds may be the cause. Without a connection there is no other.
                if error.sqlstate is None:
                    raise
                not_run[check.rule] = error
                continue
            found, left_out = findings_of(check, columns, rows)
            findings += found
            unseen += left_out
            examined[check.name] = len(rows) - len(left_out)
            if not rows and check.rule not in self._may_not_apply:
                not_applicable.append(check)
        today = datetime.datetime.now(datetime.timezone.utc).date()
        return Outcome(
            judge(causes_first(findings), self._exceptions, today), examined, not_applicable, self._absent(session), self._unknown_names(session),
            [row["rolname"] for row in session.rows(with_prelude(_APPLICATION, self._names))], not_run, unseen,
        )

    def plan(self, actual: Outcome) -> Plan:
        """Never a change. Found if there are findings that are a failure, or checks that could not be run."""
        failures, _lesser = divided(actual.findings, self._fail_on)
        if failures or actual.not_run:
            raise Found(failures, actual.as_result(self._fail_on), list(actual.not_run.values()))
        return Plan("checks")

    def apply(self, session: Session, plan: Plan, actual: Outcome) -> None:
        """Nothing is ever changed."""

    def result(self, actual: Outcome) -> dict[str, t.Any]:
        return actual.as_result(self._fail_on)

    def _absent(self, session: Session) -> list[str]:
        return [row["name"] for row in session.rows(_ABSENT, (self._shared,))] if self._shared else []

    def _unknown_names(self, session: Session) -> dict[str, str]:
        """Those that somebody gave; of a default that is not there nobody said that it is.

        A system may have no audit log: the rules about it say so themselves.
        """
        (there,) = session.rows(_THERE)
        given = {field.name: name for field in dataclasses.fields(Names) if (name := getattr(self._names, field.name)) != field.default}
        kinds = ((ROLES, there["roles"]), (SCHEMAS, there["schemas"]))
        return {key: given[key] for keys, known in kinds for key in keys if key in given and key != "audit_schema" and given[key] not in known}
