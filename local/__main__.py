# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local stack: an AWS endpoint on loopback with real servers behind it.

images      build what is missing of the images
preflight   say what this machine lacks, in one sentence
up          start the stack, unless it runs
status      show what there is of it
down        remove it
"""

from __future__ import annotations

import argparse
import json
import sys

from local import images, machine, profiles, stack
from local.containers import write_settings
from local.errors import StackError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0, or 1 after one sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except StackError as error:
        print(f"local stack: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--profile", choices=profiles.PROFILES, default="site", help="which stack (default: site)")
    parser.add_argument("--json", action="store_true", help="status as JSON")
    return parser


def _images(_options: argparse.Namespace) -> None:
    machine.check_root()
    write_settings()
    for name in images.ensure():
        print(f"built {name}")


def _preflight(options: argparse.Namespace) -> None:
    profile = profiles.find(options.profile)
    if stack.answers(profile):
        return
    machine.check_host()
    machine.check_subnet(profile)
    if not stack.processes(profile):  # a stack that hangs is removed by `up`
        machine.check_port(profile)


def _up(options: argparse.Namespace) -> None:
    machine.check_root()
    stack.up(profiles.find(options.profile), print)


def _down(options: argparse.Namespace) -> None:
    machine.check_root()
    stack.down(profiles.find(options.profile), print)


def _status(options: argparse.Namespace) -> None:
    found = stack.status(profiles.find(options.profile))
    if options.json:
        print(json.dumps(found, indent=2))
        return
    state = "runs" if found["running"] else "does not run"
    print(f"The local stack {found['profile']} {state}: {found['endpoint']}, log {found['log']}")
    for one in found["containers"]:
        print(f"  {one['name']}  {one['state']}  {one['address'] or ''}".rstrip())


COMMANDS = {"images": _images, "preflight": _preflight, "up": _up, "status": _status, "down": _down}


if __name__ == "__main__":
    sys.exit(main())
