# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins of an inventory as roles of a database."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.role.platform import login_roles


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"login_roles": login_roles}
