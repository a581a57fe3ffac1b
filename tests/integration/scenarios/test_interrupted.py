# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`molecule test` makes hosts of its own, whatever a run that was killed made molecule believe.

Molecule with the project's own scenarios, on playbooks that only write down that they ran.
"""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from tests.support.ansible import ROOT

MOLECULE = pathlib.Path(sys.executable).with_name("molecule")
SCENARIOS = sorted(path.parent.name for path in ROOT.glob("molecule/*/molecule.yml"))


def noting(word, record):
    """A playbook that adds a word to a file, once per project."""
    task = {"ansible.builtin.shell": f"echo {word} >> {record}; cat {record}", "changed_when": False}
    return json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}])


@pytest.fixture
def project(tmp_path):
    """The project's molecule with other playbooks. It looks for its configuration at the top of the repository only."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    shutil.copytree(ROOT / ".config/molecule", tmp_path / ".config/molecule")
    for name in SCENARIOS:
        folder = tmp_path / "molecule" / name
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "molecule" / name / "molecule.yml", folder)
        (folder / "converge.yml").write_text(noting("converge", tmp_path / "record"))
    for word in ("create", "destroy"):
        (tmp_path / f"molecule/default/{word}.yml").write_text(noting(word, tmp_path / "record"))
    (tmp_path / "molecule/inventory").mkdir()
    (tmp_path / "molecule/inventory/hosts.yml").write_text("all: {}\n")
    return tmp_path


def molecule(project, *arguments):
    """Run molecule there and return what its playbooks wrote down."""
    (project / "record").write_text("")
    # In the home directory, what it remembers would outlive the test.
    environment = {**os.environ, "ANSIBLE_HOME": str(project / "home")}
    done = subprocess.run(
        [str(MOLECULE), *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (project / "record").read_text().split()


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_a_killed_run_made_is_removed_and_made_anew(project, name):
    assert molecule(project, "create", "-s", name) == ["create"]
    done = molecule(project, "test", "-s", name)
    assert done[:3] == ["destroy", "create", "converge"]
    assert (done.count("create"), done[-1]) == (1, "destroy")
