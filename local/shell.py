# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs than podman, with failures that say what was tried."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from local.errors import StackError


def run(command: Sequence[str], *, data: str | None = None, timeout: float = 60) -> str:
    """Run a program and return what it printed.

    :arg data: its standard input; secrets go here, never into the arguments.
    :arg timeout: seconds.
    Raises StackError: the program is missing, failed or took too long.
    """
    try:
        done = subprocess.run(command, input=data, capture_output=True, text=True, check=False, timeout=timeout)
    except FileNotFoundError as missing:
        raise StackError(f"{command[0]} is not installed: run the bootstrap script") from missing
    except subprocess.TimeoutExpired as slow:
        raise StackError(f"{command[0]} did not finish within {timeout:.0f} s") from slow
    if done.returncode:
        words = " ".join((done.stderr or done.stdout).splitlines()[-8:])
        raise StackError(f"{command[0]} failed (rc {done.returncode}): {words}")
    return done.stdout
