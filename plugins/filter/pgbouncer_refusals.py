# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what is wrong with the variables of the role pgbouncer."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.variables import check


def pgbouncer_refusals(variables: t.Mapping[str, t.Any]) -> list[str]:
    """A sentence for each thing that is wrong: option, value, problem, remedy; never a secret."""
    return [error.message for error in check(variables)]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pgbouncer_refusals": pgbouncer_refusals}
