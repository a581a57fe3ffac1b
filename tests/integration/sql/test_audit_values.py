# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log says of a value does not depend on who changes it, and SQL NULL is not JSON's null."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.integration.sql.sessions import Session, Tenant

TABLE = """
  create domain app.document as jsonb;
  create table app.samples (
    tenant_id app.entity_id not null default app.current_tenant() references app.tenants (id),
    id app.entity_id not null default app.new_entity_id(),
    {columns},
    created_at timestamptz not null, updated_at timestamptz not null,
    created_by app.entity_id not null, updated_by app.entity_id not null,
    version integer not null,
    primary key (tenant_id, id)
  );
  select app.protect_tenant_table('app.samples')
"""


def change_of(session: Session, tenant: Tenant, kind: str, before: str, after: str, settings: t.Sequence[str] = ()) -> t.Any:
    """What the log says of the column ``value`` when it changes, or None where it says nothing."""
    with session.transaction():
        session.run("set local role launch_owner")
        session.run(TABLE.format(columns=f"value {kind}"))
        session.run("set local role launch_rw")
        session.run("select app.set_context(%s, %s)", tenant.id, tenant.actor)
        session.run(f"insert into app.samples (value) values ({before})")
        for setting in settings:
            session.run(f"set local {setting}")
        session.run(f"update app.samples set value = {after}")
        session.run("reset all")
        session.run("set local role launch_rw")
        session.run("select app.set_context(%s, %s)", tenant.id, tenant.actor)
        return session.value("select changes -> 'value' from audit.audit_log where action = 'update' and entity_type = 'app.samples'")


SHAPED = [
    ("extra_float_digits = -15", "double precision", "1400.75", "1801.25", 1400.75, 1801.25),
    ("extra_float_digits = -5", "real", "1400.75", "1801.25", 1400.75, 1801.25),
    ("extra_float_digits = -15", "float8[]", "'{1400.75}'", "'{1801.25}'", [1400.75], [1801.25]),
    ("extra_float_digits = -15", "point", "'1400.75,1'", "'1801.25,1'", "(1400.75,1)", "(1801.25,1)"),
    ("timezone = 'Asia/Kolkata'", "timestamptz", "'2026-01-01 00:00+00'", "'2026-01-02 00:00+00'",
     "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"),
    ("timezone = 'Asia/Kolkata'", "tstzrange", "'[2026-01-01 00:00+00,)'", "'[2026-01-02 00:00+00,)'",
     '["2026-01-01 00:00:00+00",)', '["2026-01-02 00:00:00+00",)'),
    ("datestyle = 'German'", "daterange", "'[2026-01-02,2026-01-03)'", "'[2026-01-04,2026-01-05)'",
     "[2026-01-02,2026-01-03)", "[2026-01-04,2026-01-05)"),
    ("datestyle = 'SQL, DMY'", "date", "'2026-01-31'", "'2026-02-01'", "2026-01-31", "2026-02-01"),
    ("intervalstyle = 'sql_standard'", "interval", "'1 day 2 hours'", "'3 days'", "P1DT2H", "P3D"),
    ("bytea_output = 'escape'", "bytea", "'\\x41'", "'\\x4200'", "\\x41", "\\x4200"),
    ("quote_all_identifiers = on", "regclass", "'pg_class'", "'pg_proc'", "pg_class", "pg_proc"),
    ("search_path = 'app'", "regclass", "'app.tasks'", "'app.projects'", "app.tasks", "app.projects"),
    ("xmloption = 'document'", "text", "'a'", "'b'", "a", "b"),
    ("standard_conforming_strings = off", "text", "'a'", "'b'", "a", "b"),
]


@pytest.mark.parametrize(("setting", "kind", "before", "after", "old", "new"), SHAPED)
def test_settings_do_not_shape_what_is_told(
    master: Session, alpha: Tenant, setting: str, kind: str, before: str, after: str, old: t.Any, new: t.Any,
) -> None:
    assert change_of(master, alpha, kind, before, after, [setting]) == {"old": old, "new": new}


NULLS = [
    ("jsonb", "null", "'null'", {"new": None}),
    ("jsonb", "'null'", "null", {"old": None}),
    ("jsonb", "'null'", "'{}'", {"old": None, "new": {}}),
    ("jsonb", "null", """'{"a": null}'""", {"new": {"a": None}}),
    ("jsonb", "null", "null", None),
    ("jsonb", "'null'", "'null'", None),
    ("json", "null", "' null '", {"new": None}),
    ("app.document", "'null'", "null", {"old": None}),
    ("text", "null", "'null'", {"new": "null"}),
    ("text", "'null'", "null", {"old": "null"}),
    ("text", "''", "null", {"old": ""}),
    ("integer", "null", "0", {"new": 0}),
]


@pytest.mark.parametrize(("kind", "before", "after", "told"), NULLS)
def test_null_of_sql_is_not_null_of_json(
    master: Session, alpha: Tenant, kind: str, before: str, after: str, told: dict[str, t.Any] | None,
) -> None:
    assert change_of(master, alpha, kind, before, after) == told


@pytest.mark.parametrize(("value", "told"), [("null", False), ("'null'", True)])
def test_a_row_that_comes_or_goes_tells_nulls_apart(master: Session, alpha: Tenant, value: str, told: bool) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(TABLE.format(columns="value jsonb"))
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        master.run(f"insert into app.samples (value) values ({value})")
        master.run("delete from app.samples")
        found = dict(master.run("select action, changes -> 'value' from audit.audit_log where performed_at = now()"))
    assert found == {"insert": {"new": None} if told else None, "delete": {"old": None} if told else None}


SAME = [
    ("numeric", "1.0", "1.00"), ("json", """'{"a":1}'""", """'{ "a": 1 }'"""), ("jsonb[]", "array[null::jsonb]", "array['null'::jsonb]"),
    ("double precision", "'0'", "'-0'"),
]


@pytest.mark.parametrize(("kind", "before", "after"), SAME)
def test_residual_values_that_json_has_no_two_forms_for_are_one(
    master: Session, alpha: Tenant, kind: str, before: str, after: str,
) -> None:
    """Trailing zeros, the spelling of a document, nulls in an array, the sign of zero: the statement is told, by its version."""
    assert change_of(master, alpha, kind, before, after) is None


def test_a_column_that_the_trigger_was_not_told_of_is_told(master: Session, alpha: Tenant) -> None:
    """Added after the table was protected, by whoever may write it: only its two nulls are one until it is protected again."""
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(TABLE.format(columns="value jsonb"))
        master.run("set local role launch_migrator")
        master.run("select app.assume_context(%s, %s)", alpha.id, alpha.actor)
        master.run("insert into app.samples default values")
        master.run("update app.samples set value = '1'")
        master.run("set local role launch_owner")
        master.run("alter table app.samples add extra jsonb")
        master.run("set local role launch_migrator")
        master.run("update app.samples set extra = %s", json.dumps({"a": None}))
        master.run("set local role launch_archiver")
        told = master.run("select changes -> 'extra' from audit.audit_log where performed_at = now() and changes ? 'extra'")
    assert told == [({"new": {"a": None}},)]
