# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of docs/zero_downtime.md as it stands there, while an old and a new application write."""
from __future__ import annotations

import contextlib
import dataclasses
import re
import threading
import time
import typing as t

import psycopg2
import yaml

from tests.integration.postgres.conftest import migrated
from tests.integration.postgres.modules import ROOT, Target, located
from tests.integration.postgres.portable import as_tenant, tenant_with_rows
from tests.support.platform import LOCATIONS, files

TEXT = (ROOT / "docs" / "zero_downtime.md").read_text(encoding="utf-8")
SCRIPTS = dict(re.findall(r"```sql\n-- (V\S+\.sql)\n(.*?)```", TEXT, re.DOTALL))
(TASK,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
CONNECTION = ("login_secret", "login_host", "login_db", "names")
OLD = "INSERT INTO app.projects (name) VALUES ('Old ' || clock_timestamp()); UPDATE app.projects SET name = name WHERE name LIKE 'project %'"
NEW = "INSERT INTO app.projects (name, slug) VALUES ('New ' || clock_timestamp(), 's' || clock_timestamp()); SELECT slug FROM app.projects"


@dataclasses.dataclass
class Application:
    """Transactions of a tenant until stop()."""

    done: int = 0
    errors: list[str] = dataclasses.field(default_factory=list)
    ended: threading.Event = dataclasses.field(default_factory=threading.Event)

    def work(self, target: Target, tenant: str, statements: str) -> None:
        while not self.ended.wait(0.01):
            try:
                target.execute(f"{as_tenant(tenant)}; {statements}")
                self.done += 1
            except psycopg2.Error as error:
                self.errors.append(str(error))


@contextlib.contextmanager
def application(target: Target, tenant: str, statements: str) -> t.Iterator[Application]:
    """One that has worked at least once at its begin and goes on to the end."""
    made = Application()
    thread = threading.Thread(target=made.work, args=(target, tenant, statements))
    thread.start()
    try:
        while not made.done and not made.errors:
            time.sleep(0.01)
        yield made
        before = made.done
        while made.done == before and not made.errors:
            time.sleep(0.01)
    finally:
        made.ended.set()
        thread.join()
    assert made.errors == []


def test_both_applications_write_through_every_step(database):
    target = migrated(database)
    tenants = [tenant_with_rows(target) for _ in range(3)]

    def apply(*names: str) -> None:
        given = {**files(*LOCATIONS), "changes": {name: text for name, text in SCRIPTS.items() if name in names}}
        outcome = target.run("postgres_migration", names=target.names, **located(given))
        assert not outcome.get("failed") and outcome["applied"] == [names[-1]], outcome

    expand, checked, required, last = SCRIPTS
    (task,) = yaml.safe_load(TASK)
    arguments = {name: value for name, value in task["launch.database.postgres_backfill"].items() if name not in CONNECTION}
    with application(target, tenants[0], OLD) as old:
        apply(expand)
        with application(target, tenants[0], NEW):
            filled = target.run("postgres_backfill", **arguments)
            assert filled["rows"] > 0 and filled["tenants_left"] == [], filled
            apply(expand, checked)
            apply(expand, checked, required)
    assert old.done > 3
    with application(target, tenants[0], NEW):
        apply(*SCRIPTS)
    query = f"{as_tenant(tenants[1], 'launch_migrator')}; SELECT count(*) FILTER (WHERE slug IS NULL), count(DISTINCT tenant_id), count(*) > 9 FROM app.projects"
    assert target.rows(query) == [(0, 3, True)]
    assert not target.run("postgres_backfill", check=True, **arguments)["changed"]


def test_the_scripts_of_the_page_are_in_the_order_they_are_applied_in():
    assert list(SCRIPTS) == sorted(SCRIPTS) and len(SCRIPTS) == 4
