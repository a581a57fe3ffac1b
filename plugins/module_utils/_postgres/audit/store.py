# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where heads and exports are kept outside of the database: a folder, or a bucket of S3 with Object Lock. Nothing is written twice.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import base64
import contextlib
import datetime
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import stat
import tempfile
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.options import destination_errors

OPTION = "destination"
# What a single PUT of S3 takes.
_LARGEST_PUT = 5 * 1024**3
_BLOCK = 1 << 20
# What a file is called until it is whole: hidden, by its name, some characters at random, and this.
_PARTIAL = ".partial"
_BEGUN = re.compile(r"\.[^/]+\.(?:json|jsonl\.gz)\.[a-z0-9_]{8}" + re.escape(_PARTIAL))
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


class Taken(LaunchError):
    """There is something of that name already."""


class Store(t.Protocol):
    """Names are relative and use slashes."""

    def names(self, prefix: str, after: str = "") -> list[str]:
        """The names that begin so and come after another one, in order."""

    def read(self, name: str) -> bytes:
        """All of a small one."""

    def open(self, name: str) -> t.ContextManager[t.BinaryIO]:
        """A large one, to be read once."""

    def put(self, name: str, content: bytes) -> None:
        """Keep something small. Taken if the name is."""

    def put_file(self, name: str, source: t.BinaryIO) -> None:
        """Keep a whole file. Taken if the name is."""

    def place(self, name: str) -> str:
        """Where it is, for people."""


class Folder:
    """A folder on the host that the module runs on. Who can write there can remove what is in it.

    :arg option: what its path is called where it comes from.
    """

    def __init__(self, path: str, option: str = f"{OPTION}.folder") -> None:
        self._root, self._option = pathlib.Path(path), option
        self._cleared = False

    def names(self, prefix: str, after: str = "") -> list[str]:
        if not self._root.is_dir():
            problem = "it is not a folder." if self._root.exists() else "there is no such folder."
            raise LaunchError(problem, option=self._option, value=str(self._root), remedy="Make one, for this user alone.")
        with self._reporting(str(self._root)):
            found = (path.relative_to(self._root).as_posix() for path in self._root.rglob("*") if path.is_file() and not path.name.startswith("."))
            return sorted(name for name in found if name.startswith(prefix) and name > after)

    def read(self, name: str) -> bytes:
        with self._reporting(self.place(name)):
            return (self._root / name).read_bytes()

    @contextlib.contextmanager
    def open(self, name: str) -> t.Iterator[t.BinaryIO]:
        with self._reporting(self.place(name)):
            file = (self._root / name).open("rb")
        with file:
            yield file

    def put(self, name: str, content: bytes) -> None:
        with self._new(name) as file:
            file.write(content)

    def put_file(self, name: str, source: t.BinaryIO) -> None:
        source.seek(0)
        with self._new(name) as file:
            shutil.copyfileobj(source, file)

    @contextlib.contextmanager
    def _new(self, name: str) -> t.Iterator[t.BinaryIO]:
        """A file that is there whole or not at all, and replaces none."""
        target = self._root / name
        with self._reporting(str(target)):
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._clear(name)
            temporary, handle = _begun(target)
            with os.fdopen(handle, "wb") as file:
                try:
                    yield file
                    file.flush()
                    os.fsync(handle)
                    os.fchmod(handle, 0o440)
                    os.link(temporary, target)
                except FileExistsError:
                    raise _taken(str(target)) from None
                finally:
                    os.unlink(temporary)
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _clear(self, name: str) -> None:
        """Once a run: what runs of this user for this database began and died over. Who is alive holds the lock of his file."""
        if self._cleared:
            return
        self._cleared = True
        for path in (self._root / name.split("/", 1)[0]).rglob(f".*{_PARTIAL}"):
            if _BEGUN.fullmatch(path.name):
                _remove_dead(path)

    @contextlib.contextmanager
    def _reporting(self, what: str) -> t.Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = f"it can't be used: {error.strerror or error}."
            raise LaunchError(problem, option=self._option, value=what, remedy="Give this user what it needs there.") from error

    def place(self, name: str) -> str:
        return str(self._root / name)


class Bucket:
    """A bucket of S3 with Object Lock: nobody removes or replaces what is in it before its time.

    :arg client: of S3.
    :arg prefix: of all names in the bucket.
    :arg lock_mode: GOVERNANCE or COMPLIANCE.
    :arg lock_days: for how long each object is locked.
    """

    def __init__(self, client: t.Any, bucket: str, prefix: str, lock_mode: str, lock_days: int) -> None:
        self._client, self._bucket, self._mode, self._days = client, bucket, lock_mode, lock_days
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        # As a header: boto3 has a name for it since 1.35 only, and distributions have older ones.
        client.meta.events.register("before-call.s3.PutObject", _only_new)
        self._refuse_unlocked()

    def _refuse_unlocked(self) -> None:
        """Without a lock, who can write can replace."""
        problem = None
        with _asking(self._bucket):
            if self._client.get_bucket_versioning(Bucket=self._bucket).get("Status") != "Enabled":
                problem = "its versioning is not enabled."
            elif not self._is_locked():
                problem = "it has no Object Lock."
        if problem:
            raise LaunchError(problem, option=f"{OPTION}.bucket", value=self._bucket, remedy="Take a bucket that was made with Object Lock.")

    def _is_locked(self) -> bool:
        try:
            found = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except _client_error() as error:
            if _code(error) == "ObjectLockConfigurationNotFoundError":
                return False
            raise
        return found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"

    def names(self, prefix: str, after: str = "") -> list[str]:
        """LaunchError where something was written over, or hidden by a delete marker: what is there under the name is not what was kept."""
        found, names = set(), []
        with _asking(self._bucket):
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix, **({"KeyMarker": self._prefix + after} if after else {}))
            for page in pages:
                for version in page.get("Versions", []):
                    names.append(version["Key"])
                found |= {marker["Key"] for marker in page.get("DeleteMarkers", [])}
        changed = sorted(found | {name for name in names if names.count(name) > 1}) if found or len(set(names)) < len(names) else []
        if changed:
            raise LaunchError(
                "it was deleted or written over; the version that was kept first is still there.", option=f"{OPTION}.bucket",
                value=f"s3://{self._bucket}/{changed[0]}", remedy="Find out who did it, and remove the versions that came later.",
            )
        return sorted(name for name in (key.removeprefix(self._prefix) for key in names) if name > after)

    def read(self, name: str) -> bytes:
        with self.open(name) as body:
            return body.read()

    @contextlib.contextmanager
    def open(self, name: str) -> t.Iterator[t.BinaryIO]:
        with _asking(self.place(name)):
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"]
        with contextlib.closing(body):
            yield body

    def put(self, name: str, content: bytes) -> None:
        self._put(name, content, hashlib.sha256(content).digest())

    def put_file(self, name: str, source: t.BinaryIO) -> None:
        if source.seek(0, os.SEEK_END) > _LARGEST_PUT:
            raise LaunchError(
                "it is larger than the 5 GiB that S3 takes at once.", option=f"{OPTION}.bucket", value=self.place(name), remedy="Export to a folder.",
            )
        source.seek(0)
        digest = hashlib.sha256()
        while block := source.read(_BLOCK):
            digest.update(block)
        source.seek(0)
        self._put(name, source, digest.digest())

    def _put(self, name: str, body: t.Any, digest: bytes) -> None:
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=self._days)
        try:
            with _asking(self.place(name)):
                self._client.put_object(
                    Bucket=self._bucket, Key=self._prefix + name, Body=body, ChecksumAlgorithm="SHA256", ChecksumSHA256=base64.b64encode(digest).decode(),
                    ObjectLockMode=self._mode, ObjectLockRetainUntilDate=until,
                )
        except LaunchError as error:
            if _code(error.__cause__) in _TAKEN:
                raise _taken(self.place(name)) from None
            raise

    def place(self, name: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{name}"


def store_from(given: t.Mapping[str, t.Any]) -> Store:
    """The store that a task names. LaunchError for none, or two."""
    raise_all(destination_errors(given, OPTION))
    if given.get("folder"):
        return Folder(given["folder"])
    bucket = given["bucket"]
    return Bucket(_s3(given), bucket, given.get("prefix") or "", given["lock_mode"], given["lock_days"])


def _s3(given: t.Mapping[str, t.Any]) -> t.Any:
    """A client with boto3's own credentials: those of the host, as of its instance profile."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise LaunchError(
            "boto3 is missing on the host that the module runs on.", option=f"{OPTION}.bucket", value=given["bucket"], remedy="Install python3-boto3.",
        ) from None
    with _asking(given["bucket"]):
        return boto3.session.Session().client(
            "s3", region_name=given.get("region"), endpoint_url=given.get("endpoint_url"),
            config=Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3}),
        )


def _only_new(params: dict[str, t.Any], **_event: t.Any) -> None:
    params["headers"]["If-None-Match"] = "*"


def _client_error() -> type[Exception]:
    from botocore.exceptions import ClientError

    return ClientError


def _code(error: t.Any) -> str:
    return getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)


@contextlib.contextmanager
def _asking(what: str) -> t.Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError, ValueError) as error:
        words = " ".join(str(getattr(error, "response", {}).get("Error", {}).get("Message") or error).split()).rstrip(".")
        raise LaunchError(
            f"it is refused by S3: {_code(error)}: {words}.", option=f"{OPTION}.bucket", value=what,
            remedy="See docs/audit.md for what the credentials of this host have to be allowed.",
        ) from error


def _begun(target: pathlib.Path) -> tuple[str, int]:
    """A new hidden file beside one that is to be, locked as long as it is open. One that somebody cleared away before it was locked is begun again."""
    while True:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=_PARTIAL, dir=target.parent)
        # A folder that knows no locks keeps what was begun there: nobody can tell who is alive.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink:
            return temporary, handle
        os.close(handle)


def _remove_dead(path: pathlib.Path) -> None:
    """Remove what was begun, unless it is somebody else's, or who began it is alive."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        found = os.fstat(handle)
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)
    except OSError:
        return
    finally:
        os.close(handle)


def _taken(place: str) -> Taken:
    return Taken("there is one already, and nothing is written over.", option=OPTION, value=place, remedy="Another run may have made it: run it again.")
