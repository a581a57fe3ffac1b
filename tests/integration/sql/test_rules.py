# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule: nothing to find in what the migrations make, and the fault found when there is one.

A fault is made in a transaction that is rolled back, as the role that could really make it.
"""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from tests.support.platform import CHECKS, LAUNCH_NAMES, checked
from tests.integration.sql.rule_cases import FAULTS, NEAR_MISSES, REPORTING, Fault
from tests.integration.sql.sessions import Session, Tenant
from tests.support.postgres import Database

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

COLUMNS = ["rule", "severity", "object", "detail", "remedy"]
RULES = sorted(path.stem[:3] for path in CHECKS.glob("*.sql"))
# Found in tests of their own: what only a superuser makes, a server that there is not, rows that nobody can write,
# and statements that were run (test_statements.py).
ELSEWHERE = {"R37", "R41", "R46", "R50", "R51"}


@pytest.fixture(scope="module")
def master(database: Database) -> t.Iterator[Session]:
    """One connection for all cases, each in a transaction of its own: connecting takes longer than a rule."""
    with contextlib.closing(database.connect()) as connection:
        yield Session(connection)


def findings(session: Session, rule: str, role: str = "launch_ro") -> list[tuple[str, ...]]:
    """What a rule finds, with the least of rights and a search path nobody else writes to."""
    return [row for row in examined(session, rule, role) if row[3] is not None and row[1] != "unseen"]


def examined(session: Session, rule: str, role: str = "launch_ro") -> list[tuple[str, ...]]:
    """What a rule looks at."""
    [path] = CHECKS.glob(f"{rule}_*.sql")
    session.run(f"set local role {role}")
    session.run("set local search_path = pg_catalog, pg_temp")
    session.run("set local jit = off")
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


@pytest.mark.usefixtures("tenants")
@pytest.mark.parametrize("rule", RULES)
def test_migrated_database_is_without_fault(connect: Connect, rule: str) -> None:
    with connect("launch_report").transaction() as session:
        assert findings(session, rule) == []
        # No login of a tenant's can become a role that sees all rows.
        assert bool(examined(session, rule)) == (rule != "R46"), "a rule that looks at nothing finds nothing"


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
    assert all(row[4] for row in found), "and what to do about it"


@pytest.mark.parametrize("miss", NEAR_MISSES, ids=lambda miss: f"{miss.rule}-{miss.statement[:40]}")
def test_what_is_no_fault_is_not_found(master: Session, miss: Fault) -> None:
    with master.transaction():
        master.run(f"set local role {miss.made_by}")
        master.run(miss.statement)
        assert findings(master, miss.rule) == []


def test_a_log_that_nobody_writes_is_named_by_the_function_that_does_not(master: Session) -> None:
    """The triggers are there; what they call is the cause."""
    with master.transaction():
        master.run("set local role launch_audit_owner")
        master.run("create or replace function audit.capture() returns trigger language plpgsql as $$ begin return null; end $$")
        assert {row[3] for row in findings(master, "R34")} == {"no ALWAYS trigger of the log sees DELETE, INSERT, UPDATE; audit.capture() does not write it"}
        master.run("reset role")
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("drop trigger row_audited on app.tasks")
        assert [row[3] for row in findings(master, "R34")] == ["no ALWAYS trigger of the log sees DELETE, INSERT, UPDATE"]


def findings_while(database: Database, master: Session, rule: str, made: str, unmade: str) -> list[tuple[str, ...]]:
    """What a rule finds while there is something that only a superuser can make."""
    database.server.psql(made, database.name)
    try:
        with master.transaction():
            return findings(master, rule)
    finally:
        database.server.psql(unmade, database.name)


@pytest.mark.parametrize("granted", ["pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data"])
def test_statistics_that_the_application_reads_are_found(database: Database, master: Session, granted: str) -> None:
    made, unmade = (f"{verb} select on {granted} {whom} launch_rw" for verb, whom in (("grant", "to"), ("revoke", "from")))
    assert {row[2] for row in findings_while(database, master, "R50", made, unmade)} == {granted.removeprefix("pg_catalog.")}


def test_bypassing_role_is_found(database: Database, master: Session) -> None:
    found = findings_while(database, master, "R26", "create role launch_bypass bypassrls", "drop role launch_bypass")
    assert [(row[2], row[3]) for row in found] == [("launch_bypass", "bypassrls")]


@pytest.mark.parametrize("attribute", ["superuser", "bypassrls", "replication"])
def test_privileged_role_is_found_under_any_name(database: Database, master: Session, attribute: str) -> None:
    made = f"create role keeper {attribute}; grant keeper to launch_app"
    found = findings_while(database, master, "R27", made, "drop role keeper")
    assert [(row[2], row[3]) for row in found] == [("launch_app", "it is a member of keeper")]


@pytest.mark.parametrize("role", ["pg_read_server_files", "pg_read_all_stats"])
def test_role_over_the_whole_server_is_found(database: Database, master: Session, role: str) -> None:
    found = findings_while(database, master, "R27", f"grant {role} to launch_report", f"revoke {role} from launch_report")
    assert [(row[2], row[3]) for row in found] == [("launch_report", f"it is a member of {role}")]


@pytest.mark.parametrize(("role", "objects"), [("pg_read_all_data", {"token_keys", "cell", "cell_more"}), ("pg_write_all_data", {"token_keys", "cell", "cell_more", "strength"})])
def test_a_reader_or_writer_of_everything_has_the_keys(database: Database, master: Session, role: str, objects: set[str]) -> None:
    found = findings_while(database, master, "R47", f"create role backup login; grant {role} to backup", "drop role backup")
    assert {row[2] for row in found} == {f"seal.{name}" for name in objects}
    assert all(row[3].startswith("backup can ") for row in found)


def test_the_keeper_and_who_is_in_its_group_are_no_fault(master: Session) -> None:
    with master.transaction():
        master.run("create role deploy login in role launch_key_keeper")
        assert findings(master, "R47") == []


def test_function_that_sees_rows_before_the_policies_is_found(database: Database, master: Session) -> None:
    made = "create function public.peek(text) returns boolean language sql leakproof as 'select true'"
    found = findings_while(database, master, "R41", made, "drop function public.peek")
    assert [row[2] for row in found] == ["public.peek(text)"]


FOREIGN_TABLE = (
    "create foreign data wrapper nowhere; create server nowhere foreign data wrapper nowhere;"
    " create foreign table public.far (tenant_id text) server nowhere"
)


@pytest.mark.parametrize(("grantee", "expected"), [("launch_ro", {"public.far"}), ("launch_platform", set())])
def test_foreign_table_is_found_where_the_application_reads_it(
    database: Database, master: Session, grantee: str, expected: set[str]
) -> None:
    made = f"{FOREIGN_TABLE}; grant select on public.far to {grantee}"
    found = findings_while(database, master, "R17", made, "drop foreign data wrapper nowhere cascade")
    assert {row[2] for row in found} == expected


def test_publication_of_everything_is_found(database: Database, master: Session) -> None:
    found = findings_while(database, master, "R33", "create publication everything for all tables", "drop publication everything")
    assert {"app.tasks", "app.tenants"} <= {row[2] for row in found}


def test_context_that_a_session_begins_with_is_found(database: Database, master: Session) -> None:
    setting = "alter role launch_report in database launch"
    found = findings_while(database, master, "R32", f"{setting} set launch.context = 'x'", f"{setting} reset all")
    assert [(row[1], row[2]) for row in found] == [("error", "launch_report")]


@pytest.mark.parametrize(
    ("number", "weaknesses"),
    [
        ("170004", {"CVE-2025-8713", "CVE-2026-2003", "CVE-2026-2006", "CVE-2026-6473", "CVE-2026-14664", "CVE-2026-14666", "CVE-2026-14680"}),
        ("170007", {"CVE-2026-2003", "CVE-2026-2006", "CVE-2026-6473", "CVE-2026-14664", "CVE-2026-14666", "CVE-2026-14680"}),
        ("170010", {"CVE-2026-14664", "CVE-2026-14666", "CVE-2026-14680"}),
        ("170011", set()),
        ("150019", set()),
        ("180006", set()),
        ("190000", set()),
        ("140024", {"no"}),
    ],
)
def test_weaknesses_of_a_server_are_those_that_its_version_has(master: Session, number: str, weaknesses: set[str]) -> None:
    [path] = CHECKS.glob("R37_*.sql")
    asked = "pg_catalog.current_setting('server_version_num')"
    query = checked(path, LAUNCH_NAMES)
    assert asked in query
    with master.transaction():
        rows = master.run(query.replace(asked, f"pg_catalog.concat('{number}')"))
    assert {row[3].split(" ")[0] for row in rows if row[3]} == weaknesses and rows


# A foreign key that is added while its owner's policies hide the rows is called valid.
HIDDEN = (
    "create table app.kids (tenant_id app.entity_id not null, id app.entity_id not null, project_id app.entity_id,"
    " primary key (tenant_id, id));"
    " insert into app.kids values ('{tenant}', '01J00000000000000000000000', '{project}');"
    " alter table app.kids enable row level security, force row level security;"
    " alter table app.kids add constraint kin foreign key (tenant_id, project_id) references app.projects (tenant_id, id)"
)
SHOWN = "; grant select on app.kids to launch_migrator; create policy maintenance on app.kids to launch_migrator using (true)"
KIN = "app.kids: kin"


@pytest.mark.parametrize(
    ("project", "shown", "expected"),
    [
        ("01J00000000000000000000009", SHOWN, [("error", KIN)]),
        (None, SHOWN, []),
        ("01J00000000000000000000009", "", [("warning", "launch")]),
    ],
)
def test_rows_behind_a_foreign_key_that_is_called_valid(
    master: Session, alpha: Tenant, project: str | None, shown: str, expected: list[tuple[str, str]]
) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(HIDDEN.format(tenant=alpha.id, project=project or alpha.project) + shown)
        assert [(row[1], row[2]) for row in findings(master, "R46")] == expected


MANY = (
    "do $$ begin for i in {first} .. {last} loop execute format('create table app.many_%s (like app.tasks including defaults including indexes)', i);"
    " execute format('alter table app.many_%s add foreign key (tenant_id, project_id) references app.projects (tenant_id, id)', i);"
    " perform app.protect_tenant_table(format('app.many_%s', i)::regclass); end loop; end $$"
)


def test_no_rule_takes_longer_than_its_tables_are_many(master: Session) -> None:
    """Not a benchmark: what is computed once for each pair of tables takes minutes here."""
    with master.transaction():
        master.run("set local role launch_owner")
        master.run(MANY.format(first=1, last=60))
        master.run("set local statement_timeout = '3s'")
        for rule in RULES:
            assert findings(master, rule, "none") == []


def rows_handled(plan: dict[str, t.Any]) -> float:
    """How many rows the nodes of a plan returned and threw away. No matter how busy the machine is, it is the same."""
    own = sum(plan.get(key, 0) for key in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")) * plan["Actual Loops"]
    return own + sum(map(rows_handled, plan.get("Plans", ())))


def work(session: Session) -> dict[str, float]:
    """What each rule has to do, as its plan tells it."""
    session.run("reset role")
    session.run("set local search_path = pg_catalog, pg_temp")
    done = {}
    for path in sorted(CHECKS.glob("*.sql")):
        [(answer,)] = session.run(f"explain (analyze, timing off, format json) {checked(path, LAUNCH_NAMES)}")
        done[path.stem[:3]] = rows_handled(answer[0]["Plan"])
    return done


def test_work_of_each_rule_grows_with_the_tables_and_not_with_their_pairs(master: Session) -> None:
    """From 10 tables to 30 and on to 90: four times what the first step added, and ten times for a rule that looks at each pair.

    The bound lies between, since the planner takes few tables for fewer than they are and goes through some pairs. Steps of less than 10,000 rows
    count as that many: there it may change its mind about the whole plan.
    """
    done = []
    with master.transaction():
        for first, last in ((1, 10), (11, 30), (31, 90)):
            master.run("set local role launch_owner")
            master.run(MANY.format(first=first, last=last))
            done.append(work(master))
    few, more, many = done
    growth = {rule: (many[rule] - more[rule]) / max(more[rule] - few[rule], 10_000) for rule in RULES}
    assert {rule: round(times, 1) for rule, times in growth.items() if times > 6} == {}


def test_every_rule_can_fail() -> None:
    assert {fault.rule for fault in FAULTS} == set(RULES) - ELSEWHERE
    assert {miss.rule for miss in NEAR_MISSES} == set(RULES) - {"R37", "R51"}


def test_rules_of_this_folder_are_all_there() -> None:
    assert RULES == [f"R{number:02}" for number in range(1, 52)]


def test_a_dropped_policy_is_named_with_what_it_let_whom_do(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("drop policy tenant_delete on app.tasks")
        [found] = findings(master, "R03")
    assert found[3] == "there is a grant and no policy for DELETE by launch_app, DELETE by launch_rw"


def test_a_grant_to_everybody_is_named_as_that(master: Session) -> None:
    with master.transaction():
        master.run("set local role launch_owner")
        master.run("grant select, delete on app.tasks to public")
        [found] = findings(master, "R03")
    assert (found[3], found[4]) == ("there is a grant and no policy for DELETE by PUBLIC, SELECT by PUBLIC", "revoke it from PUBLIC, or create the policies")


@pytest.mark.parametrize(("group", "rules"), [("launch_admin", {"R29", "R30"}), ("launch_owner", {"R28", "R30"})])
def test_a_group_that_owns_what_it_works_with_is_the_application_all_the_same(master: Session, group: str, rules: set[str]) -> None:
    names = LAUNCH_NAMES | {"read_write": group, "owner": "launch_rw"}
    with master.transaction():
        master.run("set local search_path = pg_catalog, pg_temp")
        found = {row[0] for path in CHECKS.glob("R2*.sql") for row in master.run(checked(path, names)) if row[3]}
        found |= {row[0] for path in CHECKS.glob("R30*.sql") for row in master.run(checked(path, names)) if row[3]}
    assert rules <= found


def test_names_that_nothing_has_leave_nothing_to_look_at(master: Session) -> None:
    """In a database of another system no rule about tenants' tables may say that nothing is broken."""
    other = {"app_schema": "elsewhere", "audit_schema": "nowhere", "tenant_column": "org", "ops_schema": "ops2", "seal_schema": "open"}
    with master.transaction():
        master.run("set local search_path = pg_catalog, pg_temp")
        looked_at = {path.stem[:3]: len(master.run(checked(path, other))) for path in CHECKS.glob("*.sql")}
    assert {rule for rule, count in looked_at.items() if count == 0} >= {
        "R01", "R02", "R03", "R04", "R05", "R15", "R19", "R20", "R21", "R22", "R23", "R27", "R28", "R29", "R30", "R47",
    }
