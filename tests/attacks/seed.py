# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run draws by: the commit, so that each commit draws otherwise and a run can be had again."""
from __future__ import annotations

import os
import subprocess

from tests.support.ansible import ROOT

VARIABLE = "LAUNCH_ATTACKS_SEED"


def seed() -> int:
    """The number in the environment, else one of the commit; 0 where there is none."""
    given = os.environ.get(VARIABLE)
    if given:
        return int(given)
    done = subprocess.run(["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(done.stdout, 16) if done.returncode == 0 else 0
