# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about those who work while a migration runs, and about data that is lost: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.definition import volatile_default
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import (
    ACCESS,
    EXCLUSIVE,
    MAY_REWRITE,
    MAY_SCAN,
    REWRITE,
    ROW_EXCLUSIVE,
    SCAN,
    SHARE,
    SHARE_ROW,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lexemes import Reader, has
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.model import Place, Rule

_SCANNED_BY = ("ADD CHECK", "ADD FOREIGN KEY", "ADD UNIQUE", "ADD PRIMARY KEY", "ADD EXCLUDE", "ADD COLUMN")


def _volatile_default(place: Place) -> str | None:
    if "ADD COLUMN" not in place.kind:
        return None
    names = volatile_default(place.step.words)
    filled = _filled(place, (REWRITE,))
    return f"its default calls {names[0]}(), so that the whole of {filled} is rewritten while nobody can read it" if names and filled else None


def _index(place: Place) -> str | None:
    table = _filled(place, (SCAN,))
    if table and place.kind in ("CREATE INDEX", "CREATE UNIQUE INDEX", "REINDEX TABLE"):
        return f"it builds an index while nobody can write to {table}"
    return None


def _not_null(place: Place) -> str | None:
    table = _filled(place, (MAY_SCAN, SCAN))
    return f"it reads all of {table} while nobody else can" if table and "SET NOT NULL" in place.kind else None


def _constraint(place: Place) -> str | None:
    table = _filled(place, (SCAN,))
    if not table or not place.kind.startswith("ALTER"):
        return None
    if any(action in place.kind for action in _SCANNED_BY):
        return f"it reads all of {table} to check a new constraint, while nobody can write to it"
    if "VALIDATE CONSTRAINT" in place.kind and _adds_unchecked(place, table):
        return f"it reads all of {table} in the script that adds a constraint to it, so that nobody can write to it meanwhile"
    return None


def _adds_unchecked(place: Place, table: str) -> bool:
    """Whether the script has added a constraint to the table: the lock of that lasts until its end."""
    added = (step for step in place.before if any(action in step.effect.kind for action in ("ADD CHECK", "ADD FOREIGN KEY")))
    return not place.preview.outside and any(touch.relation == table for step in added for touch in step.effect.touches)


def _rewrite(place: Place) -> str | None:
    if _volatile_default(place):
        return None
    table = _filled(place, (REWRITE, MAY_REWRITE))
    may = "may rewrite" if any(touch.work == MAY_REWRITE for touch in place.step.effect.touches) else "rewrites"
    return f"it {may} the whole of {table} while nobody can read it" if table else None


def _lock(place: Place) -> str | None:
    strong = [touch.relation for touch, _relation in place.there() if touch.lock in (SHARE, SHARE_ROW, EXCLUSIVE, ACCESS)]
    return f"it keeps others out of {', '.join(strong)} until the end of the script" if place.kind == "LOCK TABLE" and strong else None


def _data_lost(place: Place) -> str | None:
    words = place.step.words
    if any(Reader(words).at(f"drop {what}") for what in _DROPPED_WITH_TABLES) and has(words, "cascade") or Reader(words).at("drop owned"):
        return "it removes what depends on it, with all data in there, and does not name that"
    if place.kind == "DELETE" and not has(words, "where") and not has(words, "using"):
        table = next((touch.relation for touch, relation in place.there() if touch.lock == ROW_EXCLUSIVE and not relation.empty), None)
        return f"it removes all rows of {table}" if table else None
    dropped = place.kind.startswith(("DROP TABLE", "DROP MATERIALIZED VIEW", "TRUNCATE")) or "DROP COLUMN" in place.kind
    tables = [touch.relation for touch, _relation in place.there()]
    return f"it removes data of {', '.join(tables)}, which no rollback of a later day brings back" if dropped and tables else None


def _rename(place: Place) -> str | None:
    # No application calls an index by its name.
    altered = place.kind.startswith("ALTER") and not place.kind.startswith("ALTER INDEX")
    renamed = altered and any(action in place.kind for action in ("RENAME TO", "RENAME COLUMN", "SET SCHEMA"))
    tables = [touch.relation for touch, _relation in place.there()]
    return f"it renames in {', '.join(tables)} what running applications call by its old name" if renamed and tables else None


_DROPPED_WITH_TABLES = ("schema", "type", "domain", "extension", "function", "server")


def _filled(place: Place, work: tuple[str, ...]) -> str | None:
    """The first relation with rows that the statement does such work on."""
    return next((touch.relation for touch, relation in place.there() if touch.work in work and not relation.empty), None)


RULES = (
    Rule("volatile-default", _volatile_default, "Add the column without a default, set the default, then fill the rows in batches."),
    Rule("index-blocks-writes", _index, "CREATE INDEX CONCURRENTLY, which runs outside of a transaction."),
    Rule("not-null-scan", _not_null, "ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID, VALIDATE it in another script, then SET NOT NULL reads nothing."),
    Rule("constraint-scan", _constraint, "Add it NOT VALID (a unique one USING INDEX), and VALIDATE it in another script."),
    Rule("table-rewrite", _rewrite, "Add a new column, fill it in batches, and change over."),
    Rule("lock-table", _lock, "Leave it to each statement to lock what it needs."),
    Rule("data-lost", _data_lost, "See that nobody reads it any more and that it is kept elsewhere, then say so."),
    Rule("rename", _rename, "Add the new name beside the old one (a column, a view), change the applications, then remove the old one."),
)
