# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of every database module: it reads the login's secret, since the host that the module runs on may not.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._secret import Secrets, field, secrets_of, source_from

SECRET, SOURCE = "login_secret", "login_secret_source"
# The secret's field for each option that a task may leave out, in the words of AWS's own secrets.
FIELDS = {"login_host": "host", "login_port": "port", "login_user": "username", "login_password": "password", "login_db": "dbname"}


class PostgresAction(ActionBase):
    """Runs the module of the action's name with the options that its secret holds."""

    _supports_check_mode = True
    _supports_async = True
    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        try:
            arguments = self._arguments()
        except LaunchError as error:
            # Ansible would print each cause after the message, which says it already.
            raise AnsibleActionFail(error.message, result=error.as_result()) from None
        result.update(self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=bool(self._task.async_val)))
        return result

    def _arguments(self) -> dict[str, t.Any]:
        """What the module gets: the task's options without the key to the secrets, and the login."""
        given = {name: value for name, value in self._task.args.items() if name != SOURCE}
        return {**given, **self._login(given)}

    def _login(self, given: t.Mapping[str, t.Any]) -> dict[str, str]:
        """The options that the task leaves to the secret. No secret is read for a task that gives all of them."""
        name = given.get(SECRET)
        left = {option: key for option, key in FIELDS.items() if given.get(option) is None}
        if not name or not left:
            return {}
        content = self._secrets().read(name, SECRET)
        return {option: field(content, key, name, SECRET) for option, key in left.items()}

    def _secrets(self) -> Secrets:
        """Those of the task's source, each read once a task."""
        return secrets_of(self._task._uuid, source_from(SOURCE, self._task.args.get(SOURCE)))
