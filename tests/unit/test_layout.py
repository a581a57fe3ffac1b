# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where tests belong: those of this folder need no server and start no Ansible, so that they stay a matter of seconds."""
from __future__ import annotations

import pathlib
import re

HERE = pathlib.Path(__file__).resolve()
STARTS_ANSIBLE = re.compile(r"\brun_(playbook|playbook_file|module)\b|\bPLAYBOOK\b|with_name\(\"(ansible[\w-]*|molecule)\"\)")


def test_no_unit_test_starts_ansible() -> None:
    files = [path for path in HERE.parent.rglob("*.py") if path != HERE]
    assert [path.name for path in files if STARTS_ANSIBLE.search(path.read_text(encoding="utf-8"))] == []
