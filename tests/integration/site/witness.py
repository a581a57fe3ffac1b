# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who reads the process list all the time; as root, so the hosts' processes are in it as well."""
from __future__ import annotations

import pathlib
import threading

PAUSE = 0.05  # seconds


class Witness:
    """Gathers the arguments of every process that lives while it watches.

    A process that lives shorter than the pause can slip through; what ansible starts takes longer.
    """

    def __init__(self) -> None:
        self.arguments: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Witness:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(PAUSE):
            for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                self._read(file)

    def _read(self, file: pathlib.Path) -> None:
        try:
            self.arguments.add(file.read_text(errors="replace").replace("\0", " "))
        except OSError:
            return  # it ended between the listing and the reading
