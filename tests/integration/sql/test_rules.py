# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule: nothing to find in what the migrations make, and the fault found when there is one.

A fault is made in a transaction that is rolled back, as the role that could really make it.
"""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from tests.support.platform import CHECKS, LAUNCH_NAMES, checked
from tests.integration.sql.sessions import Session, Tenant

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

COLUMNS = ["rule", "severity", "object", "detail", "remedy"]
RULES = sorted(path.stem[:3] for path in CHECKS.glob("*.sql"))
MONTH = "audit_log_y2040m01"
OWN = "tenant_id = (select app.current_tenant())"
REPORTING = "create role reporting; set local role launch_owner; create policy all_rows on app.tasks"
PLAIN = "create table app.plain (tenant_id app.entity_id not null, id app.entity_id not null, primary key (tenant_id, id))"


@dataclasses.dataclass(frozen=True)
class Fault:
    """What goes wrong, who does it, and which object the finding has to name."""

    rule: str
    made_by: str
    statement: str
    found: str


def owner(rule: str, statement: str, found: str) -> Fault:
    return Fault(rule, "launch_owner", statement, found)


def auditor(rule: str, statement: str, found: str) -> Fault:
    return Fault(rule, "launch_audit_owner", statement, found)


def sealer(rule: str, statement: str, found: str) -> Fault:
    return Fault(rule, "launch_seal_owner", statement, found)


def administrator(rule: str, statement: str, found: str) -> Fault:
    return Fault(rule, "none", statement, found)


FAULTS = (
    owner("R01", "alter table app.tasks disable row level security", "app.tasks"),
    auditor(
        "R01",
        f"create table audit.{MONTH} partition of audit.audit_log"
        " for values from ('2040-01-01+00') to ('2040-02-01+00')",
        f"audit.{MONTH}",
    ),
    administrator(
        "R01", "create table public.notes (tenant_id text); grant select on public.notes to launch_ro", "public.notes"
    ),
    administrator(
        "R01",
        "create schema shop; create table shop.orders (tenant_id text, id int); create role shop_rw;"
        " grant usage on schema shop to shop_rw; grant select, insert on shop.orders to shop_rw",
        "shop.orders",
    ),
    administrator("R01", "create table public.notes (tenant_id text, note text); grant select (note) on public.notes to public", "public.notes"),
    owner("R02", "alter table app.tasks no force row level security", "app.tasks"),
    owner("R03", f"{PLAIN}; alter table app.plain enable row level security", "app.plain"),
    owner("R03", "drop policy tenant_select on app.tasks", "app.tasks"),
    owner("R03", "drop policy tenant_update on app.tenants", "app.tenants"),
    owner("R04", "create table app.countries (code text primary key)", "app.countries"),
    owner(
        "R05",
        f"{PLAIN}; alter table app.plain drop constraint plain_pkey; "
        "alter table app.plain alter column tenant_id drop not null",
        "app.plain",
    ),
    owner(
        "R06",
        "create policy open on app.tasks for select using (tenant_id = (select app.current_tenant()))",
        "app.tasks: open",
    ),
    owner("R07", "create policy all_rows on app.tasks for select to launch_rw using (true)", "app.tasks: all_rows"),
    owner(
        "R07",
        "create policy own_or_active on app.tasks for select to launch_ro"
        " using (tenant_id = (select app.current_tenant()) or is_active)",
        "app.tasks: own_or_active",
    ),
    owner(
        "R07",
        "create policy any_write on app.tasks for update to launch_rw"
        " using (tenant_id = (select app.current_tenant())) with check (title <> '')",
        "app.tasks: any_write",
    ),
    owner(
        "R07",
        "create policy by_id on app.tasks for select to launch_rw using (id = (select app.current_tenant()))",
        "app.tasks: by_id",
    ),
    *(
        owner("R07", f"create policy loose on app.tasks for select to launch_rw using ({loose})", "app.tasks: loose")
        for loose in (
            f"not ({OWN})",
            f"({OWN}) is not null",
            f"({OWN}) = is_active",
            f"({OWN} and is_active) or title = ''",
            f"is_active or ({OWN} and is_active)",
            f"case when {OWN} then true else is_active end",
            f"exists (select from app.projects p where p.{OWN})",
            "tenant_id = (select app.current_tenant() union select id from app.tenants limit 1)",
            "tenant_id <= (select app.current_tenant())",
        )
    ),
    *(
        administrator(
            "R07",
            f"{REPORTING} for select to {roles} using (true); reset role; grant reporting to {member}",
            "app.tasks: all_rows",
        )
        for roles, member in (
            ("reporting", "launch_report"),
            ("launch_platform, reporting", "launch_ro"),
            ("reporting", "launch_report with inherit false, set true"),
            ("reporting", "launch_report with inherit false, set false, admin true"),
        )
    ),
    auditor(
        "R13",
        f"select audit.create_partition('2040-01-01'); grant select on audit.{MONTH} to launch_ro",
        f"audit.{MONTH}",
    ),
    auditor(
        "R13",
        f"select audit.create_partition('2040-01-01'); grant select (id) on audit.{MONTH} to public",
        f"audit.{MONTH}",
    ),
    *(
        owner("R14", f"grant {privilege} on app.tasks to launch_rw", "app.tasks")
        for privilege in ("truncate", "references", "references (id)", "trigger", "maintain", "all", "all (id)")
    ),
    owner("R14", "grant references (id) on app.tasks to public", "app.tasks"),
    *(
        auditor("R15", f"grant {privilege} on audit.audit_log to launch_rw", "audit.audit_log")
        for privilege in ("insert", "insert (id)", "update (changes)", "delete")
    ),
    owner("R19", "create unique index tasks_id on app.tasks (id)", "app.tasks: tasks_id"),
    owner("R19", "create unique index tasks_lower on app.tasks (lower(id))", "app.tasks: tasks_lower"),
    owner("R19", "grant update (domain) on app.tenants to launch_rw", "app.tenants: tenants_domain_key"),
    owner(
        "R20",
        "create unique index on app.projects (id);"
        " alter table app.tasks add constraint loose foreign key (project_id) references app.projects (id)",
        "app.tasks: loose",
    ),
    owner(
        "R20",
        "alter table app.tasks add column helper app.entity_id constraint helper references app.tenants (id)",
        "app.tasks: helper",
    ),
    owner(
        "R21",
        "alter table app.tasks add constraint clears foreign key (tenant_id, parent_task_id)"
        " references app.tasks (tenant_id, id) on delete set null",
        "app.tasks: clears",
    ),
    owner("R22", "drop index app.tasks_tenant_parent", "app.tasks: tasks_parent"),
    owner(
        "R23",
        "create table app.bare (tenant_id app.entity_id not null); create index on app.bare (tenant_id) where false",
        "app.bare",
    ),
    administrator("R26", "alter role launch_app createdb", "launch_app"),
    administrator("R26", "alter role launch_platform createrole", "launch_platform"),
    administrator("R26", "alter role launch_owner login", "launch_owner"),
    administrator("R27", "grant launch_owner to launch_app with inherit false, set true", "launch_app"),
    administrator("R27", "grant launch_audit_owner to launch_rw", "launch_rw"),
    administrator("R27", "grant launch_platform to launch_ro", "launch_report"),
    *(
        administrator("R27", f"create role keeper {attribute}; grant keeper to launch_app", "launch_app")
        for attribute in ("createrole", "createdb")
    ),
    administrator(
        "R27",
        "create role writer; grant writer to launch_app with inherit false, set true;"
        " set local role launch_audit_owner; grant insert on audit.audit_log to writer",
        "launch_app",
    ),
    administrator(
        "R27", "create role keeper createrole; create role crew role launch_ro; grant keeper to crew", "launch_report"
    ),
    administrator(
        "R28", "grant launch_rw to current_user with inherit true; create schema mine authorization launch_rw", "mine"
    ),
    administrator(
        "R28",
        "set local role launch_owner; grant create on schema app to launch_admin;"
        " reset role; create table app.masters (i int)",
        "app.masters",
    ),
    administrator("R29", "grant temporary on database launch to public", "launch"),
    administrator("R30", "grant create on database launch to launch_rw", "database launch"),
    administrator("R30", "grant create on schema public to public", "schema public"),
    owner("R30", "grant create on schema app to launch_rw", "schema app"),
    owner("R28", "create function app.current_tenant(i int) returns int return i", "app.current_tenant(i integer)"),
    administrator(
        "R28",
        "set local role launch_seal_owner; grant usage, create on schema seal to launch_owner;"
        " set local role launch_owner; create table seal.more (i int)",
        "seal.more",
    ),
    administrator("R26", "alter role launch_seal_owner login", "launch_seal_owner"),
    administrator("R27", "grant launch_key_keeper to launch_app", "launch_app"),
    sealer("R43", "grant select on seal.token_keys to launch_platform", "seal.token_keys"),
    sealer("R43", "grant select (outer_pad) on seal.token_keys to launch_archiver", "seal.token_keys"),
    sealer("R43", "grant usage on sequence seal.cell to launch_owner", "seal.cell"),
    sealer("R43", "grant update on seal.strength to launch_platform", "seal.strength"),
    administrator("R43", "create role backup; grant launch_seal_owner to backup with inherit false, set true", "seal.cell"),
    auditor(
        "R31", "alter default privileges in schema audit grant select on tables to launch_rw", "launch_audit_owner"
    ),
    owner("R31", "alter default privileges grant execute on functions to public", "launch_owner"),
)


def findings(session: Session, rule: str, role: str = "launch_ro") -> list[tuple[str, ...]]:
    """What a rule finds, with the least of rights and a search path nobody else writes to."""
    return [row for row in examined(session, rule, role) if row[3] is not None]


def examined(session: Session, rule: str, role: str = "launch_ro") -> list[tuple[str, ...]]:
    """What a rule looks at."""
    [path] = CHECKS.glob(f"{rule}_*.sql")
    session.run(f"set local role {role}")
    session.run("set local search_path = pg_catalog, pg_temp")
    with session.connection.cursor() as cursor:
        cursor.execute(checked(path, LAUNCH_NAMES))
        assert [column.name for column in cursor.description or ()] == COLUMNS
        return cursor.fetchall()


def test_policy_of_a_reachable_role_shows_all_tenants(
    connect: Connect, master: Session, alpha: Tenant, beta: Tenant
) -> None:
    """Why R07 asks for membership: so PostgreSQL applies policies."""
    with master.transaction(keep=True):
        master.run(f"{REPORTING} for select to reporting using (true)")
        master.run("reset role")
        master.run("grant reporting to launch_report")
    try:
        with connect("launch_report").transaction(alpha) as session:
            seen = {row[0] for row in session.run("select tenant_id from app.tasks")}
    finally:
        with master.transaction(keep=True):
            master.run("set local role launch_owner")
            master.run("drop policy all_rows on app.tasks")
            master.run("reset role")
            master.run("drop role reporting")
    assert {alpha.id, beta.id} <= seen


@pytest.mark.parametrize(
    ("roles", "condition"),
    [
        ("launch_rw", OWN),
        ("launch_rw", f"{OWN} and is_active"),
        ("launch_rw", f"{OWN} and (is_active or title <> '') and not is_active"),
        ("launch_platform, launch_archiver, operator", "true"),
    ],
)
def test_policy_that_keeps_to_the_tenant_or_out_of_reach_is_no_fault(
    master: Session, roles: str, condition: str
) -> None:
    with master.transaction():
        master.run("create role operator")
        master.run("set local role launch_owner")
        master.run(f"create policy more on app.tasks for select to {roles} using ({condition})")
        assert findings(master, "R07") == []


@pytest.mark.usefixtures("tenants")
@pytest.mark.parametrize("rule", RULES)
def test_migrated_database_is_without_fault(connect: Connect, rule: str) -> None:
    with connect("launch_report").transaction() as session:
        assert findings(session, rule) == []
        assert examined(session, rule), "a rule that looks at nothing finds nothing"


@pytest.mark.usefixtures("tenants")
@pytest.mark.parametrize("rule", RULES)
def test_a_role_that_may_not_look_into_the_schemas_can_check_them(master: Session, rule: str) -> None:
    with master.transaction():
        assert findings(master, rule, "none") == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}-{fault.found}")
def test_fault_is_found(master: Session, fault: Fault) -> None:
    with master.transaction():
        master.run(f"set local role {fault.made_by}")
        master.run(fault.statement)
        found = findings(master, fault.rule)
    assert {row[0] for row in found} == {fault.rule}
    assert fault.found in {row[2] for row in found}


def findings_while(database: t.Any, master: Session, rule: str, made: str, unmade: str) -> list[tuple[str, ...]]:
    """What a rule finds while there is something that only a superuser can make."""
    database.server.psql(made)
    try:
        with master.transaction():
            return findings(master, rule)
    finally:
        database.server.psql(unmade)


def test_bypassing_role_is_found(database: t.Any, master: Session) -> None:
    found = findings_while(database, master, "R26", "create role launch_bypass bypassrls", "drop role launch_bypass")
    assert [(row[2], row[3]) for row in found] == [("launch_bypass", "bypassrls")]


@pytest.mark.parametrize("attribute", ["superuser", "bypassrls", "replication"])
def test_privileged_role_is_found_under_any_name(database: t.Any, master: Session, attribute: str) -> None:
    made = f"create role keeper {attribute}; grant keeper to launch_app"
    found = findings_while(database, master, "R27", made, "drop role keeper")
    assert [(row[2], row[3]) for row in found] == [("launch_app", "it is a member of keeper")]


@pytest.mark.parametrize("role", ["pg_read_server_files", "pg_read_all_stats"])
def test_role_over_the_whole_server_is_found(database: t.Any, master: Session, role: str) -> None:
    found = findings_while(database, master, "R27", f"grant {role} to launch_report", f"revoke {role} from launch_report")
    assert [(row[2], row[3]) for row in found] == [("launch_report", f"it is a member of {role}")]


@pytest.mark.parametrize(("role", "objects"), [("pg_read_all_data", {"token_keys", "cell"}), ("pg_write_all_data", {"token_keys", "cell", "strength"})])
def test_a_reader_or_writer_of_everything_has_the_keys(database: t.Any, master: Session, role: str, objects: set[str]) -> None:
    found = findings_while(database, master, "R43", f"create role backup login; grant {role} to backup", "drop role backup")
    assert {row[2] for row in found} == {f"seal.{name}" for name in objects}
    assert all(row[3].startswith("backup can ") for row in found)


def test_the_keeper_and_who_is_in_its_group_are_no_fault(master: Session) -> None:
    with master.transaction():
        master.run("create role deploy login in role launch_key_keeper")
        assert findings(master, "R43") == []


def test_attribute_of_the_application_itself_is_no_membership(master: Session) -> None:
    with master.transaction():
        master.run("alter role launch_app createdb")
        assert findings(master, "R27") == []


def test_role_to_switch_to_that_the_rules_look_at_is_no_fault(master: Session) -> None:
    with master.transaction():
        master.run("create role web in role launch_rw")
        master.run("grant web to launch_app with inherit false, set true")
        master.run("alter role launch_report noinherit")
        assert findings(master, "R27") == []


def test_every_rule_can_fail() -> None:
    assert {fault.rule for fault in FAULTS} == set(RULES)


def test_rules_of_this_folder_are_all_there() -> None:
    numbers = (*range(1, 8), *range(13, 16), *range(19, 24), *range(26, 32), 43)
    assert [f"R{number:02}" for number in numbers] == RULES


def test_a_dropped_policy_is_named_with_what_it_let_whom_do(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("drop policy tenant_delete on app.tasks")
        [found] = findings(master, "R03")
    assert found[3] == "there is a grant and no policy for DELETE by launch_app, DELETE by launch_rw"


def test_names_that_nothing_has_leave_nothing_to_look_at(master: Session) -> None:
    """In a database of another system no rule about tenants' tables may say that nothing is broken."""
    other = {"app_schema": "elsewhere", "audit_schema": "nowhere", "tenant_column": "org", "ops_schema": "ops2", "seal_schema": "open"}
    with master.transaction():
        master.run("set local search_path = pg_catalog, pg_temp")
        looked_at = {path.stem[:3]: len(master.run(checked(path, other))) for path in CHECKS.glob("*.sql")}
    assert {rule for rule, count in looked_at.items() if count == 0} >= {
        "R01", "R02", "R03", "R04", "R05", "R15", "R19", "R20", "R21", "R22", "R23", "R27", "R28", "R29", "R30", "R43",
    }
