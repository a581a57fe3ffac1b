#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what a check takes with many tenants in the inventory, against one; and what one call of postgres_tenant takes for many.

    python -m tests.benchmarks.tenants --count 10000 --rounds 3 --json reports/tenants.json
    PYTHONPATH=.collections python -m tests.benchmarks.tenants --calls --count 1000

Without --calls it begins the stack's profile `sitetest` anew, makes the tenants, and measures checks of the site by turns. No other run
may use the profile meanwhile. With it, a server of its own is all that it takes.
"""
from __future__ import annotations

import contextlib
import json
import pathlib
import statistics
import sys
import tempfile
import time
import typing as t

from local import profiles
from tests.benchmarks import measure
from tests.benchmarks.measure import ROOT, Run
from tests.benchmarks.site import SITE, Kind, aim, build, inventory_of, our_stack, rounds, site_command

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AIM = 1.15
# Seconds that 1000 tenants may take in one call.
CALL_AIM = 2.0
ACTOR = "01JAMZ0000BENCHMARK0000000"
# What is changed of each tenant, call by call; {} is a call that has nothing to do.
CALLS: dict[str, dict[str, t.Any]] = {
    "registered": {}, "status": {"status": "suspended"}, "settings": {"settings": {"plan": "basic", "seats": 5}}, "domain": {"domain": "d{}.example"},
    "all three": {"status": "active", "settings": {"plan": "large"}, "domain": "t{}.example"}, "nothing": {},
}


def tenant(number: int) -> dict[str, str]:
    """A tenant; its id is a number in the digits of ULIDs."""
    digits, rest = "", number
    for _ in range(20):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return {"id": f"01JAMZ{digits}", "name": f"Tenant {number}", "domain": f"t{number}.example"}


def write_inventory(folder: pathlib.Path, count: int) -> pathlib.Path:
    """An inventory source that has only tenants; JSON is YAML."""
    (folder / "group_vars" / "all").mkdir(parents=True)
    (folder / "hosts.yml").write_text("all: {}\n", encoding="utf-8")
    tenants = {"database_schema_tenants": [tenant(number) for number in range(count)]}
    (folder / "group_vars" / "all" / "tenants.yml").write_text(json.dumps(tenants, indent=1), encoding="utf-8")
    return folder


def kind(folder: pathlib.Path, count: int, *switches: str) -> Kind:
    """Runs with so many tenants."""
    inventory = write_inventory(folder / f"{count}{''.join(switches)}", count)
    command = (*site_command(ROOT, inventory_of(ROOT) / "hosts.yml", SITE, inventory), *switches)
    return Kind(f"{count} tenants", command, ROOT, profiles.find("sitetest").log, {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")})


def report(found: dict[str, list[Run]]) -> dict[str, t.Any]:
    """What was measured, beside what was aimed at; the first is what the last is compared with."""
    medians = {name: measure.median(runs) for name, runs in found.items()}
    few, *_others, many = medians.values()
    aims = [aim(f"{what} of many against few", round(many[what] / few[what], 2), AIM) for what in ("wall", "cpu")]
    return {"runs": medians, "aims": aims}


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [f"{'':28}{'wall s':>8}{'CPU s':>8}"]
    lines += [f"{name:28}{run['wall']:8.1f}{run['cpu']:8.1f}" for name, run in found["runs"].items()]
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def measure_all(count: int, times: int) -> dict[str, t.Any]:
    """Make the tenants, and measure checks with one and with all of them."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stacks:
        folder = pathlib.Path(name)
        stacks.enter_context(our_stack())
        build(kind(folder, count))
        return report(rounds([kind(folder, some, "--check") for some in (1, count)], times))


def measure_calls(count: int, times: int) -> dict[str, t.Any]:
    """Seconds of each call, all that the module does in it: connect, read, plan, apply, read again."""
    # Only here: the modules are found where PYTHONPATH says.
    from tests.benchmarks.context import ours
    from tests.support.platform import LAUNCH_NAMES, groups
    from tests.support.postgres import MASTER, running_database

    with running_database() as server:
        for group in groups(LAUNCH_NAMES):
            server.execute(f"create role {group} nologin; grant {group} to current_user with inherit false, set true")
        ours(server)
        login = {
            "login_host": server.server.address, "login_port": server.server.port, "login_user": MASTER, "login_password": server.passwords[MASTER],
            "login_db": server.name, "ca_cert": str(server.server.ca_file), "names": LAUNCH_NAMES, "actor": ACTOR,
        }
        found: dict[str, list[float]] = {}
        for turn in range(times):
            for name, changes in CALLS.items():
                found.setdefault(name, []).append(_call(login, _changed(range(turn * count, (turn + 1) * count), changes), changes or name == "registered"))
        return report_calls(found, count)


def _changed(numbers: range, changes: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    domain = changes.get("domain")
    return [{**tenant(number), **changes, **({"domain": domain.format(number)} if domain else {})} for number in numbers]


def _call(login: dict[str, t.Any], tenants: list[dict[str, t.Any]], changes: t.Any) -> float:
    """Seconds of one call. RunError if it does not end as it should."""
    from local.modules import run_module

    begin = time.monotonic()
    outcome = run_module("postgres_tenant", {**login, "tenants": tenants})
    taken = time.monotonic() - begin
    if outcome.get("failed") or outcome["changed"] is not bool(changes):
        raise measure.RunError(f"A call did not do what it should: {outcome.get('msg', outcome['changed'])}")
    return taken


def report_calls(found: dict[str, list[float]], count: int) -> dict[str, t.Any]:
    """Medians, beside what was aimed at for so many."""
    medians = {name: round(statistics.median(values), 2) for name, values in found.items()}
    return {"calls": medians, "count": count, "aims": [aim(f"seconds: {name}", seconds, CALL_AIM * count / 1000) for name, seconds in medians.items()]}


def text_calls(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [f"{found['count']} tenants in one call"]
    lines += [f"{row['aim']}: {row['measured']}, at most {row['at_most']}{'' if row['reached'] else ': not reached'}" for row in found["aims"]]
    return "\n".join(lines)


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = measure.command_line("Measure checks with many tenants.")
    parser.add_argument("--count", type=int, default=10000, help="how many tenants (default 10000)")
    parser.add_argument("--calls", action="store_true", help="measure calls of postgres_tenant, not checks of a site")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is run (default 3)")
    options = parser.parse_args(arguments)
    if options.calls:
        return measure.publish(lambda: measure_calls(options.count, options.rounds), text_calls, options.json)
    return measure.publish(lambda: measure_all(options.count, options.rounds), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
