# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the login's secret and the keys on the controller: the module runs where the database can be reached."""
from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.launch.database.plugins.plugin_utils._context_key import NEXT_KEY, context_keys
from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction
from ansible_collections.launch.database.plugins.plugin_utils._secret import SecretMissing

PLANNED = "key_secret_planned"


class ActionModule(PostgresAction):
    """Hand login and keys to the module of the same name."""

    def _arguments(self) -> dict[str, t.Any]:
        arguments = super()._arguments()
        try:
            return {**arguments, **context_keys(arguments, self._secrets, optional=(NEXT_KEY,))}
        except SecretMissing as error:
            if not boolean(arguments.get(PLANNED), strict=False):
                raise
            return {**arguments, "missing_secret": error.value}
