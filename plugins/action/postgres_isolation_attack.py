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

    def _arguments(self) -> dict[str, t.Any]:
        arguments = super()._arguments()
        return {**arguments, **context_keys(arguments, self._secrets)}
