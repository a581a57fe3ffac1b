# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a drift report goes, and that somebody who asked for a place gets that one or an error."""
from __future__ import annotations

import pathlib
import tempfile

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._drift.file import find_place, write_json

# Nobody makes anything there, root neither.
READ_ONLY = "/proc"


def test_the_usual_place_is_beneath_the_current_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_place(None) == str(tmp_path / "reports" / "drift.json")


def test_in_a_folder_that_is_read_only_it_is_a_temporary_one(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(READ_ONLY)
    place = pathlib.Path(find_place(None))
    assert place.name == "drift.json" and place.parent.parent == tmp_path
    assert place.parent.stat().st_mode & 0o077 == 0


def test_what_was_asked_for_is_taken_and_its_folder_made(tmp_path: pathlib.Path) -> None:
    place = find_place(str(tmp_path / "new" / "report.json"))
    write_json(place, {"verdict": "unknown"})
    assert '"unknown"' in (tmp_path / "new" / "report.json").read_text(encoding="utf-8")


def test_looking_for_a_place_leaves_nothing_there(tmp_path: pathlib.Path) -> None:
    find_place(str(tmp_path / "report.json"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [f"{READ_ONLY}/drift.json", f"{READ_ONLY}/new/drift.json", "/"])
def test_what_was_asked_for_and_can_not_be_written_is_refused(path: str) -> None:
    with pytest.raises(LaunchError) as caught:
        find_place(path)
    assert (caught.value.option, caught.value.value) == ("LAUNCH_DRIFT_REPORT", path)
    assert caught.value.remedy
