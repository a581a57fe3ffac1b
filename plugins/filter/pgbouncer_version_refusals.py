# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say why a version of PgBouncer may not be installed."""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._pgbouncer.versions import check_version


def pgbouncer_version_refusals(
    version: str,
    minimum: str,
    accept_legacy: bool,
    accepted: t.Sequence[str],
    weaknesses: t.Sequence[t.Mapping[str, t.Any]],
) -> list[str]:
    """A sentence for each reason: option, value, problem, remedy."""
    return [error.message for error in check_version(version, minimum, accept_legacy, accepted, weaknesses)]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pgbouncer_version_refusals": pgbouncer_version_refusals}
