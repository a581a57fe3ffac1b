# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bin/bootstrap in a folder of its own, with programs that stand in for the package managers."""
from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from local.packages import HOST_PACKAGES

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORDINARY = ("awk", "bash", "cat", "comm", "dirname", "env", "grep", "ln", "mkdir", "sha256sum", "sort", "tail", "true")
STAND_INS = {
    # Everything is installed, except what the file names; where something is missing, it fails as the real one does.
    "dpkg-query": 'for name; do if grep -qx -- "$name" "$HERE/missing"; then rc=1; else echo "$name installed"; fi; done; exit "${rc:-0}"',
    "id": 'cat "$HERE/uid"',
    # Fetches lists unless the file says why not; installs nothing.
    "apt-get": """
echo "apt-get $*" >>"$HERE/calls"
if [ "$1" != update ]; then cat "$HERE/apt"; exit 100; fi
if [ -e "$HERE/update" ]; then cat "$HERE/update" >&2; exit 100; fi
""",
    "python3": 'cat "$HERE/version"',
    "uv": 'echo "uv $1" >>"$HERE/calls"; if [ "$1" = venv ]; then mkdir -p .venv/bin; ln -sfn "$HERE/programs/python" .venv/bin/python; fi',
    # The interpreter of .venv: asked whether it runs, and where its packages are; or told to compile.
    "python": 'if [ "$1" = -m ]; then echo "python $*" >>"$HERE/calls"; else echo "$HERE/site-packages"; fi',
}
SUDO = 'echo "sudo $*" >>"$HERE/calls"; shift; exec "$@"'
CONFLICT = """\
Reading package lists...
The following packages will be REMOVED:
  containerd.io
  docker-ce
The following NEW packages will be installed:
  runc
E: Packages need to be removed but remove is disabled.
"""


class Machine:
    """A machine where exactly the programs are that the script needs; what it calls is written down."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        (folder / "programs").mkdir()
        for name in ORDINARY:
            (folder / "programs" / name).symlink_to(shutil.which(name))
        for name, script in STAND_INS.items():
            self.install(name, script)
        for name in ("bin", "local", "tests"):
            (folder / name).mkdir()
        shutil.copy(ROOT / "bin" / "bootstrap", folder / "bin")
        for name in ("requirements.txt", "requirements-fast.txt", "local/requirements.txt", "tests/requirements.txt"):
            (folder / name).write_text("something==1\n")
        self.write(missing="", apt="", uid="0", version="3.11.2")

    def install(self, name: str, script: str) -> None:
        program = self.folder / "programs" / name
        program.write_text(f"#!{shutil.which('bash')}\n{script}\n")
        program.chmod(0o755)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(f"{text}\n")

    def bootstrap(self, path: str = "", **environment: str) -> tuple[str, list[str]]:
        """What the script says to the user, and the calls it made.

        :arg path: folders that come first, with a colon after each.
        :arg environment: added to what the script finds in its environment.
        """
        (self.folder / "calls").write_text("")
        done = subprocess.run(
            [shutil.which("bash"), str(self.folder / "bin" / "bootstrap")],
            env={"PATH": f"{path}{self.folder / 'programs'}", "HERE": str(self.folder), "HOME": os.devnull} | environment,
            capture_output=True, text=True, check=False, timeout=30,
        )
        return done.stderr, (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def machine(tmp_path: pathlib.Path) -> Machine:
    return Machine(tmp_path)


def test_a_package_that_excludes_an_installed_one_is_not_installed(machine: Machine) -> None:
    machine.write(missing="runc", apt=CONFLICT)
    said, calls = machine.bootstrap()
    assert said.startswith("To install runc, apt-get would have to remove containerd.io docker-ce, which conflicts with them;")
    assert calls[-1].startswith("apt-get install ") and " --no-remove " in calls[-1]


def test_what_else_apt_says_is_shown(machine: Machine) -> None:
    machine.write(missing="podman", apt="E: Unable to locate package podman")
    said, _calls = machine.bootstrap()
    assert said == (
        "apt-get could not install podman; the last lines of .cache/apt.log say why: E: Unable to locate package podman\n"
    )


def test_lists_that_can_not_be_fetched_are_named(machine: Machine) -> None:
    machine.write(missing="podman", update="E: The repository does not have a Release file.")
    said, calls = machine.bootstrap()
    assert said == (
        "apt-get could not fetch the package lists; the last lines of .cache/apt.log say why: "
        "E: The repository does not have a Release file.\n"
    )
    assert calls == ["apt-get update -qq"]


@pytest.mark.parametrize("said_by_apt", [
    pytest.param({"update": "E: The repository does not have a Release file."}, id="no lists"),
    pytest.param({"apt": CONFLICT}, id="a conflict"),
    pytest.param({"apt": "E: Unable to locate package runc"}, id="no such package"),
])
def test_with_sudo_it_says_the_same_as_as_root(machine: Machine, said_by_apt: dict[str, str]) -> None:
    machine.write(missing="runc", **said_by_apt)
    by_root, calls_of_root = machine.bootstrap()
    machine.write(uid="1000")
    machine.install("sudo", SUDO)
    said, calls = machine.bootstrap()
    assert said == by_root != ""
    assert [call for call in calls if call.startswith("apt-get")] == calls_of_root
    assert all(call.startswith("sudo -n ") for call in calls if not call.startswith("apt-get"))


def test_a_refusal_of_sudo_is_named_and_nothing_is_tried(machine: Machine) -> None:
    machine.write(missing="podman", uid="1000")
    machine.install("sudo", 'echo "sudo: a password is required" >&2; exit 1')
    assert machine.bootstrap() == (
        "'sudo' was refused. Run this as root, or allow your user to use sudo without a password.\n", []
    )


def test_where_there_is_no_sudo_it_wants_root(machine: Machine) -> None:
    machine.write(missing="podman", uid="1000")
    assert machine.bootstrap() == ("Installing packages needs root, and there is no sudo. Run this as root.\n", [])


def test_dockers_runc_counts_as_runc(machine: Machine) -> None:
    machine.write(missing="runc")
    machine.install("runc", "true")
    said, calls = machine.bootstrap()
    assert (said, [call for call in calls if "apt-get" in call]) == ("", [])


def test_maven_is_installed_for_the_tests_only(machine: Machine) -> None:
    machine.write(missing="maven", apt="E: no")
    assert not [call for call in machine.bootstrap()[1] if "apt-get" in call]
    assert machine.bootstrap(TESTS="1")[1][-1].endswith(" --no-install-recommends maven")
    machine.install("mvn", "true")
    assert not [call for call in machine.bootstrap(TESTS="1")[1] if "apt-get" in call], "somebody's own does as well"


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    machine.write(missing="podman", apt="E: no")
    _said, calls = machine.bootstrap()
    assert calls[-1].endswith(" --no-install-recommends podman")


def programs(calls: list[str]) -> list[str]:
    """The calls without their options."""
    return [" ".join(call.split()[:3]) for call in calls]


MADE = ["uv venv", "uv pip", "python -m compileall", "python -m compileall"]


def test_the_environment_is_made_once(machine: Machine) -> None:
    said, calls = machine.bootstrap()
    assert (said, programs(calls)) == ("", MADE)
    assert machine.bootstrap() == ("", [])


def test_bytecode_is_made_of_what_the_playbooks_import(machine: Machine) -> None:
    everything, collections = machine.bootstrap()[1][-2:]
    packages = machine.folder / "site-packages"
    assert everything.endswith(f" -x /site-packages/ansible_collections/ {packages}")
    needed = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["dependencies"]
    folders = [str(packages / "ansible_collections" / name.replace(".", "/")) for name in sorted(needed)]
    assert collections.split()[-len(folders):] == folders


def test_an_environment_of_before_gets_its_bytecode(machine: Machine) -> None:
    machine.bootstrap()
    (machine.folder / ".venv" / ".compiled").unlink()
    assert programs(machine.bootstrap()[1]) == MADE[2:]


def test_the_accelerator_is_installed_when_somebody_asks_for_it(machine: Machine) -> None:
    machine.bootstrap()
    assert programs(machine.bootstrap(FAST="1")[1]) == ["uv pip", *MADE[2:]]
    assert machine.bootstrap(FAST="1") == ("", [])
    assert machine.bootstrap() == ("", []), "and stays"


def test_bytecode_comes_in_spite_of_the_variable_that_forbids_it(tmp_path: pathlib.Path) -> None:
    """Python's own part in it."""
    (tmp_path / "module.py").write_text("pass\n", encoding="utf-8")
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-m", "compileall", "-qq", "-j", "0", str(tmp_path)], env=environment, check=True)
    assert list(tmp_path.glob("__pycache__/module.*.pyc"))


def test_another_python_makes_it_anew(machine: Machine) -> None:
    machine.bootstrap()
    machine.write(version="3.13.5")
    assert programs(machine.bootstrap()[1]) == MADE


def test_an_interpreter_that_is_gone_makes_it_anew(machine: Machine) -> None:
    machine.bootstrap()
    python = machine.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(machine.folder / "gone")
    assert programs(machine.bootstrap()[1]) == MADE[:2]


def test_make_and_a_person_ask_the_same_python(machine: Machine) -> None:
    machine.bootstrap()
    (machine.folder / ".venv" / "bin" / "python3").symlink_to(shutil.which("false"))
    assert machine.bootstrap(path=f"{machine.folder}/.venv/bin:") == ("", [])


def test_it_installs_what_the_local_stack_needs() -> None:
    script = (ROOT / "bin" / "bootstrap").read_text(encoding="utf-8")
    installed = re.search(r"^packages=\((.*?)\)", script, re.MULTILINE | re.DOTALL)[1].split()
    assert set(HOST_PACKAGES) <= set(installed)
    assert installed == sorted(installed)
