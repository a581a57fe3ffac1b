# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of SQL files on the controller.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all

if t.TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader


def read_folder(loader: DataLoader, path: str, option: str = "path") -> dict[str, bytes]:
    """Contents by path relative to the folder. LaunchError if there is no such folder.

    :arg path: absolute as it is; another one beside the playbook or role, as ansible.builtin.copy looks for files.
    :arg option: what the folder is called where it comes from.
    """
    return _contents(_folder(loader, path, option))


def read_file_or_folder(loader: DataLoader, path: str, option: str) -> dict[str, bytes]:
    """The content of a file by its name, or those of a folder as read_folder() gives them. LaunchError if there is neither."""
    place = _place(loader, path)
    return {place.name: place.read_bytes()} if place.is_file() else read_folder(loader, path, option)


def read_locations(loader: DataLoader, paths: t.Any, option: str = "locations") -> dict[str, dict[str, bytes]]:
    """By folder, contents by path relative to it. LaunchErrors for all that are no folders, or one of them twice.

    :arg paths: whatever the inventory says; each path as read_folder() takes it.
    """
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise LaunchError("it is not a list of folders.", option=option, value=paths, remedy="List the folders with migrations.")
    if not paths:
        raise LaunchError("it names no folder.", option=option, value=paths, remedy="Name at least one folder with migrations.")
    folders: dict[str, pathlib.Path] = {}
    errors = []
    for path in paths:
        try:
            folder = _folder(loader, path, option)
            errors += _overlaps(path, folder, folders, option)
            folders.setdefault(path, folder)
        except LaunchError as error:
            errors.append(error)
    raise_all(errors)
    return {path: _contents(folder) for path, folder in folders.items()}


def _folder(loader: DataLoader, path: str, option: str) -> pathlib.Path:
    folder = _place(loader, path)
    if not folder.is_dir():
        raise LaunchError("it is not a folder on the controller.", option=option, value=path, remedy="Fix the path; nothing was changed.")
    return folder


def _place(loader: DataLoader, path: str) -> pathlib.Path:
    return pathlib.Path(loader.path_dwim_relative(loader.get_basedir(), "", path))


def _overlaps(path: str, folder: pathlib.Path, others: t.Mapping[str, pathlib.Path], option: str) -> list[LaunchError]:
    """What a folder and those before it have in common, whatever the paths look like: every file would be there twice."""
    real, errors = folder.resolve(), []
    for other_path, other in ((other_path, other.resolve()) for other_path, other in others.items()):
        if real == other:
            errors.append(LaunchError(f"it is the same folder as {other_path!r}.", option=option, value=path, remedy="Name it once."))
        elif real in other.parents or other in real.parents:
            errors.append(LaunchError(
                f"it and {other_path!r} lie one inside of the other.", option=option, value=path,
                remedy="Subfolders are searched anyway: name the outer one only.",
            ))
    return errors


def _contents(folder: pathlib.Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not _in_hidden_folder(file.relative_to(folder))
    }


def _in_hidden_folder(path: pathlib.PurePath) -> bool:
    """Flyway skips hidden folders (Kubernetes mounts have some), but not hidden files."""
    return any(part.startswith(".") for part in path.parts[:-1])
