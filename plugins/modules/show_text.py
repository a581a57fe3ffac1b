# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the action plugin of the same name, which does all of it on the controller."""
from __future__ import annotations

DOCUMENTATION = r"""
module: show_text
short_description: Show text of several lines as it is
version_added: 0.1.0
description:
  - Shows a text line by line, whatever callback shows the results and however it is set. M(ansible.builtin.debug) shows one as a JSON string
    with C(\n) in it unless C(callback_result_format) is V(yaml), which is the setting of whoever runs the playbook.
  - The text is not part of the result.
options:
  text:
    description: What to show.
    type: str
    required: true
author:
  - launch.database contributors (!UNKNOWN)
extends_documentation_fragment:
  - launch.database._attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
notes:
  - Runs on the controller.
seealso:
  - module: ansible.builtin.debug
"""

EXAMPLES = r"""
- name: Summary
  launch.database.show_text:
    text: "{{ lookup('ansible.builtin.template', 'summary.txt.j2') }}"
"""

RETURN = r"""# """
