# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of every database module: it reads the login's secret.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._secret import field
from ansible_collections.launch.database.plugins.plugin_utils._secret_action import SecretAction

SECRET = "login_secret"
# The secret's field for each option that a task may leave out, in the words of AWS's own secrets.
FIELDS = {"login_host": "host", "login_port": "port", "login_user": "username", "login_password": "password", "login_db": "dbname"}


class PostgresAction(SecretAction):
    """Runs the module of the action's name with the login that its secret holds."""

    SOURCE = "login_secret_source"

    def _arguments(self) -> dict[str, t.Any]:
        given = super()._arguments()
        return {**given, **self._login(given)}

    def _login(self, given: t.Mapping[str, t.Any]) -> dict[str, str]:
        """The options that the task leaves to the secret. No secret is read for a task that gives all of them."""
        name = given.get(SECRET)
        left = {option: key for option, key in FIELDS.items() if given.get(option) is None}
        if not name or not left:
            return {}
        content = self._secrets().read(name, SECRET)
        return {option: field(content, key, name, SECRET) for option, key in left.items()}
