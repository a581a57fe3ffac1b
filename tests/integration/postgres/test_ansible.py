# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task through the real Ansible: the files are read on the controller, and no secret is in any output."""
from __future__ import annotations

import base64
import pathlib
import re
import sys

import yaml

from ansible_collections.launch.database.plugins.modules import postgres_migration
from local.endpoint.scram import verifier
from tests.integration.postgres.modules import held
from tests.support.ansible import run_playbook

ROOT = pathlib.Path(__file__).resolve().parents[3]
PASSWORD = "kept-in-the-secret-3"


def test_migrations_and_roles_run_from_a_playbook_without_a_secret_in_its_output(target, names, tmp_path):
    (tmp_path / "V1__a.sql").write_text("CREATE TABLE a ();\n", encoding="utf-8")
    app = {"name": names("app"), "login": True, "password": PASSWORD, "password_verifier": verifier(PASSWORD)}
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "module_defaults": {"group/launch.database.postgres": target.connection()},
        "tasks": [
            {"name": "Roles", "launch.database.postgres_role": {"roles": [app]}},
            {"name": "Migrations", "launch.database.postgres_migration": {"locations": [str(tmp_path)]}},
        ],
    }
    checked, done, again = (run_playbook([play], check=check, arguments=["-vvv"]) for check in (True, False, False))
    assert [task["changed"] for task in checked.tasks] == [True, True], checked.output
    assert done.tasks[1]["applied"] == ["V1__a.sql"] and checked.tasks[1]["pending_scripts"] == ["V1__a.sql"]
    assert [task["changed"] for task in again.tasks] == [False, False]
    secrets = {PASSWORD, app["password_verifier"], target.connection()["login_password"]}
    outputs = checked.output + done.output + again.output
    assert base64.b64encode(b"CREATE TABLE a ();\n").decode() not in outputs and "CREATE TABLE a" not in outputs
    assert "postgres_role" in outputs and not [secret for secret in secrets if secret in outputs]


def test_the_files_that_make_scripts_run_in_flyway_as_well_are_written_as_the_examples_say(target, tmp_path):
    (tmp_path / "V1__a.sql").write_text("CREATE TABLE a ();\n", encoding="utf-8")
    (tmp_path / "V2__b.sql").write_text("REINDEX TABLE CONCURRENTLY a;\n", encoding="utf-8")
    look, write = (task for task in yaml.safe_load(postgres_migration.EXAMPLES) if "Flyway" in task["name"])
    look["launch.database.postgres_migration"] = {"locations": [str(tmp_path)], "state": "status"}
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [look, write],
        "vars": {"ansible_python_interpreter": sys.executable}, "module_defaults": {"group/launch.database.postgres": target.connection()},
    }
    first, second = run_playbook([play]), run_playbook([play])
    assert first.tasks[0]["not_portable"] == [str(tmp_path / "V2__b.sql")] and second.tasks[0]["not_portable"] == [], first.output
    assert {file.name for file in tmp_path.iterdir()} == {"V1__a.sql", "V2__b.sql", "V2__b.sql.conf"}


def test_a_folder_that_is_not_there_is_one_error(target):
    task = {"name": "Migrations", "launch.database.postgres_migration": {"locations": ["/nowhere/sql"], **target.connection()}}
    (result,) = run_playbook([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}]).tasks
    assert result["failed"] and result["msg"].startswith("locations: '/nowhere/sql': it is not a folder on the controller.")


def test_a_schedule_is_told_which_head_is_kept_and_where(sealed):
    """The last task of playbooks/part_heads.yml, behind the role."""
    (part,) = yaml.safe_load((ROOT / "playbooks" / "part_heads.yml").read_text(encoding="utf-8"))
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable, "audit_heads_names": sealed.target.names, "audit_heads_now": True, "heads_now": True,
                 "audit_heads_destination": {"folder": str(sealed.folder)}, "audit_heads_settle": 2},
        "module_defaults": {"group/launch.database.postgres": sealed.archiver.connection()},
        "tasks": [{"ansible.builtin.import_role": {"name": "launch.database.audit_heads"}}, part["tasks"][-1]],
    }
    said = "Kept of the audit log, outside of the database: head 1, of "
    done = run_playbook([play])
    (line,) = [line for line in done.output.splitlines() if said in line]
    assert line.endswith(f"in {sealed.folder} on localhost"), done.output
    assert said in run_playbook([play], check=True).output
    play["vars"]["heads_now"] = False
    assert "Kept of the audit log" not in run_playbook([play]).output


def test_the_role_of_heads_makes_one_each_time_that_a_schedule_runs_it_and_finds_one_that_was_missed(sealed):
    """What playbooks/audit_heads.yml does, and what the drift check does."""
    def run(check=False, **variables):
        play = {
            "hosts": "localhost", "connection": "local", "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable, "audit_heads_names": sealed.target.names,
                     "audit_heads_destination": {"folder": str(sealed.folder / "kept")}, "audit_heads_settle": 2, **variables},
            "module_defaults": {"group/launch.database.postgres": sealed.archiver.connection()},
            "tasks": [{"ansible.builtin.import_role": {"name": "launch.database.audit_heads"}}],
        }
        return [task for task in run_playbook([play], check=check).tasks if "plan" in task or task.get("failed")]

    sealed.write(1)
    sealed.past("2025-01")
    assert run(check=True) == [] and not (sealed.folder / "kept").exists()
    head, months = run(audit_heads_now=True)
    assert (head["head"]["number"], months["exported"]) == (1, ["audit_log_y2025m01"]), (head, months)
    assert run(audit_heads_now=True)[0]["head"]["number"] == 2
    assert [task["changed"] for task in run(check=True, audit_heads_now=True)] == [False, False]
    (late, _months) = run(check=True, audit_heads_max_age=0)
    assert late["changed"] and late["plan"][0]["path"] == "head 3" and "minutes old" in late["plan"][0]["before"]


def test_the_role_of_heads_says_how_far_the_month_that_goes_on_was_compared(sealed, tmp_path):
    sealed.write(2)
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable, "audit_heads_names": sealed.target.names, "audit_heads_open_folder": str(tmp_path / "open"),
                 "audit_heads_destination": {"folder": str(sealed.folder)}, "audit_heads_settle": 2},
        "module_defaults": {"group/launch.database.postgres": sealed.archiver.connection()},
        "tasks": [{"ansible.builtin.import_role": {"name": "launch.database.audit_heads"}}],
    }
    first = run_playbook([play])
    assert f"{sealed.month} goes on. Its rows are copied to {tmp_path}/open/" in first.output, first.output
    assert "cover 3 of its 3 rows, which are as they were. Covered by no head: 0." in first.output
    sealed.write(1)
    assert re.search("cover 3 of its 4 rows, which are as they were. Covered by no head: 1, from 20[^ ]+ to 20[^ ]+[.]", run_playbook([play]).output)
    assert "goes on" not in run_playbook([play], check=True).output


def test_a_long_script_tells_how_far_it_is_and_who_is_in_its_way(target, tmp_path):
    target.execute("CREATE SCHEMA other CREATE TABLE taken ()")
    (tmp_path / "V1__a.sql").write_text("SELECT 1;\nALTER TABLE other.taken ADD n int;\n", encoding="utf-8")
    task = {"name": "Migrations", "launch.database.postgres_migration": {"locations": [str(tmp_path)], "lock_timeout": "6500ms", "lock_retries": 0}}
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {"ansible_python_interpreter": sys.executable},
        "module_defaults": {"group/launch.database.postgres": target.connection()}, "tasks": [task],
    }
    with held(target, "LOCK TABLE other.taken") as other:
        pid = other.info.backend_pid
        output = run_playbook([play]).output
    assert f"migrations: V1__a.sql, statement 2 of 2 (line 2), behind pid {pid} of launch_admin" in output, output
