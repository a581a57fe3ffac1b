# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a head of the audit log is due, what is in it, and which months can be exported and removed: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.verification import HASH, VERSION, Head

# A transaction that began in a month was seen to run by then: see the wait for those that run.
AFTER_A_MONTH = datetime.timedelta(minutes=5)


@dataclasses.dataclass(frozen=True)
class Month:
    """A partition of the log.

    :arg name: as in ``2026-11``.
    """

    name: str
    partition: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Digest:
    """Rows in their order.

    :arg sha256: of their lines.
    """

    rows: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Known:
    """What the database remembers of a head."""

    chain: str
    number: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class ActualHeads:
    """Where the heads stand.

    :arg now: the server's clock.
    :arg database: what tells it from others, as in a head.
    :arg horizon: every transaction before this one has ended.
    :arg outside: the last head of the last chain that is kept outside, None without any.
    :arg numbers: of the heads of that chain that are kept outside.
    :arg known: the head that the database has remembered last, of whichever chain.
    :arg recorded: by number, the hashes that the database remembers of the chain outside.
    """

    now: datetime.datetime
    database: t.Mapping[str, t.Any]
    horizon: int
    outside: Head | None
    numbers: frozenset[int]
    known: Known | None
    recorded: t.Mapping[int, str]

    @property
    def inside(self) -> int:
        """The last number that the database remembers of the chain outside; 0 without any."""
        return max(self.recorded, default=0)


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a head is made from, all of one snapshot but the times before it.

    :arg cut: every transaction that began before this time had ended when the snapshot was taken, if ``settled``.
    :arg horizon: every transaction before this one has ended; ``ahead``: the first that has not begun.
    :arg waiting: rows of transactions from the horizon on that are there already, with the time of the first, by month.
    :arg beyond: rows of transactions that this server has not had yet, unless they were there when the chain began.
    :arg prepared: how many prepared transactions there are.
    """

    cut: datetime.datetime
    settled: bool
    horizon: int
    ahead: int
    made_at: datetime.datetime
    columns: t.Mapping[str, str]
    months: t.Sequence[Month]
    digests: t.Mapping[str, Digest]
    adopted: t.Mapping[str, Digest]
    waiting: t.Mapping[str, tuple[int, datetime.datetime]]
    prepared: int
    beyond: int = 0


def plan_head(state: ActualHeads, max_age: datetime.timedelta, new_chain: bool) -> Plan:
    """A head where the last one is too old, or where one that is kept outside has to be remembered inside.

    The payload is the head to go on from: for ``create`` the one before, for ``record`` the one to remember.
    """
    resource = f"heads of the audit log of {state.database['name']}"
    why = _broken(state)
    if why is None and state.outside is None:
        return Plan(resource, (Change("create", "head 1", None, "head"),))
    if why is not None:
        if not new_chain:
            raise why
        return Plan(resource, (Change("begin", "chain", None, "head 1", payload=state.outside),))
    outside = t.cast("Head", state.outside)
    if state.inside < outside["number"]:
        return Plan(resource, (Change("record", _called(outside), None, "remembered", payload=outside),), partial=True)
    age = state.now - made_at(outside)
    if age < max_age:
        return Plan(resource)
    last = f"{_called(outside)}, {int(age.total_seconds() // 60)} minutes old"
    return Plan(resource, (Change("create", f"head {outside['number'] + 1}", last, "head", payload=outside),))


def _called(head: Head) -> str:
    return f"head {head['number']}"


def made_at(head: Head) -> datetime.datetime:
    return verification.time_of(head["made_at"])


def _broken(state: ActualHeads) -> LaunchError | None:
    """Why the last chain can't go on; None where it can. Asked in each run, whether or not a head is due."""
    outside, inside, known = state.outside, state.inside, state.known
    if outside is None:
        return None if known is None else _stopped(
            f"there is none, and the database remembers head {known.number} of chain {known.chain}", "", "Name the place where the heads are.")
    where, number = f"{outside['chain']}/{outside['number']}", outside["number"]
    if verification.hash_of(outside) != outside[HASH]:
        return _stopped("its content has another hash than it says", where, "Find out who changed it.")
    if outside["database"] != dict(state.database):
        return _stopped(f"it is of the database {outside['database']}, and this is {dict(state.database)}", where, "Name another place for this database.")
    if not inside or inside < number - 1:
        other = f" and head {known.number} of chain {known.chain}" if known and not inside else ""
        return _stopped(
            f"the database remembers {f'head {inside}' if inside else 'no head'} of its chain{other}, so it was restored to a time before, or changed",
            where, "Hold exports against the heads that are there.")
    if state.horizon < outside["to"]:
        return _stopped(
            f"it ends at transaction {outside['to']}, and the database has reached {state.horizon} only, so it was restored to a time before",
            where, "Hold exports against the heads that are there.")
    if missing := _missing(state, outside):
        return missing
    if inside == number and state.recorded[inside] != outside[HASH]:
        return _stopped(f"the database remembers another one of this number, {state.recorded[inside]}", where, "Find out who changed the database.")
    if forgotten := set(range(1, inside)) - set(state.recorded):
        return _stopped(
            f"the database remembers head {inside} of its chain and not {_numbered(forgotten)}, so it was changed", where, "Find out who changed the database.")
    return None


def _missing(state: ActualHeads, last: Head) -> LaunchError | None:
    """What is not outside although the database remembers it, or a later one is there. None where all are.

    :arg last: the last one outside.
    """
    chain, known = last["chain"], state.known
    gone = ({*state.recorded} | {*range(1, last["number"])}) - state.numbers
    if gone:
        remembered = "the database remembers it" if min(gone) in state.recorded else "later ones are there"
        what = f"{_numbered(gone)} of chain {chain} is missing outside, and {remembered}"
    elif known is not None and known.chain != chain:
        what = f"head {known.number} of chain {known.chain} is missing outside, and the database remembers it; the last chain that is there is {chain}"
    else:
        return None
    return _stopped(f"{what}. Somebody removed it there, or it was lost", "", "Bring it back from a copy if there is one, and find out who removed it.")


def _numbered(numbers: t.Collection[int]) -> str:
    """The first of some heads, and how many more there are."""
    return f"head {min(numbers)}" + (f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else "")


def _stopped(problem: str, where: str, remedy: str) -> LaunchError:
    return LaunchError(
        f"{problem}.", option="head" if where else "destination", value=where or None,
        remedy=f"{remedy} Once that is understood, new_chain: true begins another chain, linked to this one.",
    )


def make_head(reading: Reading, database: t.Mapping[str, t.Any], log: str, last: Head | None, before: Head | None = None) -> dict[str, t.Any]:
    """The next head of a chain, or the first of a new one.

    :arg last: the one that it follows; None for the first.
    :arg before: the last one of an earlier chain.
    """
    head: dict[str, t.Any] = {
        "version": VERSION, "database": dict(database), "log": log, "columns": dict(reading.columns),
        "to": reading.horizon, "made_at": reading.made_at.isoformat(), "months": _entries(reading, reading.digests),
        "closed": closed_months(reading, last["closed"] if last else ()), "waiting": _waiting(reading),
    }
    if last is not None:
        head |= {"chain": last["chain"], "number": last["number"] + 1, "from": last["to"], "previous": last[HASH]}
        return verification.sealed(head)
    _refuse_early_beginning(reading, before)
    return verification.sealed(head | {
        "chain": f"{reading.made_at:%Y%m%dT%H%M%S%fZ}", "number": 1, "from": 0, "previous": before and before[HASH],
        "previous_chain": before and {key: before[key] for key in ("chain", "number", HASH)},
        "cut": reading.cut.isoformat(), "adopted_from": reading.ahead if reading.adopted else None, "adopted": _entries(reading, reading.adopted),
    })


def _refuse_early_beginning(reading: Reading, before: Head | None) -> None:
    """Rows that came with a copy are told from the database's own by the time the chain began."""
    if (reading.adopted or before) and (not reading.settled or reading.prepared):
        raise LaunchError(
            "transactions that began before the chain are still open, and rows of a copy can't be told from theirs.", option="new_chain",
            remedy="Run it again when they have ended; settle says how long it waits for them.",
        )


def _entries(reading: Reading, digests: t.Mapping[str, Digest]) -> list[dict[str, t.Any]]:
    return [
        {"month": month.name, "starts_at": month.starts_at.isoformat(), "ends_at": month.ends_at.isoformat(),
         "rows": digest.rows, "sha256": digest.sha256}
        for month in reading.months if (digest := digests.get(month.name)) and digest.rows
    ]


def closed_months(reading: Reading, before: t.Collection[str]) -> list[str]:
    """The months that nothing can be added to any more, of those that are part of the log.

    A transaction writes into the month in which it began, however late. So a month is closed when it is over, every transaction that ran
    then has ended, none is prepared, and a head covers all of its rows.
    """
    now_closed = [
        month.name for month in reading.months
        if reading.settled and not reading.prepared and month.name not in reading.waiting and month.ends_at + AFTER_A_MONTH <= reading.cut
    ]
    return sorted({*now_closed, *(month.name for month in reading.months if month.name in before)})


def _waiting(reading: Reading) -> dict[str, t.Any]:
    """What was there when the head was made and is not covered by it."""
    first = min((since for _rows, since in reading.waiting.values()), default=None)
    return {
        "rows": sum(rows for rows, _since in reading.waiting.values()), "since": first and first.isoformat(),
        "transactions": reading.ahead - reading.horizon, "prepared": reading.prepared, "beyond": reading.beyond,
    }


def warnings(head: Head | None, limit: datetime.timedelta) -> list[str]:
    """What a person should look at."""
    if head is None or not head["waiting"]["since"]:
        return []
    waiting, found = head["waiting"], []
    if waiting["beyond"]:
        found.append(
            f"{waiting['beyond']} rows of the log are of transactions that this server has not had yet: somebody wrote them by hand, or they came "
            f"from another server after the chain had begun. No head will cover them, and their month is not closed.")
    waited = made_at(head) - verification.time_of(waiting["since"])
    if waited > limit and waiting["rows"] > waiting["beyond"]:
        found.append(
            f"{_called(head).capitalize()} does not cover {waiting['rows']} rows, the first of {waiting['since']}, {int(waited.total_seconds())} s before it "
            f"was made: a transaction that is still open holds them back. There are {waiting['prepared']} prepared transactions.")
    return found


@dataclasses.dataclass(frozen=True)
class Archive:
    """An export that was verified.

    :arg rows: how many it has.
    :arg place: its name where exports are kept.
    """

    rows: int
    place: str
    detached: bool
    dropped: bool


@dataclasses.dataclass(frozen=True)
class ActualArchives:
    """Where the months stand.

    :arg months: that are part of the log, or detached and still there.
    :arg counts: rows of exported months that are part of the log.
    :arg closed: by the heads that the database remembers.
    :arg retention: months that a month stays after its end; None where it is not set.
    :arg strays: tables that look like partitions, and are part of the log no more without being exported.
    """

    now: datetime.datetime
    months: t.Sequence[Month]
    counts: t.Mapping[str, int]
    closed: frozenset[str]
    archives: t.Mapping[str, Archive]
    retention: int | None
    strays: t.Sequence[str] = ()


def plan_archives(state: ActualArchives, remove: bool, log: str, copy_open: bool = False) -> Plan:
    """Export what is closed; where it is wanted, remove what was exported and is older than the retention.

    :arg copy_open: whether months that have begun and that no head has closed are copied as they are now.
    """
    if remove and state.retention is None:
        raise LaunchError(
            "the database has no retention, so nothing may be removed.", option="remove", value=True,
            remedy="Set retention_months of launch.database.postgres_audit_partition.",
        )
    changes: list[Change] = []
    for month in state.months:
        archive = state.archives.get(month.name)
        if month.name in state.closed and (archive is None or _grew(month, archive, state)):
            changes.append(Change("export", month.partition, archive and archive.place, "export", payload=month))
        elif archive is not None and not archive.dropped and remove and removable_from(month, state.retention or 0) <= state.now:
            if not archive.detached:
                changes.append(Change("detach", month.partition, "part of the log", "detached", destructive=True, payload=month))
            changes.append(Change("drop", month.partition, f"{archive.rows} rows", None, destructive=True, payload=month))
    changes += [Change("copy", month.partition, None, "as it is now", payload=month) for month in state.months if copy_open and _is_open(month, state)]
    # A month that grew after its export is exported again, and removed by the plan after that.
    return Plan(f"months of {log}", tuple(changes), partial=any(change.action == "export" for change in changes))


def _is_open(month: Month, state: ActualArchives) -> bool:
    return month.name not in state.closed and month.starts_at <= state.now


def _grew(month: Month, archive: Archive, state: ActualArchives) -> bool:
    return not archive.detached and state.counts[month.name] != archive.rows


def removable_from(month: Month, retention: int) -> datetime.datetime:
    """When a month may go."""
    months = month.ends_at.year * 12 + month.ends_at.month - 1 + retention
    return month.ends_at.replace(year=months // 12, month=months % 12 + 1)
