# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the migrations on the controller: the module runs where the database can be reached, without the files."""
from __future__ import annotations

import base64
import pathlib
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Hand the files of ``path`` to the module of the same name."""

    _supports_check_mode = True
    _supports_async = False
    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        path = self._task.args.get("path")
        if not path:
            raise AnsibleActionFail("path: is missing. Name the folder with the migrations on the controller.")
        arguments = {**self._task.args, "scripts": self._scripts(path)}
        result.update(self._execute_module(module_args=arguments, task_vars=task_vars))
        return result

    def _scripts(self, path: str) -> list[dict[str, str]]:
        # An absolute path as it is; another one beside the playbook or role, as ansible.builtin.copy looks for files.
        folder = pathlib.Path(self._loader.path_dwim_relative(self._loader.get_basedir(), "", path))
        if not folder.is_dir():
            raise AnsibleActionFail(f"path: {path!r}: is no folder on the controller. Mend the path; nothing was changed.")
        return [
            {"name": file.relative_to(folder).as_posix(), "content": base64.b64encode(file.read_bytes()).decode()}
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not _in_hidden_folder(file.relative_to(folder))
        ]


def _in_hidden_folder(path: pathlib.PurePath) -> bool:
    """Flyway skips hidden folders (Kubernetes mounts have some), but not hidden files."""
    return any(part.startswith(".") for part in path.parts[:-1])
