# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd unit of PgBouncer: what it is, and starting, reloading and restarting it.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import os
import time
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.service_plan import Unit

# Runs a command, given as a list; gives return code, standard output and standard error.
Run = t.Callable[[t.Sequence[str]], t.Tuple[int, str, str]]

_PROPERTIES = (
    "LoadState", "UnitFileState", "ActiveState", "MainPID",
    "ExecMainStartTimestampMonotonic", "StateChangeTimestampMonotonic", "FragmentPath", "DropInPaths",
)
_LOG_LINES = "15"


def show(run: Run, name: str) -> dict[str, str]:
    """The unit's properties. A unit that does not exist is no error: its LoadState says not-found."""
    returned, out, error = run(["systemctl", "show", name, "--property", ",".join(_PROPERTIES)])
    if returned != 0:
        raise LaunchError(
            f"systemd does not answer on this host: {_sentence(error)}",
            remedy="A pool host has to run systemd.",
        )
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)


def is_installed(shown: t.Mapping[str, str]) -> bool:
    return shown["LoadState"] == "loaded"


def to_unit(shown: t.Mapping[str, str]) -> Unit:
    return Unit(
        enabled=shown["UnitFileState"] == "enabled",
        active=shown["ActiveState"] in ("active", "reloading"),
        started=_epoch(shown["ExecMainStartTimestampMonotonic"]),
        loaded=_epoch(shown["StateChangeTimestampMonotonic"]),
        pid=int(shown["MainPID"]),
    )


def _epoch(microseconds: str) -> float | None:
    """systemd counts microseconds since boot; files have the time of day."""
    since_boot = int(microseconds) / 1e6
    return since_boot + time.time() - time.monotonic() if since_boot else None


def unit_files(shown: t.Mapping[str, str]) -> list[str]:
    paths = [shown["FragmentPath"], *shown["DropInPaths"].split()]
    return [path for path in paths if path]


def change_times(paths: t.Iterable[str]) -> dict[str, float]:
    """When each file last changed. A file that is not there has no time: PgBouncer names it when it loads."""
    return {path: os.stat(path).st_ctime for path in paths if os.path.exists(path)}


def act(run: Run, verb: str, name: str) -> None:
    """Start, reload, restart or enable the unit. The error carries the end of its log."""
    if verb in ("start", "restart"):
        run(["systemctl", "daemon-reload"])
        run(["systemctl", "reset-failed", name])
    returned, _out, error = run(["systemctl", verb, name])
    if returned != 0:
        log = run(["journalctl", "--no-pager", "--output=cat", "--lines", _LOG_LINES, "--unit", name])[1]
        raise LaunchError(f"{name} did not {verb}: {_sentence(error)}\n{log.strip()}")


def _sentence(words: str) -> str:
    return f"{words.strip().rstrip('.')}."
