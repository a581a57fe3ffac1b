# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that holds an export: written whole or not at all, for nobody else to read.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import stat
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.export import manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest

_CHUNK = 1 << 20
_BROKEN = "Take another export; this one can't be relied on."


class Sink:
    """Takes what COPY writes, into a file or nowhere, and knows what it came to."""

    def __init__(self, file: t.BinaryIO | None = None) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, content: bytes) -> None:
        self._hash.update(content)
        self._size += len(content)
        if self._file is not None:
            self._file.write(content)

    def digest(self, rows: int) -> Digest:
        return Digest(rows, self._size, self._hash.hexdigest())


class Writer:
    """The files of an export that is being written."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def file(self, name: str) -> t.Iterator[t.BinaryIO]:
        """A new file, on the disk when it is closed."""
        opened = os.open(os.path.join(self._folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(opened, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def written(path: str, option: str) -> t.Iterator[Writer]:
    """A folder beside ``path``, which gets that name when all is in it. What an interrupted run left there is removed.

    LaunchError if another run writes it, or if it can't be written.
    """
    parent, partial = _beside(path)
    with _problems(path, option), _locked(partial, path, option):
        for entry in os.scandir(partial):
            os.unlink(entry)
        try:
            yield Writer(partial)
            _sync(partial)
            os.rename(partial, path)
            _sync(parent)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def check_path(path: str, option: str) -> str:
    """The path itself. LaunchError for one that no file has."""
    if not path or "\0" in path:
        raise LaunchError("it is not a path.", option=option, value=path, remedy="Give the folder to make, without a NUL in its name.")
    return path


def require_place(path: str, option: str) -> None:
    """LaunchError for a folder that could not be written, as far as that can be seen before, for check mode."""
    parent, partial = _beside(path)
    with _problems(path, option):
        if not os.path.isdir(parent):
            os.stat(parent)
            raise _system(errno.ENOTDIR)
        if not os.access(parent, os.W_OK | os.X_OK):
            raise _system(errno.EACCES)
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISDIR(os.lstat(partial).st_mode):
                raise _system(errno.ENOTDIR)
            if any(entry.is_dir(follow_symlinks=False) for entry in os.scandir(partial)):
                raise _system(errno.EISDIR)


def exists(path: str) -> bool:
    return os.path.lexists(path)


def load(path: str, option: str, remedy: str = "Give the folder of an export.") -> Manifest:
    """The manifest of an export. LaunchError where there is none.

    :arg remedy: what to do about something else that is there.
    """
    with _problems(path, option):
        if not exists(path):
            raise LaunchError("there is no such folder.", option=option, value=path, remedy="Export the tenant first, on this host.")
        if not os.path.isfile(os.path.join(path, manifest.NAME)):
            raise LaunchError(f"it has no {manifest.NAME}, so it is no export.", option=option, value=path, remedy=remedy)
        with opened(path, manifest.NAME) as file:
            return manifest.read(file.read(), option, path)


def faults(path: str, found: Manifest, option: str) -> list[LaunchError]:
    """What is wrong with the files of an export, each by itself. All of it is read."""
    problems = [(table, problem) for table in found.tables if (problem := _fault(path, table, found.tenant))]
    return [LaunchError(f"its file {table.file} {problem}.", option=option, value=path, remedy=_BROKEN) for table, problem in problems]


@contextlib.contextmanager
def opened(path: str, name: str) -> t.Iterator[t.BinaryIO]:
    """A file of an export, which is no link to another."""
    with os.fdopen(os.open(os.path.join(path, name), os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        yield file


def value_of(path: str, table: Exported, column: str) -> str | None:
    """What the first row of a table has in a column whose values need no escapes."""
    place = [name for name, _type in table.columns].index(column)
    with opened(path, table.file) as file:
        value = _fields(file.readline())[place].decode()
    return None if value == "\\N" else value


def _fault(path: str, table: Exported, tenant: str) -> str | None:
    sink, rows, foreign = Sink(), 0, 0
    try:
        with opened(path, table.file) as file:
            for line in file:
                sink.write(line)
                rows += 1
                fields = _fields(line)
                foreign += len(fields) != len(table.columns) or fields[table.place] != tenant.encode()
    except OSError as error:
        return f"can't be read: {error.strerror}"
    if sink.digest(rows) != table.digest:
        return "is not as it was written"
    return f"has {foreign} rows that are not this tenant's" if foreign else None


def _fields(line: bytes) -> list[bytes]:
    return line.rstrip(b"\n").split(b"\t")


@contextlib.contextmanager
def _locked(partial: str, path: str, option: str) -> t.Iterator[None]:
    """The lock is on the folder itself: it ends with the process, however that ends."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(partial, 0o700)
    folder = os.open(partial, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise LaunchError("another run is writing it.", option=option, value=path, remedy="Wait for it, or give another path.") from error
    finally:
        os.close(folder)


@contextlib.contextmanager
def _problems(path: str, option: str) -> t.Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LaunchError(
            f"it can't be used: {error.strerror}.", option=option, value=path, remedy="See that its folder exists on this host and is the user's own.",
        ) from error


def _beside(path: str) -> tuple[str, str]:
    """The folder that the export is made in, and what it is called until it is whole."""
    parent, name = os.path.split(os.path.abspath(path))
    return parent, os.path.join(parent, f".{name}.partial")


def _system(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def _sync(folder: str) -> None:
    opened_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened_folder)
    finally:
        os.close(opened_folder)
