# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bin/accelerate: what it refuses, and what it hands to Ansible. A site's run with it is in tests/integration/site."""
from __future__ import annotations

import importlib.machinery
import importlib.util
import pathlib
import re
import types

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def accelerate() -> types.ModuleType:
    """The program, which has no suffix."""
    loader = importlib.machinery.SourceFileLoader("accelerate", str(ROOT / "bin" / "accelerate"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("accelerate", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("core", "mitogen", "start", "remedy"),
    [
        pytest.param("2.18.3", "0.3.54", "ansible-core: '2.18.3'", "Run without FAST=1", id="an older core"),
        pytest.param("2.30.0", "0.3.54", "ansible-core: '2.30.0'", "Run without FAST=1", id="a newer core"),
        pytest.param("2.19.4", None, "mitogen: not installed", "pip install", id="no mitogen"),
        pytest.param("2.19.4", "0.3.20", "mitogen: '0.3.20'", "Install that", id="an older mitogen"),
        pytest.param("2.19.4", "0.4.0", "mitogen: '0.4.0'", "Install that", id="a newer mitogen"),
        pytest.param(None, "0.3.54", "ansible-core: not installed", "Call it with", id="no ansible"),
    ],
)
def test_what_it_was_not_tried_with_is_refused(
    accelerate: types.ModuleType, core: str | None, mitogen: str | None, start: str, remedy: str
) -> None:
    problem = accelerate.refusal(core, mitogen)
    assert problem.startswith(start) and remedy in problem


def test_what_it_was_tried_with_is_not(accelerate: types.ModuleType) -> None:
    assert accelerate.refusal("2.19.4", "0.3.54") is None


def test_the_range_is_the_one_that_is_installed(accelerate: types.ModuleType) -> None:
    wanted = [line for line in (ROOT / "requirements-fast.txt").read_text().splitlines() if not line.startswith("#")]
    assert wanted == [accelerate.MITOGEN]


def test_a_refusal_is_one_line_and_nothing_is_run(accelerate: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerate, "version", {"ansible-core": "2.30.1", "mitogen": None}.get)
    with pytest.raises(SystemExit, match=r"^ansible-core: '2\.30\.1'.*$"):
        accelerate.main(["ansible-playbook", "site.yml"])


def test_make_asks_for_it_only_with_fast() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "bin/accelerate" in line] == ["ACCELERATE := $(if $(FAST),python bin/accelerate)"]
    playbooks = re.findall(r"(\S+) ansible-playbook playbooks/", "\n".join(lines))
    assert playbooks == ["$(ACCELERATE)", "$(ACCELERATE)"]
