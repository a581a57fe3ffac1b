# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the AWS modules reach AWS."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
notes:
  - An endpoint that can't be reached is reported within seconds. Patience and retries can be changed with O(aws_config).
  - Calls that AWS throttles are tried again.
"""
