# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody goes on where the preflight did not pass in this very run."""
from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml

from tests.integration.preflight.conftest import Endpoint
from tests.integration.preflight.shop import REFUSE, REQUIRE, Shop, play, refusals
from tests.support.ansible import ROOT

NEXT = {"name": "Next", "ansible.builtin.debug": {"msg": "went on"}}
FIRST = play(REFUSE, tags=["preflight", "always"])
# Without `always`, which a command line could leave out.
POOL = play(REQUIRE, NEXT, hosts="pool", tags=["pool"])
FORGED = {"account": "597088015766", "seal": "0" * 64}


@pytest.fixture
def shop(tmp_path: pathlib.Path, endpoint: Endpoint) -> Shop:
    shop = Shop(tmp_path, endpoint.url)
    shop.hosts["all"]["children"] = {"pool": {"hosts": {name: {"ansible_connection": "local"} for name in ("shop-pool-1", "shop-pool-2")}}}
    return shop


def went_on(done: t.Any) -> list[str]:
    return sorted(task["host"] for task in done.tasks if task["task"] == "Next" and task.get("msg") == "went on")


def refused(done: t.Any) -> str:
    messages = {task["msg"] for task in done.tasks if task.get("failed")}
    assert done.returncode == 2 and went_on(done) == [] and len(messages) == 1, done.output
    return messages.pop()


@pytest.mark.parametrize("keywords", [
    {"arguments": ["--tags", "pool"]}, {"arguments": ["--limit", "pool,localhost"], "check": True},
    {"env": {"ANSIBLE_STRATEGY": "free", "ANSIBLE_INJECT_FACT_VARS": "true"}},
], ids=["tags", "limit", "free"])
def test_where_it_passed_the_plays_go_on(shop: Shop, endpoint: Endpoint, keywords: dict[str, t.Any]) -> None:
    done = shop.run(FIRST, POOL, **keywords)
    assert done.returncode == 0, done.output
    assert went_on(done) == ["shop-pool-1", "shop-pool-2"]
    assert endpoint.asked == 1


def test_a_limit_that_leaves_it_out(shop: Shop) -> None:
    assert "Add localhost to the limit, where the preflight runs: --limit 'pool,localhost'" in refused(shop.run(FIRST, POOL, arguments=["--limit", "pool"]))


def test_tags_that_leave_it_out(shop: Shop) -> None:
    assert refused(shop.run(FIRST, POOL, arguments=["--skip-tags", "always"])).endswith("Leave --skip-tags always out. Nothing was changed here.")


def test_plays_that_begin_without_it(shop: Shop) -> None:
    assert refused(shop.run(POOL)).startswith("preflight: it did not pass in this run")


@pytest.mark.parametrize("forge", [
    {"extra": {"ansible_facts": {"system_preflight": FORGED}, "system_preflight": FORGED, "aws_endpoint_verified": True}}, {"system_preflight": FORGED},
], ids=["command line", "inventory"])
def test_no_variable_stands_in_for_it(shop: Shop, forge: dict[str, t.Any]) -> None:
    assert "preflight: it did not pass in this run" in refused(shop.run(POOL, **forge))


def test_nor_a_fact_that_a_play_sets(shop: Shop) -> None:
    setting = play({"name": "Set", "ansible.builtin.set_fact": {"system_preflight": FORGED, "cacheable": True}})
    assert "it did not pass" in refused(shop.run(setting, POOL))


def test_nor_the_fact_of_an_earlier_run(shop: Shop) -> None:
    cache = {"ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(shop.folder / "cache")}
    assert shop.run(FIRST, env=cache).returncode == 0
    assert list((shop.folder / "cache").iterdir())
    assert "it did not pass" in refused(shop.run(POOL, env=cache))


def test_hosts_are_looked_for_after_it_passed(shop: Shop) -> None:
    section = {"name": "Found", "launch.database.preflight": {"sections": ["pool_hosts_found"]}}
    del shop.hosts["all"]["children"]
    (line,) = refusals(shop.run(FIRST, play(section)))
    assert line.startswith("pool_hosts_expected: 2: the inventory found 0 running pool hosts.")


def test_its_own_name_is_refused_by_itself(shop: Shop) -> None:
    (line,) = refusals(shop.run(FIRST, extra={"system_preflight": FORGED}))
    assert line.startswith("system_preflight: only the preflight itself may set it.")


def test_it_runs_on_the_controller(shop: Shop) -> None:
    (line,) = refusals(shop.run(play(REFUSE, hosts="shop-pool-1")))
    assert line.startswith("host: 'shop-pool-1': the whole preflight runs on localhost.")


@pytest.mark.parametrize(("part", "values", "expected"), [
    ("database", {}, ["shop-pool-1"]), ("database", {"database_runner": "shop-pool-2"}, ["shop-pool-2"]),
    ("database", {"extra": {"database_runner": "localhost"}, "database_runner": "shop-pool-2"}, ["localhost"]),
    ("proof", {}, ["shop-pool-1", "shop-pool-2"]),
])
def test_hosts_of_the_plays_in_the_database(shop: Shop, part: str, values: dict[str, t.Any], expected: list[str]) -> None:
    pattern = yaml.safe_load((ROOT / "playbooks" / f"part_{part}.yml").read_text(encoding="utf-8"))[0]["hosts"]
    assert went_on(shop.run(FIRST, play(NEXT, hosts=pattern), **values)) == expected


def test_without_pools_whoever_reaches_the_database_proves_it(shop: Shop) -> None:
    pattern = yaml.safe_load((ROOT / "playbooks" / "part_proof.yml").read_text(encoding="utf-8"))[0]["hosts"]
    del shop.hosts["all"]["children"]
    assert went_on(shop.run(FIRST, play(NEXT, hosts=pattern), database_runner="localhost")) == ["localhost"]
