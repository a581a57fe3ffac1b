# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in this process answer as their own programs would."""

from __future__ import annotations
import types

import pytest
from ansible.module_utils.basic import AnsibleModule

from local.modules import run_module


def main() -> None:
    module = AnsibleModule({"words": {"type": "str"}, "fails": {"type": "bool"}}, supports_check_mode=True)
    if module.params["words"]:
        module.warn(module.params["words"])
    if module.params["fails"]:
        module.fail_json(msg="refused")
    module.exit_json(check=module.check_mode)


@pytest.fixture(autouse=True)
def talking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.modules.importlib", types.SimpleNamespace(import_module=lambda _name: types.SimpleNamespace(main=main)))


@pytest.mark.parametrize("fails", [False, True])
def test_a_warning_is_of_the_module_that_gave_it_only(fails: bool) -> None:
    assert "look out" in str(run_module("any", {"words": "look out", "fails": fails})["warnings"])
    assert "warnings" not in run_module("any", {})


@pytest.mark.parametrize("check", [False, True])
def test_check_mode_and_failures_are_the_modules_own(check: bool) -> None:
    assert run_module("any", {}, check)["check"] is check
    assert run_module("any", {"fails": True}, check)["failed"] is True
