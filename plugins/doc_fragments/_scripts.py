# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations, as the action plugins hand them over."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  scripts:
    description: The files of O(locations). Filled in by the action plugin; not for playbooks.
    type: list
    elements: dict
    default: []
    suboptions:
      location:
        description: The one of O(locations) that it comes from.
        type: str
        required: true
      name:
        description: Path of the file, relative to its location.
        type: str
        required: true
      content:
        description: Its bytes in base64.
        type: str
        required: true
"""
