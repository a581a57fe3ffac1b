# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks make of what they measured."""
from __future__ import annotations

import json
import pathlib
import sys

import pytest

from tests.benchmarks import context, latency, measure, migrations, site, tenants
from tests.benchmarks.measure import Run, RunError, Task

LOG = """\
2026-01-01 INFO Thread-1 local.endpoint.server: call rds.DescribeDBInstances
2026-01-01 INFO Thread-1 werkzeug: 127.0.0.1 - - [01/Jan/2026] "POST / HTTP/1.1" 200 -
2026-01-01 INFO Thread-1 local.endpoint.server: call secretsmanager.GetSecretValue
2026-01-01 INFO Thread-1 local.endpoint.server: call secretsmanager.GetSecretValue
"""


def task(action: str, seconds: float, **different: object) -> Task:
    values = {"name": action, "uuid": action, "host": "localhost", "outcome": "ok", "items": 1, "only_planned": False}
    return Task(**values | {"action": action, "seconds": seconds} | different)


def run(*tasks: Task, cpu: float = 10.0, wall: float = 20.0, **calls: int) -> Run:
    return Run(wall, cpu, tasks, calls)


OURS = run(
    task("launch.database.db_secret", 2.0, items=2), task("launch.database.db_secret", 9.0, only_planned=True),
    task("launch.database.postgres_role", 1.0), cpu=20.0, Get=40,
)
PEERS = run(
    task("community.aws.secretsmanager_secret", 4.0, items=2), task("community.postgresql.postgresql_user", 3.0, items=10),
    task("community.postgresql.postgresql_membership", 2.0, items=4), cpu=15.0,
)


def test_calls_are_counted_from_where_the_log_was(tmp_path: pathlib.Path) -> None:
    log = tmp_path / "endpoint.log"
    log.write_text(LOG, encoding="utf-8")
    assert measure.count_calls(log, 0) == {"secretsmanager.GetSecretValue": 2, "rds.DescribeDBInstances": 1}
    assert measure.count_calls(log, len(LOG.splitlines()[0])) == {"secretsmanager.GetSecretValue": 2}


def test_a_task_counts_once_however_many_hosts_it_ran_on() -> None:
    hosts = [task("a", 1.0, host=name) for name in ("pool-1", "pool-2")]
    assert run(*hosts, task("b", 1.0, outcome="skipped")).task_count == 1


def test_tasks_are_compared_by_one_execution_or_by_all_that_a_run_takes() -> None:
    assert site.compare_tasks([OURS], [PEERS]) == [
        {"resource": "secret", "ours": 1.0, "peer": 2.0, "ratio": 0.5},
        {"resource": "database roles", "ours": 1.0, "peer": 5.0, "ratio": 0.2},
    ]


def test_what_was_only_planned_counts_where_nothing_else_ran() -> None:
    assert OURS.seconds_of("launch.database.db_secret") == [1.0]
    assert run(task("a", 3.0, only_planned=True), task("a", 1.0, outcome="skipped")).seconds_of("a") == [3.0]


def test_the_medians_are_of_all_rounds() -> None:
    found = measure.median([run(cpu=1.0, wall=3.0), run(cpu=9.0, wall=5.0), run(cpu=2.0, wall=4.0)])
    assert (found["cpu"], found["wall"], found["rounds"]) == (2.0, 4.0, 3)


def test_aims_stand_beside_what_was_measured() -> None:
    before = {"before": [run(cpu=40.0)], "before, without bytecode": [run(cpu=50.0)], "ours, without bytecode": [run(cpu=24.0)]}
    found = site.report(before | {"ours": [OURS], "peers": [PEERS]})
    aims = {row["aim"]: (row["measured"], row["reached"]) for row in found["aims"]}
    assert aims == {
        "tasks of a run": (2, True),
        "AWS calls of a run": (40, True),
        "slowest task against its peer": (0.5, True),
        "tasks against their peers, average": (0.35, True),
        "CPU against before as it was installed": (0.4, True),
        "CPU against before, both without bytecode": (0.48, False),
        "CPU against before, both with bytecode": (0.5, False),
    }
    shown = site.text(found)
    assert "CPU against before, both with bytecode              0.45     0.5  not reached" in shown
    assert shown.endswith("   40 Get")


def test_many_tenants_against_one() -> None:
    found = tenants.report({"1 tenants": [run(cpu=10.0)], "10000 tenants": [run(cpu=12.0)]})
    assert [(row["measured"], row["reached"]) for row in found["aims"]] == [(1.0, True), (1.2, False)]
    assert "cpu of many against few: 1.2, at most 1.15: not reached" in tenants.text(found)


def test_the_context_against_a_tenant_written_by_hand() -> None:
    ways = {context.BY_HAND: [10.0, 90.0, 10.0], context.FLOOR: [11.0], context.SIGNED: [14.0, 1.0, 14.0], context.UNSIGNED: [13.0], context.EARLIER: [20.0]}
    found = {(name, mode, way): times for name in ("point", context.TRANSACTION) for mode in (context.SIMPLE, context.PREPARED) for way, times in ways.items()}
    report = context.report(found)
    assert {(row["way"], row["ratio"]) for row in report["rows"]} == {("by hand", 1.0), ("floor", 1.1), ("signed", 1.4), ("transaction", 1.3), ("earlier", 2.0)}
    assert [(row["aim"], row["reached"]) for row in report["aims"]] == [("point, simple", True), ("point, prepared", False)]
    assert "point, prepared: 1.4, at most 1.3: not reached" in context.text(report)


def test_calls_with_many_tenants() -> None:
    found = tenants.report_calls({"registered": [1.0, 1.5, 9.0], "status": [4.1]}, 2000)
    assert found["calls"] == {"registered": 1.5, "status": 4.1}
    assert tenants.text_calls(found).splitlines() == [
        "2000 tenants in one call", "seconds: registered: 1.5, at most 4.0", "seconds: status: 4.1, at most 4.0: not reached",
    ]


def test_tenants_have_ids_of_their_own() -> None:
    ids = {tenants.tenant(number)["id"] for number in range(2000)}
    assert len(ids) == 2000 and {len(one) for one in ids} == {26}


def test_what_outlives_its_parent_is_counted(tmp_path: pathlib.Path) -> None:
    busy = "import time; end = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    found = measure.run(["sh", "-c", f"python3 -c '{busy}' & exit 0"], tmp_path, {}, tmp_path / "no.log", 30)
    assert found.cpu >= 0.5


def test_a_run_that_fails_is_no_measurement(tmp_path: pathlib.Path) -> None:
    with pytest.raises(RunError, match=r"exit code 3\nwhy"):
        measure.run(["sh", "-c", "echo why; exit 3"], tmp_path, {}, tmp_path / "no.log", 30)


def test_a_commit_that_git_does_not_have_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(RunError, match=r"^0{40}: git has no such commit\. Fetch"):
        site.extract("0" * 40, tmp_path)


def test_a_checkout_without_a_local_inventory_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(RunError, match="has none of"):
        site.inventory_of(tmp_path)
    (tmp_path / "inventories" / "local").mkdir(parents=True)
    assert site.inventory_of(tmp_path).name == "local"


def test_a_report_is_printed_and_kept(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = measure.command_line("Measure.").parse_args(["--json", str(tmp_path / "reports" / "one.json")])
    assert measure.publish(lambda: {"wall": 1.5}, lambda found: f"{found['wall']} s", options.json) == 0
    assert capsys.readouterr().out == "1.5 s\n"
    assert json.loads(options.json.read_text(encoding="utf-8")) == {"wall": 1.5}


def test_without_measurement_there_is_no_report(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> dict[str, object]:
        raise RunError("it ended early")

    assert measure.publish(fail, str, tmp_path / "one.json") == 1
    assert capsys.readouterr() == ("", "it ended early\n") and not list(tmp_path.iterdir())


def test_latency_is_compared_with_the_same_form_without_a_context() -> None:
    found = latency.report({"pipelined, without context": [9, 10, 30], "pipelined, with context": [15, 17, 99]})
    assert [(row["form"], row["microseconds"], row["ratio"]) for row in found["rows"]] == [
        ("pipelined, without context", 10, 1.0), ("pipelined, with context", 17, 1.7),
    ]
    assert found["aims"] == [{"aim": "pipelined, with context", "at_most": 1.6, "measured": 1.7, "reached": False}]
    assert "17 (15-99)  1.7" in latency.text(found) and "not reached" in latency.text(found)


def test_migrations_are_compared_with_the_faster_of_others() -> None:
    sizes = {"scripts": 200, "inserts": 20000, "writers": 1000000, "memory": 100}
    seconds = {"module": 0.2, "task": 1.0, "Flyway 9.22.3": 4.0, "Flyway 11.8.0": 2.0}
    found = migrations.report({"scripts": seconds, "nothing": seconds, "memory": {"module": 1200, "psql": 30}}, sizes)
    assert [(row["measured"], row["reached"]) for row in found["aims"]] == [(0.5, False), (0.1, True), (0.5, True), (12.0, False)]
    assert migrations.text(found).splitlines()[2] == "memory: module 1200 MB, psql 30 MB"


def test_the_most_memory_of_a_process_is_measured(tmp_path: pathlib.Path) -> None:
    given = tmp_path / "given"
    given.write_text("100")
    assert 100 < migrations.peak([sys.executable, "-c", "'x' * (int(input()) * 10**6)"], {}, given) < 150
    given.write_text("1")
    assert migrations.peak([sys.executable, "-c", "'x' * (int(input()) * 10**6)"], {}, given) < 50, "not that of who asks"
    with pytest.raises(RunError, match=r"exit code 1\n[^$]*invalid literal"):
        given.write_text("many")
        migrations.peak([sys.executable, "-c", "int(input())"], {}, given)
