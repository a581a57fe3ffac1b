# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timer that is shipped starts the playbook that there is, and more often than a head may be old."""
from __future__ import annotations

import configparser
import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
UNITS = ROOT / "examples" / "audit_heads"


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False)
    read.optionxform = str
    read.read(UNITS / name)
    return read


def test_the_timer_starts_the_playbook_each_hour() -> None:
    service, timer = unit("audit-heads.service"), unit("audit-heads.timer")
    playbook = service["Service"]["ExecStart"].split()[1]
    assert (ROOT / playbook).is_file()
    assert (timer["Timer"]["OnCalendar"], timer["Timer"]["Persistent"]) == ("hourly", "true")
    defaults = yaml.safe_load((ROOT / "roles" / "audit_heads" / "defaults" / "main.yml").read_text())
    delay = int(timer["Timer"]["RandomizedDelaySec"].removesuffix("min"))
    assert 60 + delay < defaults["audit_heads_max_age"] < 120


def test_a_schedule_makes_a_head_each_time() -> None:
    *_others, heads = yaml.safe_load((ROOT / "playbooks" / "audit_heads.yml").read_text())
    assert heads["vars"] == {"heads_now": True}


def test_a_schedule_is_told_what_is_kept() -> None:
    """Its text is tried in tests/integration/postgres/test_ansible.py."""
    (play,) = yaml.safe_load((ROOT / "playbooks" / "part_heads.yml").read_text())
    task = play["tasks"][-1]
    assert "audit_heads_sentence" in task["launch.database.show_text"]["text"] and task["when"] == "heads_now | default(false)"
