# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role database_schema passes on to the migrations, and the reports of their state."""
from __future__ import annotations

import json
import platform
import shutil
import sys

import pytest
import yaml

from tests.integration.postgres.modules import ROOT
from tests.support.ansible import run_playbook, run_playbook_file

FILES = {
    "sql/V1__one.sql": "CREATE TABLE one ();", "sql/V2__two.sql": "CREATE TABLE two ();", "sql/R__a_<b>_&_c.sql": "SELECT 1;",
    "undo/U2__two.sql": "DROP TABLE two;",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def apply(target, folder, /, *, check=False, tasks_from="main", **variables):
    """The role by itself, in a database without the platform."""
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable, "database_schema_platform": False, "database_schema_locations": [str(folder / "sql")],
                 **{f"database_schema_{name}": value for name, value in variables.items()}},
        "module_defaults": {"group/launch.database.postgres": target.connection()},
        "tasks": [{"ansible.builtin.import_role": {"name": "launch.database.database_schema", "tasks_from": tasks_from}}],
    }
    return run_playbook([play], check=check)


def info(target, folder, *, check=False, **variables):
    """The playbook without an inventory; and its reports by name."""
    given = folder / "schema.json"
    given.write_text(json.dumps(target.connection() | {
        "database_schema_locations": [str(folder / "sql")], "database_schema_platform": False, "database_schema_report_folder": str(folder / "reports"),
        **variables,
    }), encoding="utf-8")
    done = run_playbook_file(ROOT / "playbooks" / "schema_info.yml", arguments=["-e", f"@{given}"], check=check)
    return done, {path.name: path.read_text(encoding="utf-8") for path in (folder / "reports").glob("*")}


def history(target):
    return target.rows("SELECT version, type FROM flyway_schema_history ORDER BY installed_rank")


def test_the_state_is_a_table_json_and_a_page(target, folder):
    done, reports = info(target, folder)
    assert done.returncode == 0 and done.stats["localhost"]["changed"] == 0, done.output
    assert set(reports) == {"schema.txt", "schema.json", "schema.html"}
    assert "3 pending: V1__one.sql, V2__two.sql, R__a_<b>_&_c.sql. No version is applied." in reports["schema.txt"]
    assert f"The reports are in {folder / 'reports'}." in done.output
    assert target.rows("SELECT to_regclass('flyway_schema_history')") == [(None,)]

    assert apply(target, folder, target="1").returncode == 0
    done, reports = info(target, folder, check=True)
    report = json.loads(reports["schema.json"])
    assert (report["state"], report["current_version"], report["pending"]) == ("pending", "1", ["V2__two.sql"])
    assert [(row["script"], row["state"]) for row in report["migrations"]] == [
        ("V1__one.sql", "Success"), ("R__a_<b>_&_c.sql", "Success"), ("V2__two.sql", "Pending"),
    ]
    assert report["migrations"][0]["installed_on"].startswith("20")
    lines = [line.split() for line in reports["schema.txt"].splitlines() if "__" in line]
    assert lines[1][:5] == ["1", "1", "one", "SQL", "Success"] and lines[3][:4] == ["2", "two", "SQL", "Pending"], reports["schema.txt"]
    html = reports["schema.html"]
    assert "a &lt;b&gt; &amp; c" in html and "<b>_" not in html and "<script" not in html and "http" not in html and "--good: #1b6e3c" in html
    assert all(target.connection()["login_password"] not in text for text in (done.output, *reports.values()))


def test_the_example_of_the_local_stack_has_what_it_takes(launch, folder):
    example = yaml.safe_load((ROOT / "examples" / "local_stack.yml").read_text(encoding="utf-8"))
    given = {name: value for name, value in example.items() if name.startswith("database_schema_")}
    _done, reports = info(launch, folder, database_schema_platform=True, **given)
    assert json.loads(reports["schema.json"])["state"] == "complete"


def test_what_is_wrong_stands_in_each_report_and_is_no_failure(target, folder):
    apply(target, folder)
    (folder / "sql" / "V1__one.sql").write_text("SELECT '<b>';", encoding="utf-8")
    shutil.move(folder / "sql" / "V2__two.sql", folder / "sql" / "V3__two.sql")
    done, reports = info(target, folder)
    assert done.returncode == 0, done.output
    assert "Nothing can be applied. Problems: 2. The current version is 2." in reports["schema.txt"]
    for text in reports.values():
        assert "it was changed after it was applied" in text and "V2__two.sql was applied (rank 2), but the file is missing" in text
    assert 'class="verdict findings"' in reports["schema.html"] and json.loads(reports["schema.json"])["state"] == "problems"


def test_a_database_of_other_means_is_adopted_at_its_version(target, folder):
    target.execute("CREATE TABLE one ()")
    refused = apply(target, folder)
    assert refused.returncode == 2 and "found non-empty schema(s) public" in refused.tasks[-1]["msg"]
    planned = apply(target, folder, check=True, baseline_version="1")
    assert planned.returncode == 0 and "After the baseline these would be applied: V2__two.sql, R__a_<b>_&_c.sql." in planned.output, planned.output
    assert target.rows("SELECT to_regclass('flyway_schema_history')") == [(None,)]
    assert apply(target, folder, baseline_version="1").returncode == 0
    assert history(target) == [("1", "BASELINE"), ("2", "SQL"), (None, "SQL")]
    again = apply(target, folder, baseline_version="1")
    assert again.returncode == 0 and again.stats["localhost"]["changed"] == 0
    _done, reports = info(target, folder)
    assert "Never run here, because the baseline stands for them: V1__one.sql" in reports["schema.txt"]
    assert "Everything is applied. The current version is 2." in reports["schema.html"]


def test_versions_out_of_order_are_applied_on_the_systems_word(target, folder):
    apply(target, folder)
    (folder / "sql" / "V1_5__late.sql").write_text("CREATE TABLE late ()", encoding="utf-8")
    assert "it is older than version 2" in apply(target, folder).tasks[-1]["msg"]
    assert apply(target, folder, out_of_order=True).returncode == 0
    assert history(target)[-1] == ("1.5", "SQL")


def test_a_time_budget_and_the_end_of_another_session_are_passed_on(target, folder):
    (folder / "sql" / "V1__one.sql").write_text("SELECT pg_sleep(1.1)", encoding="utf-8")
    done = apply(target, folder, time_budget=1, end_holder=1)
    assert "and V2__two.sql was not begun" in done.tasks[-1]["msg"] and done.tasks[-1]["invocation"]["module_args"]["end_holder"] == 1
    assert history(target) == [("1", "SQL")]


def test_a_version_is_taken_back_on_the_users_word(target, folder):
    apply(target, folder)
    given = {"tasks_from": "undo", "undo_to": "1", "undo_locations": [str(folder / "undo")]}
    assert "this is destructive: undo V2__two.sql" in apply(target, folder, **given).tasks[-1]["msg"]
    assert apply(target, folder, check=True, allow_destructive=True, **given).stats["localhost"]["changed"] == 1
    assert apply(target, folder, allow_destructive=True, **given).returncode == 0
    assert history(target)[-1] == ("2", "DELETE") and target.rows("SELECT to_regclass('two')") == [(None,)]
    assert "undo_to: it is missing" in apply(target, folder, **{**given, "undo_to": ""}).tasks[-1]["msg"]


def test_where_migrations_came_from_is_kept_and_told(target, folder):
    """In the transaction of each; what ran before nobody kept is left blank."""
    kept = {"provenance_table": "migration_provenance", "provenance": {"commit": "0123456789abcdef", "job": "<7>"}}
    assert apply(target, folder, target="1").returncode == 0
    done, again = apply(target, folder, **kept), apply(target, folder, **kept)
    assert done.returncode == 0 and again.stats["localhost"]["changed"] == 0, done.output + again.output
    assert target.rows('SELECT installed_rank, "commit", job, login FROM migration_provenance ORDER BY 1') == [
        (3, "0123456789abcdef", "<7>", target.user),
    ]
    (folder / "sql" / "V2__two.sql").write_bytes(b"CREATE TABLE two ();\r\n")
    done, reports = info(target, folder, database_schema_provenance_table="migration_provenance")
    one, _views, two = json.loads(reports["schema.json"])["migrations"]
    assert one["provenance"] is None and two["provenance"]["same_file"] is False and two["state"] == "Success", two
    assert two["provenance"]["controller"] == platform.node()
    assert "commit 0123456789abcdef" in reports["schema.txt"] and "; the file is another one now" in reports["schema.txt"]
    assert "<td>&lt;7&gt;</td>" in reports["schema.html"] and "(the file differs)" in reports["schema.html"]
    _done, without = info(target, folder)
    assert "SHA-256" not in without["schema.html"] + without["schema.txt"]


def test_undo_leaves_where_it_came_from(target, folder):
    apply(target, folder)
    undone = apply(target, folder, tasks_from="undo", undo_to="1", undo_locations=[str(folder / "undo")], allow_destructive=True, provenance_table="p")
    assert undone.returncode == 0, undone.output
    assert target.rows("SELECT installed_rank, script FROM p") == [(4, "U2__two.sql")]
