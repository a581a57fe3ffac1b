# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.export import folder, job, manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.folder import Sink
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest

CONTENT = b"1\tT\t\\N\n2\tT\ta\\tb\n"
COLUMNS = (("id", "text"), ("tenant_id", "text"), ("domain", "text"))


def exported(content, rows=2):
    return Exported("app", "a", "tenant_id", COLUMNS, "0001_app.a.copy", Digest(rows, len(content), hashlib.sha256(content).hexdigest()), True)


def export_of(content):
    return Manifest("T", "then", "A", "launch", "17.6", (), (exported(content, content.count(b"\n")),))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "export"


def write(path, content=CONTENT):
    found = export_of(content)
    with folder.written(str(path), "path") as writer:
        with writer.file("0001_app.a.copy") as file:
            file.write(content)
        with writer.file(manifest.NAME) as file:
            file.write(manifest.write(found))
    return found


def test_a_sink_knows_what_it_was_given():
    sink = Sink()
    for part in (b"1\tT\t\\N\n", b"2\tT\ta\\tb\n"):
        sink.write(part)
    assert sink.digest(2) == exported(CONTENT).digest


def test_what_is_written_has_no_faults(path):
    found = write(path)
    assert folder.load(str(path), "path") == found and folder.faults(str(path), found, "path") == []
    assert folder.value_of(str(path), found.tables[0], "domain") is None and folder.value_of(str(path), found.tables[0], "id") == "1"


@pytest.mark.parametrize("content", [CONTENT.replace(b"T", b"U", 1), b"1\tT\n", b"1\tT\tx\ty\n"])
def test_rows_that_are_not_the_tenants_are_a_fault_even_with_the_right_hash(path, content):
    found = write(path, content)
    (fault,) = folder.faults(str(path), found, "path")
    assert "has 1 rows that are not this tenant's" in fault.message


def test_nothing_is_left_of_what_was_not_finished(path):
    with pytest.raises(ZeroDivisionError), folder.written(str(path), "path") as writer:
        with writer.file("0001_app.a.copy") as file:
            file.write(b"x")
        raise ZeroDivisionError
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(LaunchError, match="it is not a path"):
        folder.check_path(path, "path")


@pytest.mark.parametrize("name", ["/nowhere/export", "export"])
def test_what_can_not_be_written_is_refused(tmp_path, name):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "somebodys").touch()
    with pytest.raises(LaunchError, match="it can't be used"):
        write(tmp_path / name)
    assert [entry.name for entry in tmp_path.iterdir()] == ["export"]


def test_a_folder_that_is_no_export_is_refused_with_what_is_wanted_there(tmp_path):
    with pytest.raises(LaunchError, match="it has no manifest.json, so it is no export. Give a path that is not there yet, or that of an earlier export"):
        folder.load(str(tmp_path), "path", job.NEW)
    with pytest.raises(LaunchError, match="Give the folder of an export."):
        folder.load(str(tmp_path), "path")


@pytest.mark.parametrize(("name", "words"), [
    ("nowhere/export", "No such file or directory"),
    ("file/export", "Not a directory"),
    ("x" * 250, "File name too long"),
    ("ends-in-a-file", "Not a directory"),
    ("ends-in-a-link", "Not a directory"),
    ("has-a-folder", "Is a directory"),
])
def test_what_could_not_be_written_is_known_before(tmp_path, name, words):
    for file in ("file", ".ends-in-a-file.partial"):
        (tmp_path / file).touch()
    (tmp_path / ".ends-in-a-link.partial").symlink_to(tmp_path)
    (tmp_path / ".has-a-folder.partial" / "somebodys").mkdir(parents=True)
    with pytest.raises(LaunchError, match=f"it can't be used: {words}") as refusal:
        folder.require_place(str(tmp_path / name), "path")
    assert refusal.value.option == "path"


def test_what_an_interrupted_run_left_is_no_hindrance(path):
    (path.parent / ".export.partial").mkdir()
    (path.parent / ".export.partial" / "0001_app.a.copy").touch()
    folder.require_place(f"{path}/", "path")
    write(path)
