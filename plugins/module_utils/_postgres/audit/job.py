# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The next head of the audit log: made from the database, kept outside, remembered inside, in this order.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import datetime
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.heads import Heads
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.log import Log
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import LONGEST_AGE, LONGEST_WAIT, range_error
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.plan import ActualHeads, Digest, made_at, make_head, plan_head, warnings
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.store import store_from
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.verification import Head
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session


class AuditHead:
    """The job of postgres_audit_head."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._names = Names.from_options(params["names"])
        self._store = store_from(params["destination"])
        limits = {"max_age": LONGEST_AGE, "warn_after": LONGEST_AGE, "settle": LONGEST_WAIT}
        raise_all([error for option, most in limits.items() if (error := range_error(params[option], 0, most, option))])
        self._max_age, self._warn_after = (datetime.timedelta(minutes=params[option]) for option in ("max_age", "warn_after"))
        self._settle, self._new_chain = params["settle"], params["new_chain"]
        self._made: list[str] = []

    def read(self, session: Session) -> ActualHeads:
        log = Log(session, self._names)
        log.require()
        database, (horizon, now) = log.database(), log.horizon()
        known = log.known()
        # Before what is outside: a head that another run makes meanwhile is not one that is missing there.
        recorded = log.recorded(known.chain) if known else {}
        heads = self._heads(database)
        outside = heads.last(known)
        if outside and known and outside["chain"] != known.chain:
            recorded = log.recorded(outside["chain"])
        return ActualHeads(now, database, horizon, outside, heads.numbers(outside["chain"]) if outside else frozenset(), known, recorded)

    def plan(self, actual: ActualHeads) -> Plan:
        """What this run has made is new enough, however old a head may be."""
        return plan_head(actual, datetime.timedelta.max if self._made else self._max_age, self._new_chain)

    def apply(self, session: Session, plan: Plan, actual: ActualHeads) -> None:
        log, heads = Log(session, self._names), self._heads(actual.database)
        for change in plan.changes:
            self._apply(log, heads, change, actual)

    def _apply(self, log: Log, heads: Heads, change: Change, actual: ActualHeads) -> None:
        if change.action == "record":
            self._check(log, heads, change.payload)
            log.record(change.payload, (heads.before(change.payload) or {"closed": ()})["closed"])
            return
        last = change.payload if change.action == "create" else None
        first = heads.first(last) if last else None
        before = change.payload if change.action == "begin" else None
        head = make_head(log.read(last, first, self._settle), actual.database, log.name, last, before)
        # Outside first: what the database remembers and nobody kept would be a head that somebody removed.
        heads.put(head)
        self._made.append(heads.name_of(head["chain"], head["number"]))
        log.record(head, last["closed"] if last else ())

    def _check(self, log: Log, heads: Heads, head: Head) -> None:
        """A head is kept that the database does not remember: the run that made it was interrupted, or the database is an older one."""
        window, adopted = log.again(head, heads.first(head))
        for found, part in ((window, "months"), (adopted, "adopted")):
            said = {entry["month"]: Digest(entry["rows"], entry["sha256"]) for entry in head.get(part) or ()}
            if found != said:
                raise LaunchError(
                    "the database does not remember it, and its rows are not those that it covers: it was restored to a time before, or changed.",
                    option="head", value=f"{head['chain']}/{head['number']}", remedy="Hold exports against the heads that are there.",
                )

    def _heads(self, database: t.Mapping[str, t.Any]) -> Heads:
        return Heads(self._store, database["name"])

    def result(self, actual: ActualHeads) -> dict[str, t.Any]:
        head = actual.outside
        age = None if head is None else int((actual.now - made_at(head)).total_seconds())
        return {"head": head, "age": age, "made": self._made, "warnings": warnings(head, self._warn_after)}
