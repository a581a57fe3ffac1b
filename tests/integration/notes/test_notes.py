# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second system, with other names, uuid keys, no audit log and one pool host, by the same playbooks. The tests follow each other."""
from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import typing as t

import pytest

from local import profiles, stack
from tests.support.ansible import PLAYBOOK, ROOT

PROFILE = profiles.find("notes")
SYSTEMS = ROOT / "tests" / "systems"
LOGIN = {"name": "nb_app", "secret": "/notes/app", "member_of": ["nb_writer"], "connection_limit": 60}
GUEST = {"name": "nb_guest", "secret": "/notes/guest", "member_of": ["nb_reader"], "connection_limit": 60}
DATABASE = f"{PROFILE.network}-db-notes-db"
OWNER = "set role nb_owner;"
LEAK = (
    f"{OWNER} create function notebook.count_all() returns bigint language sql security definer set search_path = pg_catalog, pg_temp"
    " as 'select count(*) from notebook.notes';"
)
POLICY = "create policy tenant_select on notebook.notes for select to nb_writer, nb_reader using (workspace = (select notebook.current_tenant()));"


class Run(t.NamedTuple):
    """A finished playbook."""

    code: int
    text: str


def run(playbook: str, *arguments: str, system: str = "notes") -> Run:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "ANSIBLE_"))}
    inventory = [word for source in sorted((SYSTEMS / system).glob("*.yml")) for word in ("-i", str(source))]
    with tempfile.TemporaryFile() as file:
        done = subprocess.run(
            [str(PLAYBOOK), str(ROOT / "playbooks" / playbook), *inventory, *arguments], cwd=ROOT, env=environment,
            stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=400, check=False,
        )
        file.seek(0)
        return Run(done.returncode, file.read().decode(errors="replace"))


def sql(statements: str) -> str:
    """As the server's superuser, since nobody else could break all of it."""
    command = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-U", "rdsadmin", "notes"]
    done = subprocess.run(
        ["podman", "exec", "--interactive", "--user=postgres", DATABASE, *command],
        input=statements, text=True, check=True, timeout=60, capture_output=True,
    )
    return done.stdout


def logins(*entries: dict[str, t.Any]) -> tuple[str, str]:
    """The system with another list of logins."""
    return "-e", json.dumps({"system_logins": entries})


@pytest.fixture(scope="module")
def built() -> t.Iterator[Run]:
    stack.down(PROFILE, print)
    stack.up(PROFILE, print)
    yield run("site.yml")
    stack.down(PROFILE, print)


def test_it_comes_up_and_is_proved(built: Run) -> None:
    assert built.code == 0, built.text[-6000:]
    assert "each of 2 tenants sees its rows and only its rows in notebook.notes, notebook.workspaces" in built.text
    said = " ".join(built.text.split())
    assert "rules of isolation were looked at; none is broken; 1 not looked at: R51" in said
    assert re.search(r"what runs: \d{3} objects are as the expected catalog has them", said)


@pytest.mark.usefixtures("built")
def test_a_second_run_changes_nothing() -> None:
    again = run("site.yml")
    assert again.code == 0, again.text[-6000:]
    recap = again.text.rsplit("PLAY RECAP", 1)[1]
    assert recap.count("changed=0 ") == 2, recap


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(("breaking", "mending", "cause"), [
    pytest.param(
        f"{OWNER} drop policy tenant_select on notebook.notes;", f"{OWNER} {POLICY}",
        "R03: 'notebook.notes': there is a grant and no policy for SELECT", id="a dropped policy",
    ),
    pytest.param(
        "alter table notebook.notes no force row level security;", "alter table notebook.notes force row level security;",
        "R02: 'notebook.notes': row level security is enabled but not forced", id="FORCE off",
    ),
    pytest.param(
        "alter table notebook.notes owner to nb_mover;",
        f"alter table notebook.notes owner to nb_owner; {OWNER} grant select, insert, update, delete on notebook.notes to nb_mover;",
        "R28: 'notebook.notes': it belongs to nb_mover", id="another owner",
    ),
    pytest.param(
        "alter table notebook.notes drop constraint notes_pkey, alter column workspace drop not null;",
        "alter table notebook.notes alter column workspace set not null, add primary key (workspace, id);",
        "R05: 'notebook.notes': column workspace may be NULL", id="a nullable tenant column",
    ),
    pytest.param(
        f"{LEAK} grant execute on function notebook.count_all() to nb_writer;", "drop function notebook.count_all();",
        "R18: 'notebook.count_all()'", id="a leaking definer function",
    ),
    pytest.param(
        "alter table notebook.notes alter column text set default 'x';", "alter table notebook.notes alter column text drop default;",
        "column notebook.notes.text: default: expected nothing, found 'x'::text", id="what no rule knows",
    ),
])
def test_what_is_broken_is_named_by_its_cause(breaking: str, mending: str, cause: str) -> None:
    sql(breaking)
    try:
        found = run("rls.yml", "--tags", "rls")
    finally:
        sql(mending)
    assert found.code == 2
    assert cause in found.text, found.text[-4000:]


@pytest.mark.usefixtures("built")
def test_with_everything_restored_it_is_proved_again() -> None:
    assert run("rls.yml").code == 0


@pytest.mark.usefixtures("built")
def test_a_login_comes_and_goes_with_its_secret_and_its_pool() -> None:
    came = run("site.yml", *logins(LOGIN, GUEST), "--tags", "aws,pool,schema")
    assert came.code == 0, came.text[-4000:]
    assert sql("select rolcanlogin from pg_roles where rolname = 'nb_guest'") == "t\n"
    sql("create table cellar.kept (); alter table cellar.kept owner to nb_guest;")
    gone = logins(LOGIN, {**GUEST, "state": "absent"})
    refused = run("schema.yml", *gone)
    assert refused.code == 2 and "nb_guest" in refused.text and "cellar.kept" in refused.text, refused.text[-4000:]
    sql("drop table cellar.kept")
    went = run("site.yml", *gone, "--tags", "aws,pool,schema")
    assert went.code == 0, went.text[-4000:]
    assert sql("select count(*) from pg_roles where rolname = 'nb_guest'") == "0\n"
    assert "changed: [localhost] => (item=/notes/guest)" in went.text


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("playbook", ["schema.yml", "rls.yml"])
def test_check_mode_names_the_secret_of_a_key_that_is_not_there(playbook: str) -> None:
    """Only the whole site makes it."""
    checked = run(playbook, "--check", *strength("both"))
    assert checked.code == 2 and "key_secret: '/notes/context-key': there is no such secret" in " ".join(checked.text.split()), checked.text[-4000:]


def strength(name: str) -> tuple[str, str]:
    """The system with a key of the context, and what it takes beside its tokens."""
    return "-e", json.dumps({"system_context": {"strength": name, "key_secret": "/notes/context-key"}})


@pytest.mark.usefixtures("built")
def test_it_moves_to_tokens_and_its_printed_line_makes_one() -> None:
    for name in ("both", "signed"):
        for playbook in ("site.yml", "rls.yml") if name == "signed" else ("site.yml",):
            checked = run(playbook, "--check", *strength(name))
            assert checked.code == 0, checked.text[-6000:]
            said = " ".join(checked.text.split())
            assert "Isolation was not looked at, since this has not been done yet: " in said and f"strength is to be {name}." in said
        moved = run("site.yml", *strength(name))
        assert moved.code == 0, moved.text[-6000:]
        assert sql("select strength from safe.strength") == f"{name}\n"
    assert "without context SQLSTATE 42501; no context without a token" in " ".join(moved.text.split())
    line = re.search(r"^ *(.*set_context.py .*PGPASSWORD=.*)$", moved.text, re.MULTILINE)[1]
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "Canary A" in done.stdout and "Canary B" not in done.stdout, done.stdout
    assert run("rls.yml").code == 2, "the inventory says transaction, and makes no tokens"


@pytest.mark.usefixtures("built")
def test_it_moves_back_to_the_applications_word() -> None:
    checked = run("site.yml", "--check", "--diff")
    assert checked.code == 0 and "not looked at, since this has not been done yet: strength is to be transaction" in " ".join(checked.text.split())
    assert '"strength"' in checked.text or "strength: transaction" in checked.text, checked.text[-6000:]
    assert run("site.yml").code == 0
    assert sql("select strength from safe.strength") == "transaction\n"


@pytest.mark.usefixtures("built")
def test_the_same_database_as_a_server_of_somebody_elses_without_pools() -> None:
    """Nothing of the instance is looked at, and the proof goes straight to the server."""
    direct = run("site.yml", system="direct")
    assert direct.code == 0, direct.text[-6000:]
    assert "TASK [launch.database.database_instance : Instance]" not in direct.text
    assert "each of 2 tenants sees its rows and only its rows in notebook.notes, notebook.workspaces" in direct.text
    assert "objects are as the expected catalog has them" in direct.text
