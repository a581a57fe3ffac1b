# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import pathlib

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._trust import carry_out, plan_trust, read_folder

ONE = {"one": "CERT 1\n"}
SETTLED = {"one.crt": "CERT 1\n", "ca.pem": "CERT 1\n"}


@pytest.mark.parametrize(("certificates", "actual", "keep", "changes"), [
    pytest.param(ONE, {}, None, SETTLED, id="nothing yet"),
    pytest.param(ONE, SETTLED, None, {}, id="as it should be"),
    pytest.param({"one": "CERT 1"}, SETTLED, None, {}, id="without a last line's end"),
    pytest.param(ONE, {"ca.pem": "CERT 1\n"}, None, {"one.crt": "CERT 1\n"}, id="a file is missing"),
    pytest.param(ONE, {**SETTLED, "ca.pem": "old\n"}, None, {"ca.pem": "CERT 1\n"}, id="an old bundle"),
    pytest.param(
        ONE, {**SETTLED, "two.crt": "CERT 2\n"}, [], {"two.crt": None}, id="a host that is gone",
    ),
    pytest.param(ONE, {**SETTLED, "two.crt": "CERT 2\n"}, ["two"], {"ca.pem": "CERT 1\nCERT 2\n"}, id="a host of another play"),
    pytest.param(ONE, {**SETTLED, "two.crt": "CERT 2\n"}, None, {"ca.pem": "CERT 1\nCERT 2\n"}, id="a limited run keeps all"),
])
def test_what_clients_trust_is_planned(certificates, actual, keep, changes):
    assert plan_trust(certificates, actual, keep) == changes


def test_a_plan_is_carried_out_and_leaves_nothing_to_do(tmp_path: pathlib.Path):
    folder = tmp_path / "made" / "pool"
    carry_out(folder, plan_trust(ONE, read_folder(folder), []))
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    assert plan_trust(ONE, read_folder(folder), []) == {}
    carry_out(folder, plan_trust({"two": "CERT 2"}, read_folder(folder), []))
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"two.crt": "CERT 2\n", "ca.pem": "CERT 2\n", "note.txt": "mine"}
    assert {oct(path.stat().st_mode & 0o777) for path in folder.glob("*.crt")} == {"0o644"}


def test_what_is_no_certificate_and_no_bundle_is_neither_read_nor_removed(tmp_path: pathlib.Path):
    (tmp_path / "folder.crt").mkdir()
    for name in ("note.txt", "b.crt", "a.crt", "ca.pem", "ca.pem.old"):
        (tmp_path / name).write_text("ü", encoding="utf-8")
    assert list(read_folder(tmp_path).items()) == [("a.crt", "ü"), ("b.crt", "ü"), ("ca.pem", "ü")]
    assert read_folder(tmp_path / "missing") == {}


@pytest.fixture(name="steps")
def fixture_steps(monkeypatch):
    """What is put where others see it, in order."""
    steps = []
    replace, unlink = os.replace, pathlib.Path.unlink
    monkeypatch.setattr(os, "replace", lambda source, path: steps.append((path.name, source)) or replace(source, path))
    monkeypatch.setattr(pathlib.Path, "unlink", lambda path, **options: steps.append((path.name, None)) or unlink(path, **options))
    return steps


def test_the_bundle_comes_after_all_that_it_is_made_of(tmp_path: pathlib.Path, steps):
    (tmp_path / "old.crt").write_text("CERT 0", encoding="utf-8")
    carry_out(tmp_path, {"ca.pem": "all", "z.crt": "Z", "old.crt": None, "a.crt": "ü"})
    assert [name for name, _source in steps] == ["a.crt", "old.crt", "z.crt", "ca.pem"]
    assert {pathlib.Path(source).parent for _name, source in steps if source} == {tmp_path}, "another file system could not replace it in one step"
    assert all(pathlib.Path(source).name.startswith(".") for _name, source in steps if source)
    assert read_folder(tmp_path) == {"a.crt": "ü", "z.crt": "Z", "ca.pem": "all"}


def test_what_somebody_else_removed_meanwhile_is_removed(tmp_path: pathlib.Path):
    carry_out(tmp_path, {"old.crt": None})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_a_file_that_can_not_be_put_there_leaves_the_old_one_and_nothing_half_done(tmp_path: pathlib.Path, monkeypatch, step):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    (tmp_path / "ca.pem").write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(OSError, match="No space"):
        carry_out(tmp_path, {"ca.pem": "new"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"ca.pem": "old"}


def test_a_file_that_vanished_is_no_other_error(tmp_path: pathlib.Path, monkeypatch):
    def refuse(source, _path):
        os.unlink(source)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="Input/output"):
        carry_out(tmp_path, {"ca.pem": "new"})


def test_a_folder_that_is_made_is_read_by_all_and_written_by_its_user(tmp_path: pathlib.Path):
    before = os.umask(0)
    try:
        carry_out(tmp_path / "pool", SETTLED)
    finally:
        os.umask(before)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "pool", *(tmp_path / "pool").iterdir())} == {
        "pool": "0o755", "one.crt": "0o644", "ca.pem": "0o644",
    }
