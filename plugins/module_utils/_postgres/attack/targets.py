# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the placeholders of the attempts stand for: the system's names and tables, ids, tokens good and bad.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.attempts import BLIND, RW, SIGNED, Attempt
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import LIFE, LONGEST_LIFE, Issuer, Key
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.plan import Canary
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
# Why something is not known, by the placeholder.
_WITHOUT = {
    "child": "no second table that refers to the first is among the canaries", "child_label": "no second table that refers to the first is among the canaries",
    "reference": "no second table that refers to the first is among the canaries",
    "only_b": "the second tenant has no row with an id that the first has not", "only_label": "the second tenant has no row with a name that the first has not",
    "token_suspended": "no suspended tenant was named", "partition": "there is no log with partitions", "cell": "there is no seal",
    "extension": "every extension that the server trusts is there already",
    "entries": "the second tenant has no entry in the log, or shows none",
}
_MAC = 64
_KEY_ID = 8
_EXPIRY = 10


@dataclasses.dataclass(frozen=True)
class Tables:
    """A tenant's table and one that refers to it, as the canaries have them.

    :arg label: a column of text that the application writes.
    :arg reference: the child's column with the id of the table.
    """

    table: str
    label: str
    child: str | None = None
    child_label: str | None = None
    reference: str | None = None

    def as_values(self) -> dict[str, str]:
        return {name: value for name, value in dataclasses.asdict(self).items() if value is not None}


def tables_of(canaries: t.Sequence[Canary]) -> Tables:
    """From the canary rows: the first table, and the first after it in which a value is the first row's id. LaunchError if there is none."""
    first = next((canary for canary in canaries if "id" in canary.values and _labels(canary)), None)
    if first is None:
        raise LaunchError(
            "it has no table with an id and a text.", option="canaries",
            remedy="Name a tenant's table with the columns id and another one of text, as for postgres_isolation_check.",
        )
    label = _labels(first)[0]
    for canary in canaries[canaries.index(first) + 1:]:
        references = [column for column, value in canary.values.items() if value == first.values["id"] and column != "id"]
        if references and _labels(canary, references[0]):
            return Tables(first.table, label, canary.table, _labels(canary, references[0])[0], references[0])
    return Tables(first.table, label)


def _labels(canary: Canary, *others: str) -> list[str]:
    return [column for column, value in canary.values.items() if isinstance(value, str) and column not in ("id", *others)]


@dataclasses.dataclass(frozen=True)
class Sides:
    """Who tries, and whose rows are not to be seen.

    :arg a: the tenant that somebody works for; ``b`` the other one.
    :arg suspended: a tenant that is not active; None if nobody named one.
    :arg key: what tokens are made with; None where contexts are set without.
    """

    a: str
    b: str
    actor: str
    suspended: str | None = None
    key: Key | None = dataclasses.field(default=None, repr=False)


def tokens(sides: Sides, database: str, clock: t.Callable[[], float] = time.time) -> dict[str, str]:
    """Tokens by placeholder: two that count, and what is made of the first or with what an attacker has not."""
    if sides.key is None:
        return {}
    issuer = Issuer(sides.key, database, clock)
    good = issuer.token(sides.a, sides.actor)
    other_key = Issuer(Key("0" * _MAC), database, clock).token(sides.b, sides.actor)
    key_id = good[_MAC:_MAC + _KEY_ID]
    claims = _MAC + _KEY_ID + _EXPIRY
    made = {
        "token_a": good,
        "token_b": issuer.token(sides.b, sides.actor),
        "token_of_another_actor": issuer.token(sides.a, sides.b),
        "token_spliced": good[:claims] + good[claims:].replace(sides.a, sides.b),
        "token_actor": good.replace(f" {sides.actor}", f" {sides.b}"),
        "token_without_key": "0" * _MAC + good[_MAC:claims] + f"{sides.b} {sides.actor}",
        "token_other_key": other_key[:_MAC] + key_id + other_key[_MAC + _KEY_ID:],
        "token_cut": good[:_MAC - 1] + " " + good[_MAC:],
        "token_prolonged": good[:_MAC + _KEY_ID] + f"{int(clock()) + LONGEST_LIFE - LIFE:010}" + good[claims:],
        "token_elsewhere": Issuer(sides.key, "elsewhere", clock).token(sides.b, sides.actor),
        "token_expired": Issuer(sides.key, database, lambda: clock() - LONGEST_LIFE).token(sides.a, sides.actor),
        "token_long": Issuer(sides.key, database, lambda: clock() + LONGEST_LIFE).token(sides.a, sides.actor, LONGEST_LIFE),
    }
    if sides.suspended:
        made["token_suspended"] = issuer.token(sides.suspended, sides.actor)
    return made


def values_of(names: Names, tables: Tables, sides: Sides, found: t.Mapping[str, str]) -> dict[str, str]:
    """What stays the same for all attempts of one login.

    :arg found: what was found in the database, by placeholder.
    """
    return {
        **names.as_placeholders(), **tables.as_values(), "a": sides.a, "b": sides.b, "actor": sides.actor, **found,
    }


def filled(statement: str, values: t.Mapping[str, str]) -> str:
    """A statement as it is run."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], statement)


def why_not(attempt: Attempt, values: t.Mapping[str, str], strength: str) -> str | None:
    """Why an attempt can't be tried; None if it can."""
    if attempt.signed and strength != SIGNED:
        return f"only the strength {SIGNED} promises it"
    wanted = dict.fromkeys(name for statement in (*attempt.before, *attempt.statements) for name in _PLACEHOLDER.findall(statement))
    if attempt.group == "log" and attempt.must == BLIND:
        wanted["entries"] = None
    missing = [name for name in wanted if name not in values]
    if not missing:
        return None
    return _WITHOUT.get(missing[0], "there is no key to make tokens with" if missing[0].startswith("token") else f"there is no {missing[0]}")


# A row's id and name that B has and A has not, as each sees its own: nobody else can tell.
OWN_ROWS = "select id::text, ${label}::text from ${table} limit 10000"
# A log without an entry of B shows nothing of B.
ENTRIES = "select 'some' from ${audit_schema}.audit_log where ${tenant_column}::text = '${b}' limit 1"
# The extension is one that nothing but the right to create keeps out: not there yet, trusted, in need of no other.
FOUND = """
select
  (select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
     join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace n on n.oid = p.relnamespace
   where n.nspname = '${audit_schema}' and p.relname = 'audit_log' order by c.relname limit 1) as partition,
  (select c.oid::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = '${seal_schema}' and c.relname = 'cell') as cell,
  pg_catalog.current_database()::text as database, session_user::text as login,
  (select v.name::text from pg_catalog.pg_available_extension_versions v where v.trusted and v.requires is null
     and not exists (select from pg_catalog.pg_extension e where e.extname = v.name) order by v.name <> 'pgcrypto', v.name limit 1) as extension"""


def only_the_others(role: str, sides: Sides, own: t.Sequence[tuple[str, str]], others: t.Sequence[tuple[str, str]]) -> dict[str, str]:
    """An id and a name that only B has. Who can't read rows gets an id that nobody has a row of, which is all that its attempts need."""
    if role != RW:
        return {"only_b": sides.actor, "only_label": "none"}
    ids, labels = ({row[place] for row in own} for place in (0, 1))
    found = {}
    if row := next((row for row in others if row[0] not in ids), None):
        found["only_b"] = row[0]
    if row := next((row for row in others if row[1] not in labels and "'" not in row[1]), None):
        found["only_label"] = row[1]
    return found
