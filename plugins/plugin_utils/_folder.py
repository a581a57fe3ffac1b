# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of SQL files on the controller.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

if t.TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader


def read_folder(loader: DataLoader, path: str, option: str = "path") -> dict[str, bytes]:
    """Contents by path relative to the folder. LaunchError if there is no such folder.

    :arg path: absolute as it is; another one beside the playbook or role, as ansible.builtin.copy looks for files.
    :arg option: what the folder is called where it comes from.
    """
    folder = pathlib.Path(loader.path_dwim_relative(loader.get_basedir(), "", path))
    if not folder.is_dir():
        raise LaunchError("is no folder on the controller.", option=option, value=path, remedy="Fix the path; nothing was changed.")
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not _in_hidden_folder(file.relative_to(folder))
    }


def _in_hidden_folder(path: pathlib.PurePath) -> bool:
    """Flyway skips hidden folders (Kubernetes mounts have some), but not hidden files."""
    return any(part.startswith(".") for part in path.parts[:-1])
