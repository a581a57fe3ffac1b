# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import yaml

from tests.support.ansible import ROOT


def test_a_fresh_host_without_package_lists_gets_them_and_another_run_does_not_fetch_them_again() -> None:
    tasks = yaml.safe_load((ROOT / "roles" / "database_runner" / "tasks" / "main.yml").read_text(encoding="utf-8"))
    (driver,) = [task["ansible.builtin.apt"] for task in tasks if "ansible.builtin.apt" in task]
    assert driver["update_cache"] is True
    assert driver["cache_valid_time"] >= 3600
