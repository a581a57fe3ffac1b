# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as its package brings it to somebody who has no clone, without any network."""
from __future__ import annotations

import dataclasses
import os
import pathlib
import subprocess
import tarfile
import typing as t

from tests.support.ansible import PLAYBOOK, ROOT

# Nothing of this project's settings: where the collections are, and what Ansible itself would have without any.
SETTINGS = "[defaults]\ncollections_path = collections\n"
SECONDS = 300


@dataclasses.dataclass(frozen=True)
class Installed:
    """A folder with an ``ansible.cfg`` and the installed collection.

    :arg folder: where commands are run.
    :arg package: what was installed.
    """

    folder: pathlib.Path
    package: pathlib.Path

    @classmethod
    def make(cls, folder: pathlib.Path) -> Installed:
        """Build the package of this tree, and install it into an empty folder.

        Its dependencies are those of the Python package `ansible`; looking for them elsewhere would need a network.
        """
        (folder / "ansible.cfg").write_text(SETTINGS, encoding="utf-8")
        built = folder / "built"
        _run(["ansible-galaxy", "collection", "build", "--output-path", str(built)], ROOT)
        (package,) = built.glob("launch-database-*.tar.gz")
        installed = cls(folder, package)
        done = installed.run("ansible-galaxy", "collection", "install", "--no-deps", "--offline", str(package))
        assert done.returncode == 0, done.stderr
        return installed

    @property
    def collection(self) -> pathlib.Path:
        """Where the collection is."""
        return self.folder / "collections" / "ansible_collections" / "launch" / "database"

    def names(self) -> list[str]:
        """Paths of what the package holds."""
        with tarfile.open(self.package) as archive:
            return archive.getnames()

    def run(self, program: str, *arguments: str, env: t.Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run one of Ansible's programs as somebody in that folder does."""
        return _run([program, *arguments], self.folder, env)


def _run(command: list[str], folder: pathlib.Path, env: t.Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_", "LAUNCH_"))}
    program = str(PLAYBOOK.with_name(command[0]))
    return subprocess.run(
        [program, *command[1:]], cwd=folder, env=inherited | dict(env or {}), capture_output=True, text=True, check=False,
        timeout=SECONDS, stdin=subprocess.DEVNULL,
    )
