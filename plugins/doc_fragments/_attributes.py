# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of the collection promises about check mode, diff and a second run."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: In check mode nothing but reads is done; the plan is what a run would do.
  diff_mode:
    support: full
    description: The difference holds exactly what changes, and never a secret.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
"""

    AWS_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    description: Use C(group/launch.database.aws) in C(module_defaults) to set options for all AWS modules of the collection.
    membership:
      - launch.database.aws
"""

    POSTGRES_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    description: Use C(group/launch.database.postgres) in C(module_defaults) to set options for all database modules of the collection.
    membership:
      - launch.database.postgres
"""
