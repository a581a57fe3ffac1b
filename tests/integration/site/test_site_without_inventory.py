# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever made the local stack can paste each line of examples/local_stack.yml."""
from __future__ import annotations

import collections.abc
import ipaddress
import json
import pathlib
import re
import shlex
import shutil

import pytest
import yaml

from local import profiles
from tests.integration.site.account import PROFILE, Account
from tests.integration.site.conftest import First
from tests.support.ansible import ROOT, Run, run_playbook_file

FILE = ROOT / "examples" / "local_stack.yml"
GIVEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))
LINES = {line.split("/")[1].split(".")[0]: shlex.split(line, comments=True) for line in re.findall(r"^#   ansible-playbook (playbooks/.*)$", FILE.read_text(encoding="utf-8"), re.M)}
SITE = profiles.find("site")


def on_site(address: str) -> ipaddress.IPv4Address:
    """An address of this profile's network at its place in that of `make site`."""
    here, there = (ipaddress.ip_network(profile.subnet) for profile in (PROFILE, SITE))
    return there[int(ipaddress.ip_address(address)) - int(here[0])]


@pytest.fixture(scope="module")
def database(account: Account, first: First) -> str:
    """The server's address on the stack's network."""
    return account.on_database("hostname -I").split()[0]


@pytest.fixture
def exports() -> collections.abc.Iterator[pathlib.Path]:
    """The folder that the file says has to be there, made for this test only if it was not."""
    folder = pathlib.Path(GIVEN["tenants_exports"][0]["path"]).parent
    assert not folder.exists(), f"{folder} is somebody's"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


def paste(book: str, database: str, folder: pathlib.Path, check: bool = False) -> Run:
    """A line of the file as it stands, but for where this profile is."""
    here = {"login_host": database, "ca_cert": str(PROFILE.ca_file), "login_secret_source": {**GIVEN["login_secret_source"], "endpoint_url": PROFILE.url},
            "isolation_proof_report_folder": str(folder), "audit_report_folder": str(folder)}
    playbook, *arguments = [word for word in LINES[book] if word not in ("--check", "--diff")]
    return run_playbook_file(ROOT / playbook, check=check, arguments=[*arguments, "-e", json.dumps(here)], timeout=300)


def test_it_names_where_make_site_puts_things(database: str) -> None:
    assert GIVEN["login_host"] == str(on_site(database))
    assert GIVEN["login_secret_source"]["endpoint_url"] == SITE.url
    assert GIVEN["ca_cert"].removeprefix("{{ playbook_dir }}/../") == str(SITE.ca_file.relative_to(ROOT))


def test_each_playbook_without_an_inventory_has_a_line() -> None:
    assert set(LINES) == {"isolation_check", "isolation_attack", "audit_report", "tenants", "backfill"}


def test_the_rules(database: str, tmp_path: pathlib.Path) -> None:
    done = paste("isolation_check", database, tmp_path)
    assert done.returncode == 0 and json.loads((tmp_path / "isolation.json").read_text())["verdict"] == "clean", done.output


def test_the_report(database: str, tmp_path: pathlib.Path) -> None:
    done = paste("audit_report", database, tmp_path)
    assert done.returncode == 0, done.output
    report = json.loads((tmp_path / "audit_report.json").read_text())
    assert (report["tenant"], report["complete"]) == (GIVEN["audit_report_tenant"], True) and report["total"] > 0


def test_the_tenants(database: str, exports: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """The tenant that is tried with is nobody's, and stays until the stack goes."""
    for check, changed in ((True, 2), (False, 2), (False, 0)):
        done = paste("tenants", database, tmp_path, check)
        assert (done.returncode, done.stats["localhost"]["changed"]) == (0, changed), done.output
    assert (exports / "harbor-paper" / "manifest.json").is_file()


def test_the_backfill(database: str, tmp_path: pathlib.Path) -> None:
    """The stack's own tenants have no such row."""
    for check in (True, False):
        done = paste("backfill", database, tmp_path, check)
        assert done.returncode == 0 and "0 rows of app.projects were changed. No tenant has rows left." in " ".join(done.output.split()), done.output


def test_the_attacks(database: str, tmp_path: pathlib.Path) -> None:
    done = paste("isolation_attack", database, tmp_path)
    assert done.returncode == 0 and json.loads((tmp_path / "attack.json").read_text())["verdict"] == "held", done.output
