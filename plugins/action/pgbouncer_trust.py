# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep on the controller what clients trust of the pool hosts."""
from __future__ import annotations

import pathlib
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.launch.database.plugins.plugin_utils._trust import carry_out, plan_trust, read_folder


class ActionModule(ActionBase):
    """All of it happens here: the files are the controller's."""

    # The copies are no part of the system, so that check mode has nothing to say of them.
    _supports_check_mode = False
    _supports_async = False
    _requires_connection = False
    _VALID_ARGS = frozenset(("folder", "certificates", "keep"))

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec({
            "folder": {"type": "path", "required": True},
            "certificates": {"type": "dict", "required": True},
            "keep": {"type": "list", "elements": "str"},
        })
        folder = pathlib.Path(arguments["folder"])
        changes = plan_trust(arguments["certificates"], read_folder(folder), arguments["keep"])
        try:
            if changes:
                carry_out(folder, changes)
        except OSError as error:
            reason = f"folder: {str(folder)!r}: can't be written: {error.strerror}. Give one on the controller that this user may write."
            return {**result, "failed": True, "msg": reason}
        return {**result, "changed": bool(changes), "files": sorted(changes)}
