# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about who sees what afterwards: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.definition import called
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import SCAN
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Lexeme, Reader, has, parts
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.model import Place, Rule
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Step, sets_search_path
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

_SAFE_PATH = ("pg_catalog", "pg_temp", "")
_PROTECTING = ("protect_tenant_table", "share_table", "create_tenant_table")
_OF_CONTEXT = ("assume_context", "set_context")


def _grant_to_public(place: Place) -> str | None:
    words = place.step.words
    granted = Reader(words).at("grant") or (Reader(words).at("alter default privileges") and has(words, "grant"))
    return "it gives a right to PUBLIC, that is to every login there is and will be" if granted and _to_public(words) else None


def _to_public(words: t.Sequence[Lexeme]) -> bool:
    """Whether PUBLIC is among those behind TO; in quotes it is the same."""
    reader = Reader(words)
    return reader.find("to") and any(part[0].text == "public" for part in parts(reader.rest))


def _rls_off(place: Place) -> str | None:
    for action in ("DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"):
        if _alters(place, action):
            return f"it says {action}: policies of this table no longer hold for {'anybody' if action.startswith('DIS') else 'its owner'}"
    return None


def _policy_dropped(place: Place) -> str | None:
    if place.kind != "DROP POLICY":
        return None
    table = place.step.effect.touches[0].relation
    made = any(step.effect.kind == "CREATE POLICY" and step.effect.touches[0].relation == table for step in place.after)
    return None if made else f"it drops a policy of {table}, and no other is made in this script"


def _definer(place: Place) -> str | None:
    words = place.step.words
    made = Reader(words).at("create") or Reader(words).at("alter")
    routine = made and any(has(words[:5], what) for what in ("function", "procedure", "routine"))
    if not (routine and has(words, "security definer")) or has(words, "set search_path"):
        return None
    return "it makes a SECURITY DEFINER routine without SET search_path: who calls it chooses the objects it finds, with its owner's rights"


def _view_as_owner(place: Place) -> str | None:
    if _alters_invoker(place):
        return "it has a view read with its owner's rights: policies are asked about the owner"
    if not (place.kind.startswith("CREATE") and place.kind.endswith("VIEW")) or "MATERIALIZED" in place.kind:
        return None
    return None if _reads_as_caller(place.step.words) else "it makes a view that reads with its owner's rights: policies are asked about the owner"


def _alters_invoker(place: Place) -> bool:
    words = place.step.words
    if not place.kind.startswith("ALTER VIEW") or not has(words, "security_invoker"):
        return False
    return has(words, "reset (") or not _reads_as_caller(words, "set")


def _reads_as_caller(words: t.Sequence[Lexeme], before: str = "with") -> bool:
    """Whether the view's options say security_invoker, alone or with a value that is true.

    :arg before: the word that the options are behind.
    """
    reader = Reader(words)
    reader.find(before)
    for part in parts(reader.group()):
        if part[0].text == "security_invoker":
            return part[-1].text.lower() in ("security_invoker", "true", "on", "yes", "1")
    return False


def _table_unprotected(place: Place) -> str | None:
    names = place.names
    if names is None or not place.kind.startswith("CREATE TABLE") and not place.kind.startswith("CREATE UNLOGGED TABLE"):
        return None
    table = place.step.effect.touches[0].relation
    if place.kind.endswith("PARTITION OF") or not _of_application(table, names) or any(_protects(step, table, names) for step in place.after):
        return None
    return f"it makes {table} in the schema of tenants' tables, and the script neither protects nor shares it"


def _of_application(table: str, names: Names) -> bool:
    schema, dot, _name = table.rpartition(".")
    return not dot or schema == names.app_schema


def _protects(step: Step, table: str, names: Names) -> bool:
    bare = table.rpartition(".")[2]
    if step.effect.kind.startswith("ALTER TABLE") and "ENABLE ROW LEVEL SECURITY" in step.effect.kind:
        return step.effect.touches[0].relation == table
    if not set(called(step.words)).intersection(_PROTECTING):
        return False
    return any(word.kind == "string" and word.text in (table, bare, f"{names.app_schema}.{bare}") for word in step.words)


def _filtered(place: Place) -> str | None:
    verb = next((verb for verb in ("INSERT", "UPDATE", "DELETE", "MERGE") if place.kind.endswith(verb)), None)
    keeps = verb is not None or place.kind.endswith("TABLE AS") or place.kind.startswith("CREATE MATERIALIZED VIEW")
    if not keeps or (place.kind == "INSERT" and not _inserts_rows_of_others(place)) or _sees_all(place):
        return None
    for touch, relation in place.there():
        if relation.filtered:
            return f"it is about rows of {touch.relation}, of which row level security silently hides those that no policy shows to who migrates"
    return None


def _inserts_rows_of_others(place: Place) -> bool:
    return has(place.step.words, "select") or has(place.step.words, "table")


def _hidden_orphans(place: Place) -> str | None:
    keys = _alters(place, "ADD FOREIGN KEY") or _alters(place, "VALIDATE CONSTRAINT")
    if not keys or _sees_all(place):
        return None
    for touch, relation in place.there():
        if relation.filtered and touch.work == SCAN:
            return f"it checks a constraint of {touch.relation} by the rows that row level security shows to its owner: others may break what counts as valid"
    return None


def _sees_all(place: Place) -> bool:
    """Whether the script has become the platform's role for data migrations, or has taken a context."""
    for step in reversed(place.before):
        if set(called(step.words)).intersection(_OF_CONTEXT):
            return True
        if _changes_role(step):
            return _becomes(step, place.names)
    return False


def _changes_role(step: Step) -> bool:
    return any(Reader(step.words).at(phrase) for phrase in (*_SET_ROLE, "reset role", "reset all", "set session authorization"))


def _becomes(step: Step, names: Names | None) -> bool:
    reader = Reader(step.words)
    return names is not None and bool(reader.take(*_SET_ROLE)) and reader.name() == names.migrator


_SET_ROLE = ("set local role", "set role", "set session role")


def _owner(place: Place) -> str | None:
    words = place.step.words
    given = (Reader(words).at("alter") and has(words, "owner to")) or Reader(words).at("reassign owned")
    return "it gives something another owner, with all rights to it" if given else None


def _search_path(place: Place) -> str | None:
    if not sets_search_path(place.step.words):
        return None
    reader = Reader(place.step.words)
    reader.take("set")
    if reader.take("local"):
        reader.next()
        reader.next()
        if all(part[0].text in _SAFE_PATH for part in parts(reader.rest)):
            return None
    return "it changes the search path, and with it what unqualified names in this script mean"


def _alters(place: Place, action: str) -> bool:
    """Whether it is an ALTER TABLE with this sub-command."""
    prefix, _space, actions = place.kind.partition("TABLE ")
    return prefix.startswith("ALTER") and action in actions.split(", ")


RULES = (
    Rule("grant-to-public", _grant_to_public, "Name the roles that need it."),
    Rule("rls-off", _rls_off, "Leave it on, and write a policy for who has to see more."),
    Rule("policy-dropped", _policy_dropped, "Make the policy that takes its place in the same script, or say why none has to."),
    Rule("definer-search-path", _definer, "Add SET search_path = pg_catalog, pg_temp, and name everything with its schema."),
    Rule("view-as-owner", _view_as_owner, "Make it WITH (security_invoker = true)."),
    Rule("table-unprotected", _table_unprotected, "Make it by create_tenant_table(), or call protect_tenant_table() or share_table()."),
    Rule("filtered-data", _filtered, "Become the role for data migrations first, or take a tenant's context, one tenant after the other."),
    Rule("key-over-hidden-rows", _hidden_orphans, "Look for orphans as a role that sees all rows, and say that you did."),
    Rule("owner-changed", _owner, "Become the right owner before something is made."),
    Rule("search-path-set", _search_path, "Say SET LOCAL search_path = pg_catalog, pg_temp, and name everything with its schema, or use the option."),
)
