# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a script waits for, and how far it is, as a second connection sees it.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import threading
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.other_session import SHOWN, OtherSession
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.transaction import Reopen
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_FIRST_LOOK, _LOOKS = 0.05, 0.25  # seconds
_TOLD_EVERY = 5.0  # seconds
# Those in front of a process in the queue for a lock, and those who have it.
_BLOCKERS = f"""\
SELECT {SHOWN}
FROM unnest(pg_catalog.pg_blocking_pids(%s)) b(pid) JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid"""
_INDEX_BUILD = """\
SELECT phase, blocks_done, blocks_total FROM pg_catalog.pg_stat_progress_create_index WHERE pid = %s"""


class Watch:
    """What is known about the script that runs. The fields are read and set by two threads; each is set as a whole.

    :arg tell: gets a line about a long run, and its seconds.
    """

    def __init__(self, reopen: Reopen, pid: int, tell: t.Callable[[str, float], t.Any]) -> None:
        self._reopen, self._pid, self._tell = reopen, pid, tell
        self._closed = threading.Event()
        self._doing: tuple[object, float] | None = None
        self._blockers: dict[int, OtherSession] = {}

    def begin(self, doing: object) -> None:
        """A script, or a statement of it, begins.

        :arg doing: what ``str()`` tells of; it is asked only when that is told.
        """
        since = time.monotonic() if self._doing is None else self._doing[1]
        self._doing = (doing, since)

    def end(self) -> None:
        """The script is over."""
        self._doing = None

    def forget(self) -> None:
        """Those who were waited for before are of no interest any more."""
        self._blockers = {}

    @property
    def blockers(self) -> list[OtherSession]:
        """Those who were seen in the way since forget()."""
        return list(self._blockers.values())

    def follow(self) -> None:
        """Look until close(); the thread's whole life. Who can't look sees nothing, and says nothing."""
        while not self._closed.wait(_FIRST_LOOK):
            if self._is_long():
                with contextlib.suppress(LaunchError), self._reopen() as session:
                    self._look(session)
                self._closed.wait(_LOOKS)

    def close(self) -> None:
        self._closed.set()

    def _is_long(self) -> bool:
        doing = self._doing
        return doing is not None and time.monotonic() - doing[1] >= _FIRST_LOOK

    def _look(self, session: Session) -> None:
        """For as long as something runs."""
        told = time.monotonic()
        while not self._closed.is_set() and (doing := self._doing) is not None:
            seen = {blocker.pid: blocker for blocker in (OtherSession(**row) for row in session.rows(_BLOCKERS, (self._pid,)))}
            self._blockers = {**self._blockers, **seen}
            if time.monotonic() - told >= _TOLD_EVERY:
                told = time.monotonic()
                self._tell(_sentence(str(doing[0]), list(seen.values()), session.rows(_INDEX_BUILD, (self._pid,))), told - doing[1])
            self._closed.wait(_LOOKS)


@contextlib.contextmanager
def watched(reopen: Reopen, pid: int, tell: t.Callable[[str, float], t.Any]) -> t.Iterator[Watch]:
    """A watch over the server process of a session.

    :arg reopen: gives another session, opened only when a script takes longer than a moment.
    """
    watch = Watch(reopen, pid, tell)
    thread = threading.Thread(target=watch.follow, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.close()
        thread.join(5)


def _sentence(doing: str, blockers: t.Sequence[OtherSession], builds: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    if blockers:
        return f"{doing}, behind {'; '.join(map(str, blockers))}"
    if builds:
        build = builds[0]
        return f"{doing}, {build['phase']}, {build['blocks_done']} of {build['blocks_total']} blocks"
    return doing
