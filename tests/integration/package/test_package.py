# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has who installs the package: from an empty folder, with another ansible.cfg, without a clone."""
from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import typing as t

import pytest
import yaml

from tests.support.ansible import ROOT
from tests.support.installed import Installed

# The environment that an installed collection has as an example.
EXAMPLE = "inventories/launch/poc"
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
ONLY_IN_A_CLONE = ("ansible.cfg", "bin", "local", "molecule", "tests", "reports", "Makefile", ".venv", ".collections", "inventories/launch/local")
# ansible-doc's kinds of what the collection has.
KINDS = ("module", "role", "callback", "filter", "lookup")


def names(installed: Installed, kind: str) -> list[str]:
    listed = installed.run("ansible-doc", "--type", kind, "--list", "--json", "launch.database")
    assert listed.returncode == 0, listed.stderr
    return sorted(name for name in json.loads(listed.stdout) if name.startswith("launch.database."))


def of_the_tree(kind: str) -> list[str]:
    folder = ROOT / "roles" if kind == "role" else ROOT / "plugins" / {"module": "modules"}.get(kind, kind)
    found = [path.stem for path in folder.glob("*") if path.is_dir() == (kind == "role") and not path.name.startswith("_")]
    return sorted({f"launch.database.{name}" for name in found})


def test_it_brings_nothing_that_only_a_clone_can_use(installed: Installed) -> None:
    packed = installed.names()
    assert [name for name in packed for other in ONLY_IN_A_CLONE if name == other or name.startswith(f"{other}/")] == []
    assert {"requirements.txt", "bindep.txt", "docs/scope.md", "meta/execution-environment.yml"} <= set(packed)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_there_and_documented(installed: Installed, kind: str) -> None:
    found = names(installed, kind)
    assert found == of_the_tree(kind)
    if found:
        shown = installed.run("ansible-doc", "--type", kind, "--json", *found)
        assert shown.returncode == 0 and "ERROR" not in shown.stderr, shown.stderr
        assert sorted(json.loads(shown.stdout)) == found


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_playbook_is_found_by_its_name(installed: Installed, playbook: str) -> None:
    inventory = str(installed.collection / EXAMPLE / "hosts.yml")
    looked = installed.run("ansible-playbook", f"launch.database.{playbook}", "-i", inventory, "--syntax-check")
    assert looked.returncode == 0, looked.stderr


def test_links_between_a_system_and_its_environments_survive(installed: Installed) -> None:
    links = sorted(path for path in (ROOT / "inventories").rglob("*") if path.is_symlink() and "local" not in path.parts)
    assert links
    for link in links:
        unpacked = installed.collection / link.relative_to(ROOT)
        assert unpacked.is_symlink() and unpacked.resolve().is_relative_to(installed.collection.resolve())


def test_an_example_can_be_copied_and_read(installed: Installed, tmp_path: pathlib.Path) -> None:
    copy = tmp_path / "inventories"
    subprocess.run(["cp", "-r", str(installed.collection / "inventories"), str(copy)], check=True)
    read = installed.run("ansible-inventory", "-i", str(copy / "launch" / "poc" / "hosts.yml"), "--host", "localhost")
    assert json.loads(read.stdout)["system_name"] == "launch", read.stderr


def test_an_installed_playbook_refuses_as_a_clone_does(installed: Installed) -> None:
    """Up to the first refusal, with the migrations and rules that came with the package."""
    inventory = str(installed.collection / EXAMPLE / "hosts.yml")
    refused = installed.run("ansible-playbook", "launch.database.site", "-i", inventory, "-e", "database_instance_clas=x", "--check")
    assert refused.returncode == 2
    assert "database_instance_clas" in refused.stdout + refused.stderr
    assert "sql/platform" not in refused.stdout + refused.stderr, "the package has the folders of migrations"


SHOWN = "Database  here\n          in private subnets\n\nProved now:\n  nothing\n"


@pytest.mark.parametrize(
    "settings",
    [{}, {"ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}, {"ANSIBLE_STDOUT_CALLBACK": "minimal"}, {"ANSIBLE_STDOUT_CALLBACK": "community.general.unixy"}],
    ids=lambda settings: "-".join(settings.values()) or "none",
)
def test_a_text_is_readable_whatever_the_settings(installed: Installed, tmp_path: pathlib.Path, settings: dict[str, str]) -> None:
    task = {"name": "Show it", "launch.database.show_text": {"text": SHOWN}}
    playbook = tmp_path / "summary.yml"
    playbook.write_text(json.dumps([{"name": "Summary", "hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
    shown = installed.run("ansible-playbook", str(playbook), "-i", "localhost,", "--check", env=settings)
    assert shown.returncode == 0, shown.stderr
    assert SHOWN in shown.stdout


def requirements(path: str) -> set[str]:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return {line.split(";")[0].strip() for line in lines if line and not line.startswith("#")}


def test_the_execution_environment_is_valid_and_has_what_is_required(tmp_path: pathlib.Path) -> None:
    """A build needs a registry; what it would build from does not."""
    made = subprocess.run(
        [str(pathlib.Path(sys.executable).with_name("ansible-builder")), "create", "--context", str(tmp_path / "context")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    environment = yaml.safe_load((ROOT / "execution-environment.yml").read_text(encoding="utf-8"))["dependencies"]
    wanted = {line for line in requirements("requirements.txt") if not line.startswith("ansible")}
    assert set(environment["python"]) == wanted


def galaxy_dependencies() -> dict[str, t.Any]:
    return yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["dependencies"]


def test_collections_are_the_same_for_galaxy_and_for_requirements() -> None:
    listed = yaml.safe_load((ROOT / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    assert {entry["name"]: entry["version"] for entry in listed} == galaxy_dependencies()
