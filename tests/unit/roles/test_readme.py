# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each role says about itself: to people on a page, to Galaxy in its metadata, and that both are true."""
from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = 60  # lines


def readme(role: str) -> str:
    return (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")


def metadata(role: str, name: str) -> dict[str, t.Any]:
    return yaml.safe_load((ROOT / "roles" / role / "meta" / name).read_text(encoding="utf-8"))


def options(role: str) -> dict[str, set[str]]:
    """Names of the variables by entry point, and which of them are required."""
    specs = metadata(role, "argument_specs.yml")["argument_specs"]
    return {entry: set(spec.get("options", {})) for entry, spec in specs.items()}


def required(role: str) -> set[str]:
    main = metadata(role, "argument_specs.yml")["argument_specs"]["main"]
    return {name for name, option in main.get("options", {}).items() if option.get("required")}


def example_vars(role: str) -> set[str]:
    """The variables that the example gives the role, wherever in the play it does."""
    (text,) = EXAMPLE.findall(readme(role))
    found = re.findall(rf"^ +({role}_\w+):", text, re.MULTILINE)
    yaml.safe_load(text)
    return set(found)


@pytest.mark.parametrize("role", ROLES)
def test_it_is_one_page_with_an_example_and_what_it_needs(role: str) -> None:
    text = readme(role)
    assert text.startswith(f"# launch.database.{role}\n")
    assert len(text.splitlines()) <= PAGE
    assert f"ansible-doc -t role launch.database.{role}`" in " ".join(text.split())
    assert "**Needs**" in text


@pytest.mark.parametrize("role", ROLES)
def test_its_example_gives_what_is_required_and_only_what_there_is(role: str) -> None:
    given = example_vars(role)
    assert required(role) <= given
    assert given <= options(role)["main"]


@pytest.mark.parametrize("role", ROLES)
def test_tasks_that_it_names_are_there(role: str) -> None:
    named = set(re.findall(r"`tasks_from: (\w+)`", readme(role)))
    assert named <= {path.stem for path in (ROOT / "roles" / role / "tasks").iterdir()}


@pytest.mark.parametrize("role", ROLES)
def test_galaxy_learns_what_it_is(role: str) -> None:
    about = metadata(role, "main.yml")["galaxy_info"]
    assert about["description"] and about["platforms"]
    assert (about["license"], about["min_ansible_version"]) == ("GPL-3.0-or-later", "2.19")
