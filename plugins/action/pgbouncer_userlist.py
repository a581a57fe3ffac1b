# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the verifiers of the users on the controller: pool hosts need no access to secrets."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._login_secrets import with_login_secrets
from ansible_collections.launch.database.plugins.plugin_utils._secret_action import SecretAction

# The secret's field for each option of a user.
FIELDS = {"verifier": "scram_verifier"}


class ActionModule(SecretAction):
    """Hand names and verifiers to the module of the same name."""

    SOURCE = "secret_source"

    def _arguments(self) -> dict[str, t.Any]:
        arguments = super()._arguments()
        users, missing = with_login_secrets(arguments.get("users"), "users", FIELDS, self._secrets)
        return {**arguments, "users": users, "missing_secrets": missing}
