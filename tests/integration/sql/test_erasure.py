# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/tenants.md says of erasing what tells of a person, as it says it."""

from __future__ import annotations

import pathlib
import re

import pytest
from psycopg2 import errors

from tests.integration.sql.sessions import Session

TENANT, ACTOR, PERSON = "01JAMZ0000HARB0RPAPERC0MPA", "00000000P1AYB00K0000000000", "Jane Doe"
DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / "docs" / "tenants.md"
LOGGED = "select action, changes -> 'title' ->> 'old', changes -> 'title' ->> 'new', performed_by from audit.audit_log" \
         " where entity_type = 'app.tasks' order by performed_at, action"


@pytest.fixture
def erased(master: Session) -> Session:
    """The session after the block, in its transaction."""
    (block,) = re.findall(r"```sql\nbegin;\n(.*?)commit;\n```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    with master.transaction():
        master.run("set local role launch_platform")
        master.run("select app.create_tenant(%s, 'Harbor', null, %s)", TENANT, ACTOR)
        master.run("set local role launch_rw")
        master.run("select app.set_context(%s, %s)", TENANT, ACTOR)
        master.run("with p as (insert into app.projects (name) values ('p') returning id)"
                   " insert into app.tasks (project_id, title) select id, t from p, unnest(array['Call Jane Doe', 'other']) t")
        with master.connection.cursor() as cursor:
            cursor.execute(block)
        yield master


def test_no_row_has_the_name_any_more(erased: Session) -> None:
    erased.run("set local role launch_ro")
    assert erased.run("select title from app.tasks order by title") == [("erased",), ("other",)]


def test_the_log_has_it_still_and_who_erased_it(erased: Session) -> None:
    erased.run("set local role launch_auditor")
    entries = erased.run(LOGGED)
    assert ("update", f"Call {PERSON}", "erased", ACTOR) in entries
    assert ("insert", None, f"Call {PERSON}", ACTOR) in entries


@pytest.mark.parametrize("role", ["launch_audit_owner", "launch_owner", "launch_archiver", "launch_migrator"])
@pytest.mark.parametrize("statement", ["update audit.audit_log set changes = '{}'", "delete from audit.audit_log"])
def test_nobody_takes_it_out_of_the_log(erased: Session, role: str, statement: str) -> None:
    erased.run(f"set local role {role}")
    try:
        assert erased.rows_touched(statement) == 0
    except errors.InsufficientPrivilege:
        return
    erased.run("set local role launch_auditor")
    assert ("insert", None, f"Call {PERSON}", ACTOR) in erased.run(LOGGED)
