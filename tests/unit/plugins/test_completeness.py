# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every module, the ones of tomorrow included."""
from __future__ import annotations

import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Of those who use roles alone: the site's first task looks at the same.
A_SECTION = "aws_endpoint"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")

# These have no connection whose options a group could give them.
UNCONNECTED = {"pgbouncer_trust", "preflight", "show_text"}


def test_there_are_modules():
    assert MODULES


def texts(*folders: str, ending: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob(f"*{ending}"))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_meets_the_real_thing(name):
    """In a test that asks for this module; that some role happens to use it would prove little."""
    assert re.search(rf"[\"'.]{name}[\"']", texts("tests/integration", "molecule", ending=".py"))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_part_of_the_site(name):
    assert f"launch.database.{name}:" in texts("roles", "playbooks", ending=".yml")


@pytest.mark.parametrize("name", sorted({path.name for path in (ROOT / "roles").iterdir()} - {A_SECTION}))
def test_every_role_is_part_of_the_site(name):
    assert f"name: launch.database.{name}" in texts("playbooks", "roles", ending=".yml")


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "roles").iterdir()))
def test_every_role_says_what_it_takes(name):
    assert yaml.safe_load((ROOT / "roles" / name / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]


@pytest.mark.parametrize("name", sorted(set(MODULES) - UNCONNECTED))
def test_every_module_is_in_an_action_group(name):
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]
    assert any(name in members for members in groups.values())


def test_action_groups_name_only_modules_that_exist():
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]
    assert sorted(name for members in groups.values() for name in members) == sorted(set(MODULES) - UNCONNECTED)


def test_only_converge_looks_at_check_mode():
    users = [path.name for path in (ROOT / "plugins").rglob("*.py") if ".check_mode" in path.read_text()]
    assert users == ["_converge.py"]


def test_no_module_says_how_it_is_started():
    """Ansible starts them all; a line for the shell in some of them would mean something that it doesn't."""
    assert [name for name in MODULES if (ROOT / "plugins" / "modules" / f"{name}.py").read_text().startswith("#!")] == []


def test_docstrings_name_arguments_in_one_way():
    other = re.compile(r"^ +(Args|Arguments|Returns|Raises|Yields):$|:(param|parameter|returns?|raises) ?\w*:", re.MULTILINE)
    folders = [ROOT / folder for folder in ("plugins", "local", "tests", "molecule")]
    assert [path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("*.py") if other.search(path.read_text())] == []
