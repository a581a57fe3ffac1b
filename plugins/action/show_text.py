# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show text as it is, whatever callback shows the results."""
from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """What a callback makes of a result is its own affair; what is displayed beside it has no form but its own."""

    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec({"text": {"type": "str", "required": True}})
        Display().display(options["text"].rstrip("\n"))
        return {**result, "changed": False}
