# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import yaml

from tests.support.ansible import ROOT


def test_a_fresh_host_gets_package_lists_and_one_that_has_the_driver_needs_no_archive() -> None:
    tasks = yaml.safe_load((ROOT / "roles" / "database_runner" / "tasks" / "main.yml").read_text(encoding="utf-8"))
    (driver,) = [task for task in tasks if "ansible.builtin.apt" in task]
    assert driver["ansible.builtin.apt"]["update_cache"] is True
    assert driver["when"] == "__database_runner_driver.stdout != 'installed'"
