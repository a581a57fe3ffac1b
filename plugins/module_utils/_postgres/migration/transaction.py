# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the transaction of a script is still its own, and what came of it when nobody answered.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

COMMITTED = "committed"
ABORTED = "aborted"
UNKNOWN = "unknown"
_IN_PROGRESS = "in progress"
_PATIENCE = 10.0  # seconds

Reopen = t.Callable[[], t.ContextManager[Session]]


def ended_early(session: Session, transaction: str) -> bool:
    """Whether the session is in another transaction than this one, or in none."""
    return not session.in_transaction or session.value("SELECT pg_catalog.pg_current_xact_id()::text") != transaction


def outcome(reopen: Reopen, transaction: str, pause: t.Callable[[float], t.Any] = time.sleep) -> str:
    """COMMITTED, ABORTED, or UNKNOWN where the server can't be asked.

    :arg reopen: gives another session; the first one is broken.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(LaunchError), reopen() as session:
            status = session.value("SELECT pg_catalog.pg_xact_status(%s::pg_catalog.xid8)", (transaction,))
            if status != _IN_PROGRESS:
                return status or UNKNOWN
        if time.monotonic() >= until:
            return UNKNOWN
        pause(0.5)
