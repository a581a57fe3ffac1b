# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the secrets of the logins on the controller: the module runs where the database can be reached."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._login_secrets import with_login_secrets
from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction

# The secret's field for each option of a role.
FIELDS = {"password": "password", "password_verifier": "scram_verifier"}


class ActionModule(PostgresAction):
    """Hand login, passwords and verifiers to the module of the same name."""

    def _arguments(self) -> dict[str, t.Any]:
        arguments = super()._arguments()
        roles, missing = with_login_secrets(arguments.get("roles"), "roles", FIELDS, self._secrets)
        return {**arguments, "roles": roles, "missing_secrets": missing}
