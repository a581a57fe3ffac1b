# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the login's secret on the controller: the module runs where the database can be reached."""
from __future__ import annotations

from ansible_collections.launch.database.plugins.plugin_utils._postgres_action import PostgresAction


class ActionModule(PostgresAction):
    """Hand the login to the module of the same name."""
