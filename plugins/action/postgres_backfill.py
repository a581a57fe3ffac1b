# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the login's secret on the controller, and show how far a long run is."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._followed import followed_here
from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction


class ActionModule(PostgresAction):
    """Hand the login to the module of the same name."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        with followed_here(self, "backfill") as path:
            self._progress = path
            return super().run(tmp, task_vars)

    def _arguments(self) -> dict[str, t.Any]:
        return {**super()._arguments(), "progress_file": self._progress}
