# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that read the history of migrations."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  history_schema:
    description: Schema of the history table. Flyway calls it C(defaultSchema).
    type: str
    default: public
  table:
    description: Name of the history table.
    type: str
    default: flyway_schema_history
"""
