# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the login's secret and the key on the controller: the module runs where the database can be reached."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._context_key import context_keys
from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction


class ActionModule(PostgresAction):
    """Hand login and key to the module of the same name."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """What waits for a change is not looked at: neither secret nor login need be there yet."""
        waits_for = self._task.args.get("waits_for")
        if not waits_for:
            return super().run(tmp, task_vars)
        sentence = f"Isolation was not looked at, since this has not been done yet: {'; '.join(waits_for)}."
        return {"changed": False, "skipped": True, "msg": sentence, "not_looked_at": waits_for}

    def _arguments(self) -> dict[str, t.Any]:
        arguments = super()._arguments()
        return {**arguments, **context_keys(arguments, self._secrets)}
