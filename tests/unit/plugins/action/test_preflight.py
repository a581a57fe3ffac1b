# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action over an inventory of files; only AWS is a stand-in. What its rooms refuse has tests of its own."""
from __future__ import annotations

import functools
import os
import types

import pytest
import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ansible_collections.launch.database.plugins.action import preflight
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import boto, guard
from ansible_collections.launch.database.plugins.plugin_utils._preflight.collection import read_declared
from tests.integration.preflight.shop import PLATFORM, VARIABLES
from tests.support.ansible import ROOT

ACCOUNT = "597088015766"
REAL = {"aws_endpoint_scope": "aws", "aws_endpoint_url": "", "aws_endpoint_access_key": "", "aws_endpoint_secret_key": ""}
AWS = {service: f"https://{service}.us-west-2.amazonaws.com" for service in ("ec2", "rds")}
WITH_SHELL = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))


@functools.cache
def declared(roles):
    """Our own files say the same to every test."""
    return read_declared(DataLoader(), roles)


class Aws:
    """What boto3 would answer, and what it was asked."""

    def __init__(self):
        self.answer, self.endpoints, self.missing = ACCOUNT, AWS, []
        self.asked, self.profiles = 0, []

    def account(self, _settings):
        self.asked += 1
        return self._said(self.answer)

    def effective_endpoints(self, _services, region, profile):
        self.profiles.append((region, profile))
        return self._said(self.endpoints)

    def _said(self, answer):
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def aws(monkeypatch):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    account = Aws()
    monkeypatch.setattr(boto, "account", account.account)
    monkeypatch.setattr(boto, "effective_endpoints", account.effective_endpoints)
    monkeypatch.setattr(boto, "missing", lambda: account.missing)
    return account


class Shop:
    """A system whose preflight passes."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.monkeypatch = folder, monkeypatch
        self.write("sql/V2__a.sql", "create table a ();\n")
        self.write("ca.pem", "-----BEGIN CERTIFICATE-----\n")
        self.hosts = {"all": {"hosts": {"localhost": {}}}}
        self.variables = {**VARIABLES, "system_ca_file": str(folder / "ca.pem"), "database_schema_locations": [*PLATFORM, str(folder / "sql")]}
        self.secrets = []

    def write(self, name, content):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")

    def run(self, host="localhost", fact=None, extra=None, magic=None, args=None, check=False, async_val=0, **variables):
        """What the action returns.

        :arg fact: that an earlier task left on localhost.
        :arg magic: variables of Ansible's own.
        """
        self.write("inventory/hosts.yml", self.hosts)
        self.write("inventory/group_vars/all.yml", {name: value for name, value in (self.variables | variables).items() if value is not None})
        self.monkeypatch.setattr(preflight, "load_extra_vars", lambda _loader: extra or {})
        self.monkeypatch.setattr(preflight, "read_declared", lambda _loader, roles: declared(tuple(roles)))
        # One that was used before remembers what files held.
        loader = DataLoader()
        loader.set_basedir(str(self.folder / "playbooks"))
        loader.set_vault_secrets(self.secrets)
        inventory = InventoryManager(loader, [str(self.folder / "inventory" / "hosts.yml")])
        manager = VariableManager(loader, inventory)
        hosts = HostVars(inventory, manager, loader)
        if fact:
            manager.set_host_facts("localhost", {guard.FACT: fact})
        task_vars = {**manager.get_vars(host=inventory.get_host(host)), "hostvars": hosts, **(extra or {}), **(magic or {})}
        search = {"get_search_path": lambda: [str(self.folder)]}
        task = types.SimpleNamespace(args=args or {}, async_val=async_val, check_mode=check, diff=False, action="any", **search)
        return preflight.ActionModule(task, WITH_SHELL, types.SimpleNamespace(), loader, None, None).run(task_vars=task_vars)

    def refusals(self, **keywords):
        """The options that it names, in order."""
        result = self.run(**keywords)
        assert result["failed"] is True and "ansible_facts" not in result
        return [line.split(": ")[0] for line in result["msg"].splitlines()]


@pytest.fixture
def shop(tmp_path, monkeypatch, aws):
    return Shop(tmp_path, monkeypatch)


def test_what_is_in_order_leaves_the_account_under_a_seal_and_changes_nothing(shop, aws):
    result = shop.run()
    assert (result.get("failed"), result["changed"], result["account"], aws.asked) == (None, False, ACCOUNT, 1), result
    assert guard.passed(result["ansible_facts"][guard.FACT]) and result["ansible_facts"][guard.FACT]["account"] == ACCOUNT


def test_check_mode_is_no_less_and_the_background_is_no_place_for_it(shop):
    assert guard.passed(shop.run(check=True)["ansible_facts"][guard.FACT])
    with pytest.raises(AnsibleActionFail):
        shop.run(async_val=1)


@pytest.mark.parametrize("args", [{"section": ["pgbouncer"]}, {"state": "passed"}, {"sections": {"a": 1}}])
def test_arguments_that_make_no_sense_are_refused(shop, aws, args):
    with pytest.raises(AnsibleError):
        shop.run(args=args)
    assert aws.asked == 0


def test_sections_may_be_a_text_with_commas(shop):
    assert shop.run(args={"sections": "network_access,aws_endpoint"})["account"] == ACCOUNT


@pytest.mark.parametrize(("args", "asked"), [
    pytest.param({}, 0, id="all"),
    pytest.param({"sections": ["aws_endpoint"]}, 0, id="a role"),
    pytest.param({"state": "require"}, 0, id="whether it passed"),
    pytest.param({"sections": ["aws_endpoint", "pool_hosts_found"]}, 1, id="what nobody could know then"),
])
def test_what_passed_in_this_run_is_not_asked_again(shop, aws, args, asked):
    shop.hosts["all"]["children"] = {"pool": {"hosts": {"shop-pool-1": {}, "shop-pool-2": {}}}}
    result = shop.run(fact=guard.seal(ACCOUNT), args=args, system_name="" if not asked else "shop")
    assert (result.get("failed"), result["changed"], result["account"], aws.asked) == (None, False, ACCOUNT, asked), result


@pytest.mark.parametrize(("keywords", "words"), [
    pytest.param({}, "Begin with playbooks/preflight.yml", id="never"),
    pytest.param({"fact": {"account": ACCOUNT, "seal": "0"}}, "Begin with playbooks/preflight.yml", id="another process's"),
    pytest.param({"magic": {"ansible_limit": "pool"}}, "--limit 'pool,localhost'", id="limit"),
    pytest.param({"magic": {"ansible_skip_tags": ["always"]}}, "--skip-tags always", id="skipped"),
    pytest.param({"extra": {guard.FACT: guard.seal(ACCOUNT)}}, guard.FACT, id="given on the command line"),
])
def test_what_did_not_pass_in_this_run_is_refused_with_the_way_to_it(shop, aws, keywords, words):
    result = shop.run(args={"state": "require"}, **keywords)
    assert result["failed"] and words in result["msg"] and aws.asked == 0


@pytest.mark.parametrize(("keywords", "expected"), [
    pytest.param({"host": "other"}, ["host"], id="elsewhere"),
    pytest.param({"magic": {"ansible_run_tags": ["poool"]}}, ["--tags"], id="an idle tag"),
    pytest.param({"args": {"parts": ["aws"]}, "magic": {"ansible_run_tags": ["pool"]}}, ["--tags"], id="a tag of another playbook"),
    pytest.param({"args": {"parts": ["pool"]}, "magic": {"ansible_limit": "localhost"}}, ["--limit"], id="a limit that leaves nobody"),
    pytest.param({"isolation_proof_expected_catalog": "nowhere"}, ["isolation_proof_expected_catalog"], id="no expected catalog"),
    pytest.param({"isolation_proof_expected_catalog": str(ROOT / "docs")}, ["isolation_proof_expected_catalog"], id="a folder without an expected catalog"),
    pytest.param({"args": {"sections": ["pgbouncr"]}}, ["sections"], id="no section"),
    pytest.param({"pgbouncer_poolsize": 1, "system_tenants": "perhaps"}, ["pgbouncer_poolsize", "system_tenants"], id="a name and a type"),
    pytest.param({"shop_own_variables": "{{ missing }}"}, ["shop_own_variables"], id="a template"),
    pytest.param({"shop_own_variables": {"a": 1}}, ["shop_own_variables"], id="own variables that are no list"),
    pytest.param({"shop_own_variables": [{"a": 1}]}, ["shop_own_variables[0]"], id="own variables that are no names"),
    pytest.param({"system_foreign_prefixes": {"a": 1}}, ["system_foreign_prefixes"], id="prefixes that are no list"),
    pytest.param({"shop_size": 1}, ["shop_size"], id="a variable that is not declared"),
    pytest.param({"database_schema_locations": ["nowhere"]}, ["database_schema_locations"], id="migrations"),
    pytest.param({"system_ca_file": "nowhere.pem"}, ["system_ca_file"], id="authorities"),
    pytest.param({"system_ca_file": "sql"}, ["system_ca_file"], id="a folder of authorities"),
    pytest.param({"aws_endpoint_account_id": "{{ ansible_facts.account }}"}, ["aws_endpoint_account_id"], id="an account that only a host knows"),
])
def test_what_is_not_in_order_is_refused(shop, keywords, expected):
    shop.hosts["all"]["hosts"]["other"] = {}
    assert shop.refusals(**keywords) == expected


@pytest.mark.parametrize(("keywords", "start"), [
    ({"host": "other"}, "host: 'other': "), ({"magic": {"ansible_run_tags": ["a", "b"]}}, "--tags: 'a,b': "),
])
def test_a_refusal_names_what_was_given(shop, keywords, start):
    shop.hosts["all"]["hosts"]["other"] = {}
    assert shop.run(**keywords)["msg"].startswith(start)


@pytest.mark.parametrize("keywords", [
    *({"magic": {"ansible_run_tags": [tag]}} for tag in ("aws", "all", "tagged", "untagged")), {"magic": {"ansible_run_tags": ["poool", "pool"]}},
    {"shop_own_variables": ["shop_size"], "shop_size": 1}, {"shop_own_variables": "{{ ['shop_size'] }}", "shop_size": 1},
    {"system_foreign_prefixes": ["zabbix_"], "zabbix_host": "x"}, {"isolation_proof_expected_catalog": str(ROOT / "sql" / "expected" / "launch")},
])
def test_what_a_system_may_say(shop, keywords):
    assert "failed" not in shop.run(**keywords)


def test_a_run_for_heads_is_refused_where_none_are_kept(shop):
    assert "failed" not in shop.run(args={"parts": ["schema", "heads"]})
    assert shop.refusals(args={"parts": ["heads"]}) == ["audit_heads_destination"]
    without = {"system_audit_partitions": False, "audit_heads_destination": {"folder": "/srv/heads"}}
    assert "system_audit_partitions" in shop.refusals(args={"parts": ["heads"]}, **without)


def test_the_tags_that_do_something_are_those_of_the_playbooks():
    def tags(node):
        if isinstance(node, list):
            return {tag for each in node for tag in tags(each)}
        if not isinstance(node, dict):
            return set()
        own = node.get("tags") or []
        return {*([own] if isinstance(own, str) else own)} | {tag for each in node.values() for tag in tags(each)}

    books = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "playbooks").glob("*.yml")]
    assert {tag for book in books for tag in tags(book)} == {*preflight.TAGS, *parts(books)}


def parts(books):
    """What the playbooks say of themselves that they do, which are the tags of their other plays."""
    return {part for book in books for play in book for part in (play.get("vars") or {}).get("preflight_parts", ())}


def test_an_inventory_without_a_variable_of_the_collection_is_one_refusal(shop):
    shop.variables = {"colour": "blue"}
    assert shop.run(magic={"ansible_inventory_sources": ["/elsewhere"]})["msg"].startswith("inventory: '/elsewhere': it has no variable")


def test_everything_is_refused_before_the_account_is_counted_and_what_it_answers_with_it(shop, aws):
    aws.answer = "111111111111"
    assert shop.refusals(shop_size=1) == ["shop_size", "aws_endpoint_account_id"]
    aws.answer = LaunchError("nobody is there.", option="aws_endpoint_url")
    assert shop.refusals(shop_size=1) == ["shop_size", "aws_endpoint_url"]
    aws.missing = [LaunchError("it is missing.", option="boto3")]
    assert shop.refusals(shop_size=1) == ["shop_size", "boto3"] and aws.asked == 2


def test_nobody_is_asked_where_the_question_might_go_astray(shop, aws):
    assert shop.refusals(aws_endpoint_url="http://192.0.2.1")[0] == "aws_endpoint_url" and aws.asked == 0


@pytest.mark.parametrize(("variables", "environment", "profiles"), [
    pytest.param({}, {}, [], id="this machine"),
    pytest.param(REAL, {}, [("us-west-2", None)], id="AWS"),
    pytest.param(REAL, {"AWS_DEFAULT_PROFILE": "b"}, [("us-west-2", "b")], id="a profile"),
    pytest.param({**REAL, "aws_endpoint_url": "https://rds.us-west-2.amazonaws.com"}, {}, [], id="the inventory says it"),
    pytest.param({**REAL, "aws_endpoint_region": None}, {}, [], id="no region"),
    pytest.param({"aws_endpoint_url": ""}, {}, [], id="this machine, and nobody says where"),
])
def test_where_calls_go_is_asked_only_where_nobody_said_it(shop, aws, monkeypatch, variables, environment, profiles):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    shop.run(**variables)
    assert aws.profiles == profiles


def test_without_boto3_nobody_is_asked_where_calls_go(shop, aws):
    aws.missing = [LaunchError("it is missing.", option="boto3")]
    assert "boto3" in shop.refusals(**REAL) and aws.profiles == []


@pytest.mark.parametrize(("endpoints", "expected"), [
    (LaunchError("boto3 can't tell.", option="profile"), "profile"), ({"rds": "http://192.0.2.1"}, "rds http"),
])
def test_calls_that_go_elsewhere_are_refused_and_not_made(shop, aws, endpoints, expected):
    aws.endpoints = endpoints
    assert shop.refusals(**REAL)[0].startswith(expected.partition(":")[0]) and aws.asked == 0


def test_of_the_environment_only_what_aws_reads_is_looked_at(shop, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1")
    assert "AWS_ENDPOINT_URL" in shop.refusals(**REAL)


def test_what_the_group_of_pools_says_counts_for_them_before_all_and_after_the_command_line(shop):
    shop.write("inventory/group_vars/pool.yml", {"pgbouncer_server_max_connections": "many", "ansible_user": "ubuntu"})
    assert "pgbouncer_server_max_connections" in shop.refusals()
    assert "failed" not in shop.run(extra={"pgbouncer_server_max_connections": 400})


@pytest.mark.parametrize(("size", "expected"), [(3, []), ("many", ["pgbouncer_default_pool_size of shop-pool-1"])])
def test_values_of_a_single_host_are_looked_at_with_all_that_the_host_has(shop, size, expected):
    shop.hosts["all"]["hosts"]["shop-pool-1"] = {"pgbouncer_default_pool_size": "{{ own_size }}", "own_size": size}
    keywords = {"shop_own_variables": ["own_size"]}
    assert shop.refusals(**keywords) == expected if expected else "failed" not in shop.run(**keywords)


def test_who_wrote_a_value_for_the_pools_only_or_in_a_play_hears_what_is_wrong_with_it(shop):
    shop.write("inventory/group_vars/pool.yml", {"pgbouncer_default_pool_size": "many"})
    assert shop.refusals(magic={"system_tenants": "perhaps"})[:2] == ["pgbouncer_default_pool_size", "system_tenants"]


def test_files_of_hosts_are_known_by_the_inventory_and_by_what_a_run_will_make(shop):
    shop.write("inventory/host_vars/shop-pool-1.yml", {"ansible_user": "ubuntu"})
    shop.write("inventory/host_vars/localhost.yml", {"ansible_user": "me"})
    shop.write("inventory/host_vars/bastion.yml", {"ansible_user": "me"})
    shop.hosts["all"]["hosts"]["bastion"] = {}
    assert "failed" not in shop.run()
    shop.write("inventory/host_vars/shop-pool-9.yml", {"ansible_user": "ubuntu"})
    assert shop.refusals() == ["inventory"]
    # Which hosts there will be, nobody knows then.
    for machines in ("none", None):
        assert {"inventory", "pool_hosts_list"} <= set(shop.refusals(pool_hosts_list=machines))


def test_a_controller_that_the_inventory_does_not_name_may_have_a_file(shop):
    shop.hosts = {"all": {"hosts": {"bastion": {}}}}
    shop.write("inventory/host_vars/localhost.yml", {"ansible_user": "me"})
    assert "failed" not in shop.run()


def test_a_role_alone_is_refused_for_its_own_values_and_leaves_no_seal(shop, aws):
    shop.hosts["all"]["hosts"]["other"] = {}
    assert shop.refusals(args={"sections": ["pgbouncer"]}, pgbouncer_default_pool_size="many", shop_size=1)[0] == "pgbouncer_default_pool_size"
    done = shop.run(args={"sections": ["aws_endpoint"]}, host="other", shop_size=1)
    assert (done["account"], "ansible_facts" in done, aws.asked) == (ACCOUNT, False, 1)
    aws.answer = "111111111111"
    assert shop.refusals(args={"sections": ["aws_endpoint"]}) == ["aws_endpoint_account_id"]
    assert shop.run(args={"sections": ["network_access"]})["account"] == "" and aws.asked == 2


@pytest.mark.parametrize(("tags", "refused"), [({"project": "shop"}, False), ({"project": "other"}, True), ("other", False), (None, False)])
def test_hosts_that_were_found_are_known_by_their_tags(shop, tags, refused):
    machine = {} if tags is None else {"aws_tags": tags}
    shop.hosts["all"]["children"] = {"pool": {"hosts": {"shop-pool-1": machine, "shop-pool-2": machine}}}
    result = shop.run(args={"sections": ["pool_hosts_found", "aws_endpoint"]}, aws_endpoint_tags={"project": "shop"})
    assert bool(result.get("failed")) is refused, result


def test_authorities_are_read_as_the_playbooks_read_them(shop):
    secret = VaultSecret(b"word")
    shop.secrets = [("default", secret)]
    shop.write("vaulted.pem", VaultLib([("default", secret)]).encrypt("-----BEGIN CERTIFICATE-----\n").decode())
    assert "failed" not in shop.run(system_ca_file="vaulted.pem")


def test_an_ansible_that_is_too_old_is_refused_before_anything_else(shop, monkeypatch, aws):
    monkeypatch.setattr(preflight, "__version__", "2.15.0")
    assert shop.refusals(shop_size=1) == ["ansible-core"] and aws.asked == 0
