# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real Flyway, in two versions, for who has to get along with it. It comes from Maven Central and brings its own Java."""
from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import typing as t
import urllib.parse

from local.errors import StackError
from local.locks import exclusive
from local.shell import run
from tests.support.ansible import ROOT

# The archive's SHA-256, by version.
ARCHIVES = {
    "9.22.3": "849c786360c4122653085abf3587cdfe3844bb4d8af38bd95d050ccb82867bb3",
    "11.8.0": "9c2b481abdf9e0838ed3c1d784e104b8ed7c956b769e95d3fba6b883ccf2dc5c",
}
INSTALLED = ROOT / ".cache" / "flyway"
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
FETCH_TIMEOUT = 600  # seconds
# Its Java starts in half the time, and does not take both cores for what runs for a second.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
COMMAND_TIMEOUT = 300  # seconds


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command of Flyway came to.

    :arg report: its output as data.
    :arg error: what it says where it failed.
    """

    code: int
    report: dict[str, t.Any]
    error: str

    @property
    def states(self) -> dict[str, str]:
        """Of info: the state of each script, by its path."""
        return {one["filepath"].rpartition("/")[2] if one["filepath"] else one["description"]: one["state"] for one in self.report["migrations"]}


@dataclasses.dataclass(frozen=True)
class Flyway:
    """An installed Flyway.

    :arg java: settings of its Java.
    """

    version: str
    java: str = JAVA

    @property
    def home(self) -> pathlib.Path:
        return INSTALLED / f"flyway-{self.version}"

    def run(self, connection: t.Mapping[str, t.Any], folders: t.Sequence[pathlib.Path], command: str, **settings: t.Any) -> Answer:
        """Run a command and wait for its end."""
        return self.answer(self.start(connection, folders, command, **settings))

    def start(self, connection: t.Mapping[str, t.Any], folders: t.Sequence[pathlib.Path], command: str, **settings: t.Any) -> subprocess.Popen[str]:
        """Start a command.

        :arg connection: the options of a database module.
        :arg settings: Flyway's own, with `_` for the dots in their names; `placeholders` is a mapping.
        """
        placeholders = settings.pop("placeholders", {})
        given = {
            "locations": ",".join(f"filesystem:{folder}" for folder in folders), "defaultSchema": "public", "outputType": "json",
            # It would add to one file of its working directory: two at once make it unreadable, for themselves and for all who come later.
            "reportEnabled": "false",
            **{name.replace("_", "."): value for name, value in settings.items()},
            **{f"placeholders.{name}": value for name, value in placeholders.items()},
        }
        arguments = [f"-{name}={value}" for name, value in given.items()]
        return subprocess.Popen(
            [str(self.home / "flyway"), "-skipCheckForUpdate", *arguments, command], env=self._environment(connection),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def answer(self, process: subprocess.Popen[str]) -> Answer:
        """Wait for the end of a command."""
        try:
            output, errors = process.communicate(timeout=COMMAND_TIMEOUT)
        finally:
            process.kill()
        try:
            report = json.loads(output)
        except json.JSONDecodeError as error:
            raise AssertionError(f"Flyway {self.version} gave no report: {output}{errors}") from error
        return Answer(process.returncode, report, report.get("error", {}).get("message", ""))

    def _environment(self, connection: t.Mapping[str, t.Any]) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FLYWAY_", "JAVA_"))}
        secured = urllib.parse.urlencode({"sslmode": connection.get("ssl_mode", "verify-full"), "sslrootcert": connection["ca_cert"]})
        return inherited | {
            "FLYWAY_URL": f"jdbc:postgresql://{connection['login_host']}:{connection['login_port']}/{connection['login_db']}?{secured}",
            "FLYWAY_USER": connection["login_user"], "FLYWAY_PASSWORD": connection["login_password"], "JAVA_ARGS": self.java, "LC_ALL": "C.UTF-8",
        }


def installed(version: str) -> Flyway:
    """One of the versions, fetched and unpacked if it is not there yet. StackError if it can't be had, or is another one than ours."""
    flyway = Flyway(version)
    with exclusive("flyway"):  # who comes second finds it
        if not flyway.home.is_dir():
            INSTALLED.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=INSTALLED) as folder:
                unpack(fetch(version, pathlib.Path(folder)), ARCHIVES[version], pathlib.Path(folder))
                # All of it or nothing: an interrupted run leaves no half of one.
                pathlib.Path(folder, flyway.home.name).rename(flyway.home)
    return flyway


def fetch(version: str, folder: pathlib.Path) -> pathlib.Path:
    """Have Maven fetch the archive; it keeps what it fetched for the next time."""
    if not shutil.which("mvn"):
        raise StackError("this needs Maven, which is not installed here: make test installs it")
    artifact = f"org.flywaydb:flyway-commandline:{version}:tar.gz:linux-x64"
    run(["mvn", "--batch-mode", "--quiet", FETCH, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"], timeout=FETCH_TIMEOUT)
    (archive,) = folder.glob("*.tar.gz")
    return archive


def unpack(archive: pathlib.Path, digest: str, folder: pathlib.Path) -> None:
    """Unpack an archive. StackError if it is not the one that the digest is of."""
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise StackError(f"{archive.name} is not the archive that the tests know: its SHA-256 is {found}")
    run(["tar", "--extract", "--gzip", f"--file={archive}", f"--directory={folder}"], timeout=FETCH_TIMEOUT)
