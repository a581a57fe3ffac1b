# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.launch.database.plugins.plugin_utils._preflight import reach
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Reach, Settings, World, judge

PLAYBOOKS = pathlib.Path(__file__).parents[5] / "playbooks"
MACHINES = {"pool_hosts_list": [{"name": "pool-1"}, {"name": "pool-2"}]}
FOUND = {"pool": ["pool-2", "pool-1"], "others": ["bastion"]}
NONE = {"others": ["bastion"]}
DIRECT = {"system_pool": "none"}


def judged(limit, parts, groups, **values):
    """As Ansible would match plain names."""
    settings = Settings(values, world=World(groups=groups))
    hosts = {play.pattern: matching(play.pattern, groups) for play in reach.plays(settings)}
    words = {host for word in (limit or "").split(",") for host in matching(word, groups)}
    left = {pattern: [host for host in found if limit is None or host in words] for pattern, found in hosts.items()}
    world = World(groups=groups, reach=Reach(frozenset(parts), limit, hosts, left))
    return judge(reach.CHECKS, Settings(values, world=world))


def matching(word, groups):
    return groups.get(word) or [word for hosts in [["localhost"], *groups.values()] if word in hosts][:1]


@pytest.mark.parametrize(("limit", "parts", "groups", "values", "words"), [
    pytest.param(None, reach.PARTS, FOUND, MACHINES, None, id="no limit"),
    pytest.param(None, reach.PARTS, NONE, MACHINES, None, id="no limit and machines to be made"),
    pytest.param("localhost,pool-1", reach.PARTS, FOUND, MACHINES, None, id="the first pool host reaches the database"),
    pytest.param("localhost,pool-2", ["pool"], FOUND, MACHINES, None, id="any will do for the pools"),
    pytest.param("localhost", ["aws"], FOUND, MACHINES, None, id="the account alone"),
    pytest.param("localhost", [], FOUND, MACHINES, None, id="parts that nobody named"),
    pytest.param("localhost,pool-2", reach.PARTS, FOUND, MACHINES, "the database. Use --limit 'localhost,pool-2,pool-1'", id="another pool host"),
    pytest.param("localhost", ["pool"], FOUND, MACHINES, "the pools. Use --limit 'localhost,pool-2'", id="no pool host"),
    pytest.param("localhost", reach.PARTS, FOUND, MACHINES, "the pools, the database, the proof of isolation.", id="nobody"),
    pytest.param("localhost,bastion", ["schema"], FOUND, MACHINES | {"database_runner": "bastion"}, None, id="a runner"),
    pytest.param("localhost,bastion", ["rls"], FOUND, MACHINES | {"database_runner": "bastion"}, "the proof of isolation.", id="a runner is no pool host"),
    pytest.param("localhost,pool", ["schema"], FOUND, MACHINES | {"database_runner": "bastion"}, "--limit 'localhost,pool,bastion'", id="without the runner"),
    pytest.param("localhost", ["partitions"], FOUND, MACHINES | {"system_audit_partitions": False}, None, id="no partitions"),
    pytest.param("localhost", ["heads"], FOUND, MACHINES, None, id="no heads"),
    pytest.param("localhost", ["heads"], FOUND, MACHINES | {"audit_heads_destination": {"folder": "/srv"}}, "the database.", id="heads"),
    pytest.param("localhost", ["rls"], FOUND, MACHINES | {"system_tenants": False}, None, id="no tenants"),
    pytest.param("localhost", ["rls"], {"database_runner": ["bastion"]}, DIRECT, "the database, the proof of isolation.", id="no pools"),
    pytest.param("localhost", ["schema"], NONE, DIRECT | {"database_runner": "localhost"}, None, id="the controller"),
    pytest.param("localhost", ["pool", "schema"], NONE, MACHINES, "--limit 'localhost,pool-1'", id="machines to be made"),
    pytest.param("localhost,pool-*", ["pool", "schema"], NONE, MACHINES, None, id="machines to be made that the limit means"),
    pytest.param("localhost,pool-2", ["schema"], NONE, MACHINES, "--limit 'localhost,pool-2,pool-1'", id="the second machine to be made"),
    pytest.param("localhost,pool", ["schema"], NONE, MACHINES, None, id="the group of machines to be made"),
    pytest.param("localhost", ["pool", "schema", "rls"], NONE, {}, None, id="no machines at all"),
    pytest.param("localhost,@failed", ["pool", "schema"], NONE, MACHINES, None, id="a limit that says more than names"),
])
def test_a_limit_that_leaves_nobody(limit, parts, groups, values, words):
    errors = judged(limit, parts, groups, **values)
    assert [(error.option, error.value) for error in errors] == ([("--limit", limit)] if words else [])
    assert all(words in error.message for error in errors)


@pytest.mark.parametrize(("pattern", "groups", "remedy"), [
    ("bastion", FOUND, None), ("others", FOUND, None), ("localhost", FOUND, None), ("pool", NONE, None), ("pool-2", NONE, None),
    ("bastoin", FOUND, "Did you mean bastion?"), ("zzz", FOUND, "Name a host or a group of the inventory that reaches the database, or localhost."),
])
def test_somebody_works_in_the_database(pattern, groups, remedy):
    errors = judged(None, [], groups, **MACHINES, database_runner=pattern)
    assert [(error.option, error.value, error.remedy) for error in errors] == ([("database_runner", pattern, remedy)] if remedy else [])


@pytest.mark.parametrize(("tags", "skipped", "expected"), [
    (["all"], [], {"pool", "rls"}), (["tagged"], [], {"pool", "rls"}), (["rls", "aws"], [], {"rls"}), (["preflight"], [], set()), (["untagged"], [], set()),
    (["all"], ["pool"], {"rls"}), (["all"], ["all"], set()), (["all"], ["tagged"], set()),
])
def test_parts_that_tags_select(tags, skipped, expected):
    assert reach.selected(["pool", "rls"], tags, skipped) == expected


@pytest.mark.parametrize("name", ["site", "aws", "pool", "schema", "audit_partitions", "audit_heads", "rls"])
def test_each_playbook_names_the_parts_that_it_has(name):
    first, *others = yaml.safe_load((PLAYBOOKS / f"{name}.yml").read_text(encoding="utf-8"))
    behind = {
        "part_aws.yml": {"aws"}, "part_hosts.yml": set(), "part_pool.yml": {"pool"}, "part_heads.yml": {"heads"}, "part_proof.yml": {"rls"}, "part_summary.yml": set(),
    }
    parts = set()
    for play in others:
        book = play["ansible.builtin.import_playbook"]
        parts |= behind[book] if book in behind else set((play.get("vars") or {}).get("database_parts", ["schema", "partitions", "rls"]))
    assert set(first["vars"]["preflight_parts"]) == parts
