#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what the rules of isolation and a comparison with the expected catalog take, as the database gets more tables.

    PYTHONPATH=.collections python -m tests.benchmarks.catalog --tables 300 --rounds 5

Makes launch's database on a server of its own, and in it tenants' tables with all that protects them.
"""
from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.check.job import look
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import load as load_checks
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import load, outcome
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session, open_session
from local.schema import MASTER, System, expected_catalog, replayed
from tests.support.platform import CHECKS, LAUNCH_NAMES

NAMES = Names.from_options(LAUNCH_NAMES)
AIM = 3.0
_TABLE = """\
create table app.t{0} (
  tenant_id app.entity_id not null default app.current_tenant() references app.tenants (id), id app.entity_id not null default app.new_entity_id(),
  project_id app.entity_id not null, title varchar(255) not null, amount numeric(12, 2) not null default 0, note text check (note <> ''), due date,
  created_at timestamptz not null, updated_at timestamptz not null, created_by app.entity_id not null, updated_by app.entity_id not null,
  version integer not null, primary key (tenant_id, id), foreign key (tenant_id, project_id) references app.projects (tenant_id, id));
create index t{0}_project on app.t{0} (tenant_id, project_id);
select app.protect_tenant_table('app.t{0}');"""


def make_tables(session: Session, count: int) -> None:
    for number in range(count):
        with session.transaction("launch_owner"):
            session.execute(_TABLE.format(number))


def broken(session: Session) -> tuple[list[str], dict[str, float]]:
    """What all rules of isolation find, and the seconds of each."""
    errors, seconds = [], {}
    for check in load_checks({path.name: path.read_bytes() for path in CHECKS.glob("*.sql")}):
        begin = time.perf_counter()
        _columns, rows = look(session, check, NAMES, (), "0")
        seconds[check.rule] = time.perf_counter() - begin
        errors += [row[0] for row in rows if row[1] == "error" and row[3] is not None]
    return errors, seconds


def measured(work: t.Callable[[], t.Any], rounds: int) -> tuple[float, list[t.Any]]:
    """Median of the rounds' seconds, and their answers."""
    seconds, answers = [], []
    for _round in range(rounds):
        begin = time.perf_counter()
        answers.append(work())
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), answers


def slowest(rounds: t.Sequence[t.Mapping[str, float]], count: int) -> list[tuple[str, float]]:
    """The rules with the highest medians."""
    medians = {rule: statistics.median(seconds[rule] for seconds in rounds) for rule in rounds[0]}
    return sorted(medians.items(), key=lambda item: -item[1])[:count]


def main() -> int:
    """Print the measures and return the exit code: 0 where both aims are reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    system = System("launch")
    with replayed(system) as (_server, connection), contextlib.ExitStack() as stack:
        session = stack.enter_context(open_session(connection))
        make_tables(session, options.tables)
        reading, [*_earlier, live] = measured(lambda: read(session), options.rounds)
        text = expected_catalog(system, live)
        loading, [*_earlier, expected] = measured(lambda: load({"17.txt": text.encode()}, {"master": MASTER}), options.rounds)
        comparing, [*_earlier, found] = measured(lambda: outcome(expected, live, (), None), options.rounds)
        looking, looks = measured(lambda: broken(session), options.rounds)
    whole = reading + loading + comparing
    print(f"{options.tables} tables, {sum(found.compared.values())} objects, {len(text) / 1e6:.1f} MB of text, {found.verdict}")
    print(f"two readings {reading:.2f} s, text {loading:.2f} s, comparison {comparing:.2f} s")
    errors, _seconds = looks[-1]
    print(f"rules: {len(errors)} errors; slowest: " + ", ".join(f"{rule} {seconds:.2f} s" for rule, seconds in slowest([one[1] for one in looks], 5)))
    for name, seconds in (("comparison", whole), ("rules", looking)):
        print(f"{name}: {seconds:.2f} s, at most {AIM} s{'' if seconds <= AIM else ': not reached'}")
    return 0 if max(whole, looking) <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
