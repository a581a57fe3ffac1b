# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how a long wait of a module goes, while the module runs.

The module writes what it waits for into a file that its action names, and a thread of the action shows each line. Where the
module can't write to that file, because it runs on another host, as another user or in the background, nothing is shown.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import pathlib
import tempfile
import threading
import typing as t

from ansible import constants
from ansible.utils.display import Display

from ansible_collections.launch.database.plugins.module_utils._progress import parse

POLL_SECONDS = 0.5

display = Display()


@contextlib.contextmanager
def followed(identifier: str | None) -> t.Iterator[str]:
    """A file in a folder that only this user may enter. What is written to it is shown until the end."""
    with tempfile.TemporaryDirectory(prefix="progress-", dir=constants.DEFAULT_LOCAL_TMP) as folder:
        path = pathlib.Path(folder, "lines")
        path.touch(mode=0o600)
        ended = threading.Event()
        thread = threading.Thread(target=_follow, args=(path, identifier, ended), daemon=True)
        thread.start()
        try:
            yield str(path)
        finally:
            ended.set()
            thread.join()


def followed_here(action: t.Any, identifier: str) -> t.ContextManager[str | None]:
    """The same for the module of an action; None where it runs on another host or in the background, since nobody can read along there."""
    here = action._connection.transport == "local" and not action._task.async_val
    return followed(identifier) if here else contextlib.nullcontext()


def _follow(path: pathlib.Path, identifier: str | None, ended: threading.Event) -> None:
    with path.open(encoding="utf-8") as file:
        rest = ""
        while True:
            last = ended.wait(POLL_SECONDS)
            *lines, rest = (rest + file.read()).split("\n")
            for line in lines:
                _show(identifier, *parse(line))
            if last:
                return


def _show(identifier: str | None, reason: str, seconds: int) -> None:
    # On stderr, so that a callback that writes JSON to stdout stays readable for programs.
    display.display(f"{identifier}: {reason}, waiting for {seconds} s", stderr=True)
