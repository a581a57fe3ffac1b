# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of SQL files on the controller.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all

if t.TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader


def read_folder(loader: DataLoader, path: str, option: str = "path") -> dict[str, bytes]:
    """Contents by path relative to the folder. LaunchErrors if there is no such folder, or something in it can't be read.

    :arg path: absolute as it is; another one beside the playbook or role, as ansible.builtin.copy looks for files.
    :arg option: what the folder is called where it comes from.
    """
    return _contents(_folder(loader, path, option), option)


def read_file_or_folder(loader: DataLoader, path: str, option: str) -> dict[str, bytes]:
    """The content of a file by its name, or those of a folder as read_folder() gives them. LaunchError if there is neither."""
    place = place_of(loader, path)
    if not place.is_file():
        return read_folder(loader, path, option)
    try:
        return {place.name: place.read_bytes()}
    except OSError as error:
        raise _unreadable(place, error, option) from error


def read_apart(loader: DataLoader, paths: t.Any, option: str, others: t.Any) -> dict[str, dict[str, bytes]]:
    """As read_locations(), for folders that may have nothing in common with others.

    :arg others: the paths of those; whoever reads them says what is wrong with them.
    """
    found = read_locations(loader, paths, option)
    real = {path: place_of(loader, path) for path in others} if isinstance(others, list) else {}
    raise_all([error for path in found for error in _overlaps(path, _folder(loader, path, option), real, option)])
    return found


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
    contents, errors = gather(lambda path: (path, _contents(folders[path], option)), folders)
    raise_all(errors)
    return dict(contents)


def _folder(loader: DataLoader, path: str, option: str) -> pathlib.Path:
    folder = place_of(loader, path)
    if not folder.is_dir():
        raise LaunchError("it is not a folder on the controller.", option=option, value=path, remedy="Fix the path; nothing was changed.")
    return folder


def place_of(loader: DataLoader, path: str) -> pathlib.Path:
    """Where a path leads: absolute as it is; another one beside the playbook or role."""
    return pathlib.Path(loader.path_dwim_relative(loader.get_basedir(), "", path))


def _overlaps(path: str, folder: pathlib.Path, others: t.Mapping[str, pathlib.Path], option: str) -> list[LaunchError]:
    """What a folder and those before it have in common, whatever the paths look like: every file would be there twice."""
    real, errors = folder.resolve(), []
    for other_path, other in ((other_path, other.resolve()) for other_path, other in others.items()):
        if real == other:
            errors.append(LaunchError(f"it is the same folder as {other_path!r}.", option=option, value=path, remedy="Name it once."))
        elif _is_searched(real, other) or _is_searched(other, real):
            errors.append(LaunchError(
                f"it and {other_path!r} lie one inside of the other.", option=option, value=path,
                remedy="Subfolders are searched anyway: name the outer one only.",
            ))
    return errors


def _is_searched(inner: pathlib.Path, outer: pathlib.Path) -> bool:
    """Whether a folder is among what is read with another one."""
    return outer in inner.parents and not any(part.startswith(".") for part in inner.relative_to(outer).parts)


def _contents(folder: pathlib.Path, option: str) -> dict[str, bytes]:
    """LaunchErrors for all that is there and can't be read: nobody should take it for something that is not there."""
    contents: dict[str, bytes] = {}
    errors: list[LaunchError] = []
    for file in _files(folder, (folder.resolve(),), option, errors):
        try:
            contents[file.relative_to(folder).as_posix()] = file.read_bytes()
        except OSError as error:
            errors.append(_unreadable(file, error, option))
    raise_all(errors)
    return dict(sorted(contents.items()))


def _files(folder: pathlib.Path, above: tuple[pathlib.Path, ...], option: str, errors: list[LaunchError]) -> t.Iterator[pathlib.Path]:
    """The files below a folder, through links as Flyway goes; what is in the way is added to ``errors``.

    Flyway skips hidden folders (Kubernetes mounts have some), but not hidden files.

    :arg above: the folders that lead here, without links.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        errors.append(_unreadable(folder, error, option))
        return
    for entry in entries:
        if entry.is_dir():
            if not entry.name.startswith("."):
                yield from _below(entry, above, option, errors)
        elif entry.is_file():
            yield entry
        elif entry.is_symlink() and not entry.name.startswith(".#"):  # such a one is an editor's lock, and names no file
            errors.append(LaunchError(
                "it is a symbolic link to nothing.", option=option, value=str(entry), remedy="Remove it, or bring back what it stands for.",
            ))


def _below(folder: pathlib.Path, above: tuple[pathlib.Path, ...], option: str, errors: list[LaunchError]) -> t.Iterator[pathlib.Path]:
    real = folder.resolve()
    if real in above:
        errors.append(LaunchError(
            "it is a symbolic link to a folder that it lies in.", option=option, value=str(folder), remedy="Remove it: it has no end.",
        ))
    else:
        yield from _files(folder, (*above, real), option, errors)


def _unreadable(path: pathlib.Path, error: OSError, option: str) -> LaunchError:
    return LaunchError(
        f"it can't be read: {error.strerror or type(error).__name__}.", option=option, value=str(path),
        remedy="Let whoever runs Ansible read it; nothing was changed.",
    )
