# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People read a period of the log, their tenant's, and the other partitions cost nothing."""

from __future__ import annotations

import typing as t

import pytest
from psycopg2 import errors

from tests.integration.sql.months import months_from_now, partition_of
from tests.integration.sql.sessions import Session, Tenant, refused

if t.TYPE_CHECKING:
    from tests.integration.sql.conftest import Connect

TODAY = "now() - interval '1 day', now() + interval '1 day'"
# Of the partitions, those that the transaction reads.
READ = """
select c.relname from pg_locks l join pg_class c on c.oid = l.relation
where l.pid = pg_backend_pid() and l.mode = 'AccessShareLock' and c.relname ~ '^audit_log_y' and c.relkind = 'r'"""


@pytest.mark.parametrize("login", ["launch_app", "launch_report", "launch_audit"])
def test_a_tenant_reads_its_own(connect: Connect, alpha: Tenant, beta: Tenant, login: str) -> None:
    session = connect(login)
    for tenant in (alpha, beta):
        with session.transaction(tenant):
            assert session.run(f"select distinct tenant_id from audit.entries({TODAY})") == [(tenant.id,)]
            assert session.value(f"select sum(entries) from audit.summary({TODAY})") == session.value("select count(*) from audit.audit_log")


@pytest.mark.parametrize("function", ["entries", "summary"])
def test_without_context_nothing_is_read(app: Session, function: str) -> None:
    with app.transaction(), refused("context_missing"):
        app.run(f"select * from audit.{function}({TODAY})")


def test_entries_of_an_entity_by_an_actor_the_latest_first(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("update app.projects set name = 'again' where id = %s", alpha.project)
        app.run("select audit.record('export', 'app.projects', %s)", alpha.project)
        found = app.run(f"select action from audit.entries({TODAY}, 'app.projects', %s, %s)", alpha.project, alpha.actor)
        assert [action for (action,) in found] == ["export", "update", "insert"]
        assert app.run(f"select action from audit.entries({TODAY}, of_id => %s, at_most => 1)", alpha.project) == [("export",)]
        assert app.run(f"select from audit.entries({TODAY}, by_actor => 'nobody')") == []
        assert app.run(f"select from audit.entries({TODAY}, of_type => 'it''s')") == []


def test_a_summary_counts_by_entity_action_and_actor(app: Session, alpha: Tenant) -> None:
    with app.transaction(alpha):
        app.run("select audit.record('login') from generate_series(1, 3)")
        [(kind, entity, actor, entries)] = app.run(f"select kind, entity_type, performed_by, entries from audit.summary({TODAY}) where action = 'login'")
    assert (kind, entity, actor, entries) == ("event", None, alpha.actor, 3)


PERIODS = ("null, now()", "now(), null", "now(), now()", "now(), now() - interval '1 second'", "'-infinity', now()", "now(), 'infinity'")


@pytest.mark.parametrize("function", ["entries", "summary"])
@pytest.mark.parametrize("period", PERIODS)
def test_what_is_no_period_is_refused(app: Session, alpha: Tenant, function: str, period: str) -> None:
    with app.transaction(alpha), pytest.raises(errors.InvalidParameterValue, match="a start and a later end"):
        app.run(f"select * from audit.{function}({period})")


QUERIES = (
    f"select from audit.entries({TODAY})", f"select from audit.summary({TODAY})",
    "select from audit.entries((select now() - interval '1 hour'), now())",
)


def test_of_120_partitions_those_of_the_period_are_planned(master: Session, alpha: Tenant) -> None:
    """What is not planned is not locked either. The same by now() reads each one."""
    with master.transaction():
        master.run("set local role launch_platform")
        master.run("select audit.ensure_partitions(120)")
        master.run("set local role launch_auditor")
        master.run("select app.set_context(%s, %s)", alpha.id, alpha.actor)
        master.run("set local timezone = 'Pacific/Auckland'")
        before = set(master.run(READ))
        for query in QUERIES:
            master.run(query)
        # A day from now may be next month; there is no partition of the month before.
        assert {name for (name,) in set(master.run(READ)) - before} <= set(map(partition_of, months_from_now(2)))
        master.run("select from audit.audit_log where performed_at > now() - interval '1 hour'")
        assert len(set(master.run(READ)) - before) > 100
