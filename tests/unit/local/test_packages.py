# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine is to have."""

from __future__ import annotations

from local.packages import HOST_PACKAGES
from local.paths import PACKAGE


def test_bootstrap_installs_all_of_it() -> None:
    installed = (PACKAGE.parent / "bin" / "bootstrap").read_text(encoding="utf-8").split()
    assert set(HOST_PACKAGES) <= set(installed)
