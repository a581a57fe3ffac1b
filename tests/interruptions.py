#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill site.yml at random moments, and see whether the next run reaches the state of a run nobody killed.

    python -m tests.interruptions --moments 10 --seed 1

Takes about two minutes a moment; prints one line for each. Not part of `make test`, which kills at chosen places.
"""
from __future__ import annotations

import argparse
import random
import sys
import time

from tests.integration.site.account import Account
from tests.integration.site.playbooks import finish, site, start


def kill_after(seconds: float) -> str:
    """Start site.yml and kill it, as `kill -9` does; the last task that it had begun."""
    started = start("site.yml")
    time.sleep(seconds)
    started.process.kill()
    text = finish(started).text
    return ([line for line in text.splitlines() if line.startswith("TASK")] or ["no task"])[-1]


def differences(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    return [name for name in wanted if found.get(name) != wanted[name]]


def try_moment(account: Account, seconds: float, wanted: dict[str, str]) -> bool:
    account.begin_anew()
    last = kill_after(seconds)
    again = site()
    differing = differences(account.state(), wanted) if again.returncode == 0 else ["site.yml failed"]
    verdict = "same state" if not differing else f"DIFFERS in {', '.join(differing)}"
    print(f"killed after {seconds:5.1f} s, at {last.strip(' *')}: {verdict} after {again.seconds:.0f} s more", flush=True)
    if again.returncode:
        print(again.text[-4000:], flush=True)
    return not differing


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill site.yml at random moments, and finish it.")
    parser.add_argument("--moments", type=int, default=10, help="how many times to kill it (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random moments (default 1)")
    options = parser.parse_args()
    account = Account()
    account.begin_anew()
    whole = site()
    if whole.returncode:
        print(whole.text[-4000:])
        return 1
    wanted = account.state()
    print(f"nobody killed it: {whole.seconds:.0f} s, {len(wanted)} things compared; seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    moments = [chance.uniform(1, whole.seconds) for moment in range(options.moments)]
    same = [try_moment(account, seconds, wanted) for seconds in moments]
    account.remove()
    print(f"{sum(same)} of {len(same)} reached the same state")
    return int(not all(same))


if __name__ == "__main__":
    sys.exit(main())
