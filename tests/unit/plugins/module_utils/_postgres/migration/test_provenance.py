# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchErrors
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import History
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.provenance import provenance_of, shown
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load

HISTORY = History("public", "flyway_schema_history")
LF, CRLF = (load({"sql": {"V1__a.sql": content}}, lambda path: {}) for content in (b"SELECT 1;\n", b"SELECT 1;\r\n"))
KEPT = {(1, "V1__a.sql"): {"sha256": LF[0].sha256, "commit": "abc"}}


@pytest.mark.parametrize(("rank", "state", "scripts", "same"), [
    (1, "Success", LF, True),
    (1, "Success", CRLF, False),
    (1, "Missing", [], None),
    (1, "Deleted", CRLF, None),
    (1, "Undone", CRLF, None),
    (1, "Superseded", CRLF, None),
])
def test_a_file_is_compared_byte_for_byte_with_the_row_that_stands(rank, state, scripts, same):
    assert LF[0].checksum == CRLF[0].checksum
    found = shown({"rank": rank, "script": "V1__a.sql", "state": state}, KEPT, scripts)
    assert found == {"sha256": LF[0].sha256, "commit": "abc", "same_file": same}


@pytest.mark.parametrize(("rank", "script"), [(2, "V1__a.sql"), (1, "V2__b.sql"), (None, "V1__a.sql")])
def test_what_nobody_kept_is_nothing(rank, script):
    assert shown({"rank": rank, "script": script, "state": "Success"}, KEPT, LF) is None


def test_all_that_is_wrong_is_said_at_once():
    words = {"commit": "a\0", "controller": "x" * 201, "job": "1"}
    with pytest.raises(LaunchErrors) as refused:
        provenance_of({"provenance_table": HISTORY.table, "provenance": words}, HISTORY)
    assert [error.option for error in refused.value.errors] == ["provenance_table", "provenance.commit", "provenance.controller"]


@pytest.mark.parametrize(("words", "kept"), [
    (None, {}), ({"commit": "", "job": "7"}, {"commit": None, "job": "7"}), ({"commit": "x" * 200}, {"commit": "x" * 200}),
])
def test_an_empty_word_is_kept_as_none(words, kept):
    assert provenance_of({"provenance_table": "kept", "provenance": words}, HISTORY).words == kept


@pytest.mark.parametrize("words", [None, {}, {"commit": ""}])
def test_without_a_table_nothing_is_kept(words):
    assert provenance_of({"provenance_table": None, "provenance": words}, HISTORY) is None
