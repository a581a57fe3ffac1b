# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the tests come by Flyway, with a Maven that fetches nothing."""
from __future__ import annotations

import hashlib
import pathlib
import tarfile

import pytest

from local.errors import StackError
from tests.support import flyway

VERSION = "9.22.3"


@pytest.fixture
def archive(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """What Maven copies to where it is told; its calls are a file beside it."""
    made = tmp_path / "made"
    (made / f"flyway-{VERSION}").mkdir(parents=True)
    (made / f"flyway-{VERSION}" / "flyway").write_text("#!/bin/sh\n")
    file = tmp_path / "it.tar.gz"
    with tarfile.open(file, "w:gz") as members:
        members.add(made / f"flyway-{VERSION}", f"flyway-{VERSION}")
    programs = tmp_path / "programs"
    programs.mkdir()
    script = f'#!/bin/sh\necho "$@" >>{tmp_path}/calls\nfor word; do case $word in -DoutputDirectory=*) cp {file} "${{word#*=}}";; esac; done\n'
    (programs / "mvn").write_text(script)
    (programs / "mvn").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(flyway, "INSTALLED", tmp_path / "installed")
    monkeypatch.setitem(flyway.ARCHIVES, VERSION, hashlib.sha256(file.read_bytes()).hexdigest())
    return file


def calls(archive: pathlib.Path) -> list[str]:
    file = archive.with_name("calls")
    return file.read_text().splitlines() if file.exists() else []


def test_it_is_fetched_once_and_by_its_coordinates(archive: pathlib.Path) -> None:
    assert flyway.installed(VERSION).home == flyway.INSTALLED / f"flyway-{VERSION}"
    assert (flyway.installed(VERSION).home / "flyway").exists()
    (call,) = calls(archive)
    assert f"-Dartifact=org.flywaydb:flyway-commandline:{VERSION}:tar.gz:linux-x64" in call
    assert [path.name for path in flyway.INSTALLED.iterdir()] == [f"flyway-{VERSION}"], "nothing else stays"


def test_another_archive_is_refused(archive: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(flyway.ARCHIVES, VERSION, "0" * 64)
    with pytest.raises(StackError, match="is not the archive that the tests know: its SHA-256 is"):
        flyway.installed(VERSION)
    assert not list(flyway.INSTALLED.iterdir())


def test_without_maven_it_says_so(archive: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StackError, match="this needs Maven, which is not installed here: make test installs it"):
        flyway.installed(VERSION)
