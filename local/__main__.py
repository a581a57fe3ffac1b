# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the local stack: ``python -m local images``."""

from __future__ import annotations

import argparse
import sys

from local import images
from local.containers import write_settings
from local.errors import StackError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0, or 1 after one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["images"])
    parser.parse_args(arguments)
    try:
        write_settings()
        for name in images.ensure():
            print(f"built {name}")
    except StackError as error:
        print(f"local stack: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
