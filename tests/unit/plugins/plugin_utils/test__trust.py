# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

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
