#!/usr/bin/env python3
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the unchanged site: wall time, CPU, tasks and AWS calls, against an earlier commit, other modules and Mitogen.

    python -m tests.benchmarks.site --rounds 3 --json reports/site.json

Everything is measured in one run, by turns, and compared by medians. The site of this checkout is built on the stack's profile
`sitetest`; the earlier commit has its own checkout and its own stack, the profile `site`; the peers keep the resources of the
former. Both stacks are begun anew and removed in the end, so that no other run may use them meanwhile. About seven minutes a
round and ten before the first, on two idle cores.
"""
from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import typing as t

from local import profiles, stack
from tests.benchmarks import measure
from tests.benchmarks.measure import ROOT, Run, RunError
from tests.benchmarks.peers.gather import gather

BEFORE = "068a7c2"
# In this checkout, and in the earlier one.
INVENTORIES = ("inventories/launch/local", "inventories/local")
SITE = ROOT / "tests" / "integration" / "site" / "inventory"
PEERS = ROOT / "tests" / "benchmarks" / "peers" / "site.yml"
LIMIT = 1200  # seconds that no run may take
BUILDS = 3  # runs until nothing changes any more: one, but for what waits for something
AIMS = {"cpu": 0.45, "calls": 45, "tasks": 70, "slowest": 1.0, "average": 0.9}


class Resource(t.NamedTuple):
    """A kind of resource, and the modules that keep it.

    :arg whole: they are compared by all that one run takes for all resources of the kind, not by one execution: where one side
      has a task for all of them.
    """

    name: str
    ours: tuple[str, ...]
    peers: tuple[str, ...]
    whole: bool = False


RESOURCES = (
    Resource("secret", ("launch.database.db_secret",), ("community.aws.secretsmanager_secret",)),
    Resource("parameter group", ("launch.database.rds_parameter_group",), ("amazon.aws.rds_instance_param_group",)),
    Resource("instance", ("launch.database.rds_instance",), ("amazon.aws.rds_instance",)),
    Resource(
        "database roles", ("launch.database.postgres_role",),
        ("community.postgresql.postgresql_user", "community.postgresql.postgresql_membership"), whole=True,
    ),
)


@dataclasses.dataclass(frozen=True)
class Kind:
    """A way of running, by turns with the others.

    :arg environment: added to the environment of the run.
    """

    name: str
    command: tuple[str, ...]
    folder: pathlib.Path
    log: pathlib.Path
    environment: dict[str, str]

    def run(self) -> Run:
        return measure.run(self.command, self.folder, self.environment, self.log, LIMIT)


def inventory_of(folder: pathlib.Path) -> pathlib.Path:
    """The local inventory of a checkout, wherever it is kept there."""
    for name in INVENTORIES:
        if (folder / name).is_dir():
            return folder / name
    raise RunError(f"{folder}: has none of {', '.join(INVENTORIES)}. Name its local inventory in INVENTORIES.")


def extract(commit: str, folder: pathlib.Path) -> None:
    """Put the tree of a commit into a folder."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        raise RunError(f"{commit}: git has no such commit. Fetch the whole history (git fetch --unshallow), or name another by --before.")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)


def without_bytecode(folder: pathlib.Path) -> dict[str, str]:
    """An environment in which only Python's own library has bytecode, as in a fresh installation by uv.

    Python looks for all bytecode in the folder, and writes none.
    """
    environment = {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    library = [sys.executable, "-m", "compileall", "-qq", "-j", "0", "-x", "/(site-packages|test|tests)/", sysconfig.get_path("stdlib")]
    # What of the library is there for other Pythons only can't be compiled.
    subprocess.run(library, env=os.environ | environment, check=False)
    return environment


def accelerated(command: tuple[str, ...]) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "bin" / "accelerate"), *command)


def site_command(folder: pathlib.Path, *inventories: pathlib.Path) -> tuple[str, ...]:
    sources = [word for source in inventories for word in ("-i", str(source))]
    return ("ansible-playbook", str(folder / "playbooks" / "site.yml"), *sources)


def kinds(before: pathlib.Path | None, temporary: pathlib.Path, plain: dict[str, str]) -> list[Kind]:
    """All ways of running, in the order of their turns.

    :arg before: the earlier checkout, if there is one.
    :arg plain: the environment without bytecode.
    """
    log, settings = profiles.find("sitetest").log, {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
    ours = site_command(ROOT, inventory_of(ROOT) / "hosts.yml", SITE)
    peers = ("ansible-playbook", str(PEERS), "-i", str(inventory_of(ROOT) / "hosts.yml"), "-i", str(SITE), "-e", f"@{temporary / 'peers.json'}")
    found = [
        Kind("ours, without bytecode", ours, ROOT, log, settings | plain),
        Kind("ours", ours, ROOT, log, settings),
        Kind("ours, Mitogen", accelerated(ours), ROOT, log, settings),
        Kind("peers", peers, ROOT, log, settings),
        Kind("peers, Mitogen", accelerated(peers), ROOT, log, settings),
    ]
    if before is None:
        return found
    then = site_command(before, inventory_of(before))
    log, settings = before / "local" / "state" / "site" / "endpoint.log", {"ANSIBLE_CONFIG": str(before / "ansible.cfg")}
    return [Kind("before, without bytecode", then, before, log, settings | plain), Kind("before", then, before, log, settings), *found]


@contextlib.contextmanager
def our_stack() -> t.Iterator[None]:
    """The profile `sitetest`, begun anew."""
    profile = profiles.find("sitetest")
    stack.down(profile, say)
    stack.up(profile, say)
    try:
        yield
    finally:
        stack.down(profile, say)


@contextlib.contextmanager
def their_stack(folder: pathlib.Path) -> t.Iterator[None]:
    """The profile `site` of an earlier checkout, by its own program."""
    local = [sys.executable, "-m", "local"]
    subprocess.run([*local, "up", "--profile", "site"], cwd=folder, check=True)
    try:
        yield
    finally:
        subprocess.run([*local, "down", "--profile", "site"], cwd=folder, check=True)


def build(kind: Kind) -> None:
    """Run until nothing changes."""
    for _ in range(BUILDS):
        if not kind.run().changed:
            return
    raise RunError(f"{kind.name}: changes something in each of {BUILDS} runs, so that there is no unchanged one to measure")


def rounds(kinds: t.Sequence[Kind], count: int) -> dict[str, list[Run]]:
    """Runs of all kinds by turns."""
    found: dict[str, list[Run]] = {kind.name: [] for kind in kinds}
    for number in range(count):
        for kind in kinds:
            run = kind.run()
            if run.changed:
                raise RunError(f"{kind.name}: changed {', '.join(run.changed)}, so that it was no unchanged run")
            found[kind.name].append(run)
            say(f"round {number + 1} of {count}: {kind.name}: {run.wall:.1f} s, {run.cpu:.1f} s CPU")
    return found


def seconds(runs: t.Sequence[Run], resource: Resource, actions: tuple[str, ...]) -> float | None:
    """What a kind of resource takes by these modules: the median over all runs; None where none of them ran."""
    times = [[time for action in actions for time in run.seconds_of(action, whole=resource.whole)] for run in runs]
    found = [sum(of_run) for of_run in times if of_run] if resource.whole else [time for of_run in times for time in of_run]
    return statistics.median(found) if found else None


def compare_tasks(ours: t.Sequence[Run], peers: t.Sequence[Run]) -> list[dict[str, t.Any]]:
    """Our task times against the peers', for each kind of resource that both have."""
    rows = []
    for resource in RESOURCES:
        mine, theirs = seconds(ours, resource, resource.ours), seconds(peers, resource, resource.peers)
        if mine is not None and theirs is not None:
            rows.append({"resource": resource.name, "ours": round(mine, 2), "peer": round(theirs, 2), "ratio": round(mine / theirs, 2)})
    return rows


def report(found: dict[str, list[Run]]) -> dict[str, t.Any]:
    """What was measured, beside what was aimed at."""
    medians = {name: measure.median(runs) for name, runs in found.items()}
    tasks = compare_tasks(found["ours"], found["peers"])
    ratios = [row["ratio"] for row in tasks]
    aims = [
        aim("tasks of a run", medians["ours"]["tasks"], AIMS["tasks"]),
        aim("AWS calls of a run", medians["ours"]["calls"], AIMS["calls"]),
        aim("slowest task against its peer", max(ratios, default=None), AIMS["slowest"]),
        aim("tasks against their peers, average", round(statistics.mean(ratios), 2) if ratios else None, AIMS["average"]),
    ]
    if "before" in medians:
        for name, ours, before in (
            ("CPU against before as it was installed", "ours", "before, without bytecode"),
            ("CPU against before, both without bytecode", "ours, without bytecode", "before, without bytecode"),
            ("CPU against before, both with bytecode", "ours", "before"),
        ):
            aims.append(aim(name, round(medians[ours]["cpu"] / medians[before]["cpu"], 2), AIMS["cpu"]))
    return {"runs": medians, "tasks": tasks, "aims": aims}


def aim(name: str, measured: float | None, at_most: float) -> dict[str, t.Any]:
    return {"aim": name, "at_most": at_most, "measured": measured, "reached": measured is not None and measured <= at_most}


def text(found: dict[str, t.Any]) -> str:
    """A report for a person."""
    lines = [f"{'':28}{'wall s':>8}{'CPU s':>8}{'tasks':>7}{'calls':>7}"]
    lines += [f"{name:28}{run['wall']:8.1f}{run['cpu']:8.1f}{run['tasks']:7}{run['calls']:7}" for name, run in found["runs"].items()]
    lines += ["", f"{'one task, s':28}{'ours':>8}{'peer':>8}{'ratio':>7}"]
    lines += [f"{row['resource']:28}{row['ours']:8.2f}{row['peer']:8.2f}{row['ratio']:7.2f}" for row in found["tasks"]]
    lines += ["", f"{'aim':48}{'at most':>8}{'is':>8}"]
    lines += [
        f"{row['aim']:48}{row['at_most']:8}{'-' if row['measured'] is None else row['measured']:>8}  {'' if row['reached'] else 'not reached'}".rstrip()
        for row in found["aims"]
    ]
    lines += ["", "AWS calls of one run of ours:"]
    lines += [f"{count:5} {name}" for name, count in found["runs"]["ours"]["calls_by_name"].items()]
    return "\n".join(lines)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def measure_all(count: int, commit: str | None) -> dict[str, t.Any]:
    """Build what is compared, and measure it.

    :arg commit: the earlier one; None for none.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stacks:
        temporary, before = pathlib.Path(name), None
        if commit:
            before = temporary / "before"
            before.mkdir()
            extract(commit, before)
            stacks.enter_context(their_stack(before))
        stacks.enter_context(our_stack())
        found = {kind.name: kind for kind in kinds(before, temporary, without_bytecode(temporary / "bytecode"))}
        for one in ("before", "ours"):
            if one in found:
                build(found[one])
        keep(gather(profiles.find("sitetest")), temporary / "peers.json")
        build(found["peers"])
        return report(rounds(list(found.values()), count))


def keep(variables: dict[str, t.Any], path: pathlib.Path) -> None:
    """Write variables down for our own eyes: they hold verifiers."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(variables), encoding="utf-8")


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = measure.command_line("Measure the unchanged site.")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each kind is run (default 3)")
    parser.add_argument("--before", default=BEFORE, help=f"the commit to compare with (default {BEFORE}); empty for none")
    options = parser.parse_args(arguments)
    return measure.publish(lambda: measure_all(options.rounds, options.before), text, options.json)


if __name__ == "__main__":
    sys.exit(main())
