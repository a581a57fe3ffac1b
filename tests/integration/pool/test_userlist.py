# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of users from secrets, through the real Ansible and a real boto3."""
from __future__ import annotations

import grp
import json
import os
import pwd
import sys

import pytest
import yaml

from ansible_collections.launch.database.plugins.module_utils._scram import verifier
from tests.support.ansible import ROOT, run_playbook
from tests.support.secrets_manager import running_secrets_manager

PASSWORD = "kept-in-the-secret-5"
ODD = 'app "reporting" ä'


@pytest.fixture(scope="module")
def secrets_manager():
    with running_secrets_manager() as running:
        yield running


@pytest.fixture
def run(tmp_path, secrets_manager):
    """Run the module for users; the file is in the test's folder."""
    def start(users, check=False):
        options = {
            "path": str(tmp_path / "userlist.txt"), "users": users, "secret_source": secrets_manager.source,
            "owner": pwd.getpwuid(os.getuid()).pw_name, "group": grp.getgrgid(os.getgid()).gr_name,
        }
        secrets_manager.reads()
        return run_playbook([{
            "hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {"ansible_python_interpreter": sys.executable},
            "tasks": [{"name": "Users", "launch.database.pgbouncer_userlist": options}],
        }], check=check, arguments=["-vvvv"])

    return start


def test_two_logins_come_from_their_secrets_and_none_is_shown(run, tmp_path, secrets_manager):
    kept, given = verifier(PASSWORD), verifier("another")
    secrets_manager.keep("/one", {"username": ODD, "password": PASSWORD, "scram_verifier": kept})
    users = [{"name": ODD, "secret": "/one"}, {"name": "two", "verifier": given}]
    output = ""
    for check, changed in ((True, True), (False, True), (False, False)):
        done = run(users, check)
        assert [task.get("changed") for task in done.tasks] == [changed], done.output
        assert secrets_manager.reads() == 1
        output += done.output
    assert (tmp_path / "userlist.txt").read_text(encoding="utf-8") == f'"app ""reporting"" ä" "{kept}"\n"two" "{given}"\n'
    assert (tmp_path / "userlist.txt").stat().st_mode & 0o777 == 0o640
    # A verifier of the inventory's stands in the play; what comes from secrets is nowhere.
    assert "users.two" in output and not [text for text in (kept, PASSWORD, "local-stack-only") if text in output]


def test_a_login_that_goes_is_named(run, tmp_path):
    (tmp_path / "userlist.txt").write_text(f'"old" "{verifier("x")}"\n', encoding="utf-8")
    (done,) = run([{"name": "two", "verifier": verifier("y")}]).tasks
    assert done["diff"]["before"]["users.old"] == "(hidden)" and done["users"] == ["two"]


def test_a_secret_that_is_not_made_yet_is_planned_and_not_written(run, tmp_path):
    users = [{"name": "two", "verifier": verifier("y")}, {"name": "late", "secret": "/late"}]
    (checked,), (done,) = run(users, check=True).tasks, run(users).tasks
    assert [change["path"] for change in checked["plan"]] == ["users.two", "users.late"]
    assert done["failed"] and "the verifier of 'late' is not known: its secret does not exist." in done["msg"]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("content", "words"), [
    ({"username": "other", "scram_verifier": "SCRAM-hidden"}, "it is not the secret of 'app': it has another username"),
    ({"username": "app", "scram_verifier": "SCRAM-hidden"}, "the verifier of 'app' is not one of PostgreSQL's"),
    ({"username": "app", "password": "SCRAM-hidden"}, "has no scram_verifier"),
])
def test_a_secret_that_is_of_no_use_is_refused_without_what_it_holds(run, tmp_path, secrets_manager, content, words):
    name = secrets_manager.keep(f"/{tmp_path.name}", content)
    done = run([{"name": "app", "secret": name}])
    assert done.tasks[0]["failed"] and words in done.tasks[0]["msg"]
    assert "SCRAM-hidden" not in done.output and os.listdir(tmp_path) == []


def test_the_role_reads_no_secret_but_in_this_module():
    """A lookup in a variable would be templated again with each use of the variable."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "roles" / "pgbouncer").rglob("*") if path.is_file()}
    assert not [path for path, text in texts.items() if "secretsmanager" in text]
    tasks = yaml.safe_load(texts[ROOT / "roles/pgbouncer/tasks/configuration.yml"])
    (task,) = [task for task in tasks if "pgbouncer_secret_source" in json.dumps(task)]
    assert "launch.database.pgbouncer_userlist" in task
