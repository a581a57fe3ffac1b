# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/tenants.yml with what docs/tenants.md has for it, from registration to restore, and a gateway as it says."""
from __future__ import annotations

import re

import pytest
import yaml

from local.endpoint.scram import verifier
from tests.integration.postgres.modules import ROOT
from tests.integration.postgres.portable import as_tenant, done, hashes
from tests.support.ansible import run_playbook_file

HARBOR = "01JAMZ0000HARB0RPAPERC0MPA"
DOCUMENTED = "/var/lib/exports/harbor-paper"


def blocks():
    """The examples in YAML, in their order."""
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "tenants.md").read_text(encoding="utf-8"), re.DOTALL)]


@pytest.fixture
def run(launch, tmp_path):
    """Run the playbook with variables; the export's folder is the test's own."""

    def run(**variables):
        given = tmp_path / "tenants.yml"
        given.write_text(yaml.safe_dump({**variables, **launch.connection()}).replace(DOCUMENTED, str(tmp_path / "harbor-paper")), encoding="utf-8")
        return run_playbook_file(ROOT / "playbooks" / "tenants.yml", arguments=["-e", f"@{given}"])

    return run


def flat(done):
    """What was shown, as one line: warnings are wrapped."""
    return " ".join(done.output.split())


def changed(done):
    assert done.returncode == 0, done.output
    return done.stats["localhost"]["changed"]


def test_the_documents_examples_do_what_it_says(launch, run):
    registration, gateway, exports, removal, restores = blocks()
    connection = {name: value for name, value in registration.items() if name.startswith("tenants_") and name != "tenants_list"}
    assert changed(run(**registration)) == 1
    launch.execute(f"{as_tenant(HARBOR)}; INSERT INTO app.projects (name) VALUES ('first')")
    password = launch.database.passwords["launch_door"] = "a gateway's own"
    door = {**gateway[0], "login": True, "password_verifier": verifier(password)}
    done(launch.run("postgres_role", roles=[{name: value for name, value in door.items() if name != "secret"}]))
    ask = "SELECT app.tenant_of_domain('Harbor-Paper.example.')"
    assert launch.as_user("launch_door").rows(ask) == [(HARBOR,)]

    (entry,) = registration["tenants_list"]
    assert changed(run(**connection, **exports, tenants_list=[{**entry, "status": "inactive"}])) == 2
    assert launch.as_user("launch_door").rows(ask) == [(None,)]
    before = hashes(launch, f"tenant = '{HARBOR}'")
    assert changed(run(**connection, **removal)) == 1
    again = run(**connection, **removal)
    assert changed(again) == 0 and f"{HARBOR} was not registered, and its export was not read. The audit log has entries of it" in flat(again)
    typo = {**removal["tenants_list"][0], "id": HARBOR[:-1] + "B", "export": "/nowhere"}
    assert "see that the id is right" in flat(run(**connection, tenants_list=[typo]))
    relative = run(**connection, tenants_exports=[{**exports["tenants_exports"][0], "path": "harbor"}])
    assert relative.returncode == 2 and "path: 'harbor': it is a relative path." in relative.tasks[-1]["results"][0]["msg"]
    assert not any(hashes(launch, f"tenant = '{HARBOR}'").values())
    assert changed(run(**connection, **restores)) == 1
    assert hashes(launch, f"tenant = '{HARBOR}'") == before
    assert changed(run(**connection, **restores)) == 0
