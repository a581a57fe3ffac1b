# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import testinfra

from tests.support.pool_host import INVENTORY, NAME


@pytest.fixture(scope="module")
def first():
    """The one host of the tests that run the playbook again."""
    return testinfra.get_host(f"ansible://{NAME}", ansible_inventory=str(INVENTORY), sudo=True)
