# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preflight refuses, by the real ansible-playbook: one error, a line for each fault, whatever room it is of."""
from __future__ import annotations

import pathlib
import textwrap
import time

import ansible_collections.ansible.posix
import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.preflight.conftest import Endpoint
from tests.integration.preflight.shop import ACCOUNT_OF_AWS, NOBODY, PLATFORM, REFUSE, Shop, play, refusals
from tests.support.ansible import ROOT

PREFLIGHT = "preflight"
NO_ANSWER = f"aws_endpoint_url: '{NOBODY}': no answer:"
AUTHORITIES = "-----BEGIN CERTIFICATE-----\n"


@pytest.fixture
def shop(tmp_path: pathlib.Path, endpoint: Endpoint) -> Shop:
    return Shop(tmp_path, endpoint.url)


def starts(lines: list[str]) -> list[str]:
    return [line.split(": ")[0] for line in lines]


def test_what_is_in_order_passes_and_its_account_is_asked_once(shop: Shop, endpoint: Endpoint) -> None:
    done = shop.run(play(REFUSE), play(REFUSE))
    assert done.returncode == 0, done.output
    assert [task["account"] for task in done.tasks] == ["597088015766"] * 2
    assert endpoint.asked == 1
    assert {counts["changed"] for counts in done.stats.values()} == {0}


def test_five_faults_are_one_error_within_ten_seconds(shop: Shop) -> None:
    began = time.monotonic()
    done = shop.run(
        check=True,
        database_schema_tenants=[{"name": "Harbor"}], pool_hosts_expected=3, database_instance_parameters={"max_connections": 100},
        aws_endpoint_scope="aws", pgbouncer_default_poolsize=70,
    )
    assert time.monotonic() - began < 10
    assert starts(refusals(done)) == [
        "pgbouncer_default_poolsize", "aws_endpoint_url", "pool_hosts_list", "pgbouncer_max_db_connections", "system_logins[0].connection_limit",
        "database_schema_tenants[0].id",
    ]


def test_names_that_nobody_knows(shop: Shop) -> None:
    shop.write("group_vars/pool.yml", {"pgbouncer_reserve_poolsize": 30, "ansible_user": "ubuntu"})
    shop.write("host_vars/localhost.yml", {"shop_of_host": 1, "ansible_python_interpreter": "{{ ansible_playbook_python }}"})
    shop.hosts["all"]["hosts"]["shop-pool-1"] = {
        "aws_instance_id": "i-1", "aws_image_id": "ami-1", "aws_instance_type": "t3", "aws_endpoint_acount_id": "1",
        # As AWX adds to each host.
        "remote_tower_enabled": "true", "remote_tower_id": 1,
    }
    lines = refusals(shop.run(
        extra={"audit_partitions_month_ahead": 3, "awx_job_id": 3, "aws_endpoint_verified": True},
        database_instance_multiaz=True, database_instance_backup_retention=35, database_schema_tenant=[], shop_color="blue", shop_size=3,
        shop_own_variables=["shop_size"], database_ca_file="ca.pem",
    ))
    assert lines == [
        "audit_partitions_month_ahead: no role has a variable of this name. Did you mean audit_partitions_months_ahead?",
        "aws_endpoint_acount_id: no role has a variable of this name. Did you mean aws_endpoint_account_id?",
        "aws_endpoint_verified: nothing reads it any more. Take it out.",
        "database_ca_file: it is now system_ca_file. Move the value there.",
        "database_instance_backup_retention: no role has a variable of this name. Did you mean database_instance_backup_retention_period?",
        "database_instance_multiaz: no role has a variable of this name. Did you mean database_instance_multi_az?",
        "database_schema_tenant: no role has a variable of this name. Did you mean database_schema_tenants?",
        "pgbouncer_reserve_poolsize: no role has a variable of this name. Did you mean pgbouncer_reserve_pool_size?",
        "shop_color: no role has a variable of this name. Take it out, or name it in shop_own_variables if only this inventory uses it.",
        "shop_of_host: no role has a variable of this name. Take it out, or name it in shop_own_variables if only this inventory uses it.",
    ]


def test_what_plays_register_is_nobodys_name(shop: Shop) -> None:
    tasks = [{"name": "Ask", "ansible.builtin.command": "true", "register": "shop_answer"}, {"name": "Set", "ansible.builtin.set_fact": {"shop_fact": 1}}]
    assert shop.run(play(*tasks, REFUSE, vars={"shop_of_play": 1})).returncode == 0


BAD = {
    "logins, pools and the instance": (
        {
            "system_logins": [
                {"name": "a", "secret": "/a", "connection_limit": 10, "member_of": ["app_wr"]},
                {"name": "b", "secret": "/a", "settings": {"lock_timeout": "soon"}},
                {"name": "a", "secret": "/shop/db/master"},
            ],
            "system_extensions": [{"name": "timescaledb"}, {"name": "pgaudit", "preload": True}],
            "pgbouncer_users": [], "database_instance_backup_window": "05:30-06:30", "database_instance_allocated_storage": 10,
        },
        [
            "pgbouncer_users: the playbooks make it from system_logins",
            "database_instance_backup_window: '05:30-06:30': it overlaps",
            "database_instance_allocated_storage: 10: RDS takes 20 to 65536 GiB.",
            "system_extensions[0].name: 'timescaledb': RDS does not offer it",
            "system_extensions[1].preload: True: pgaudit is to be preloaded",
            "system_logins: two logins have the name 'a'",
            "system_logins: two logins have the secret '/a'",
            "system_logins[2].secret: '/shop/db/master': it is the master login's",
            "system_logins[0].member_of: 'app_wr': nothing creates this role.",
            "system_logins[1].settings.lock_timeout: 'soon': it is not a time.",
            "system_logins[0].connection_limit: 10: the pools could open 2 hosts x 100 connections = 200 as a",
        ],
    ),
    "switches, types and what is missing": (
        {
            "system_pool": "none", "audit_partitions_months_ahead": 3, "system_audit_partitions": False, "system_name": None,
            "system_ca_file": "{{ shop_folder }}/ca.pem", "database_instance_reboot": "nver", "system_extensions": [{"name": "citext", "prelaod": True}],
            "database_schema_locations": ["/nowhere", "/nor/here"],
        },
        [
            "database_instance_reboot: 'nver': it is not one of never, if_pending. Did you mean never?",
            "system_ca_file: its template fails: 'shop_folder' is undefined.",
            "system_extensions[0].prelaod: there is no such key. Did you mean preload?",
            "system_name: it has no value. Give one: The system's name",
            "system_pool: 'none': network_access_pool_group, pgbouncer_server_max_connections, pool_hosts_expected, pool_hosts_launch_template, ",
            "system_audit_partitions: False: audit_partitions_months_ahead: is given",
            "database_runner: it has no value, and without pools",
            "database_schema_locations: '/nowhere': it is not a folder on the controller",
            "database_schema_locations: '/nor/here': it is not a folder on the controller",
        ],
    ),
}


@pytest.mark.parametrize(("variables", "expected"), BAD.values(), ids=BAD)
def test_bad_input(shop: Shop, variables: dict, expected: list[str]) -> None:
    lines = refusals(shop.run(**variables))
    assert [line[:len(start)] for line, start in zip(lines, expected)] == expected
    assert len(lines) == len(expected)


def test_migrations(shop: Shop) -> None:
    other = shop.folder / "other"
    other.mkdir()
    for name, text in (("V2_0__again.sql", "select 1;"), ("v2__b.sql", ""), ("R__c.sql", "select '${color}';")):
        (other / name).write_text(text, encoding="utf-8")
    lines = refusals(shop.run(database_schema_locations=[*PLATFORM, str(shop.folder / "sql"), str(other)]))
    assert starts(lines) == ["database_schema_placeholders", "database_schema_locations", "database_schema_locations"]
    assert "${color}, which has no value" in lines[0] and "'v2__b.sql'" in lines[1] and "it has the same version 2.0" in lines[2]


def test_a_vaulted_file_of_authorities_is_in_order(shop: Shop) -> None:
    password, vault = shop.folder / "password", VaultLib([("default", VaultSecret(b"open sesame"))])
    password.write_text("open sesame", encoding="utf-8")
    (shop.folder / "ca.pem").write_bytes(vault.encrypt(AUTHORITIES))
    assert shop.run(env={"ANSIBLE_VAULT_PASSWORD_FILE": str(password)}).returncode == 0


def test_a_vault_without_its_password(shop: Shop) -> None:
    closed = VaultLib([("default", VaultSecret(b"open sesame"))]).encrypt(b"hunter2").decode()
    file = shop.folder / "inventory" / "host_vars" / "localhost.yml"
    file.parent.mkdir(parents=True)
    file.write_text("aws_endpoint_secret_key: !vault |\n" + textwrap.indent(closed, "  "), encoding="utf-8")
    lines = refusals(shop.run(database_schema_placeholders={5: "a"}))
    assert lines[0].startswith("aws_endpoint_secret_key: it can't be decrypted: ") and "--vault-password-file" in lines[0]
    assert starts(lines[1:]) == ["database_schema_placeholders.5"]


def test_without_the_collection_of_amazon(shop: Shop, tmp_path: pathlib.Path) -> None:
    installed = pathlib.Path(ansible_collections.ansible.posix.__path__[0]).parent
    (tmp_path / "ansible_collections").mkdir()
    (tmp_path / "ansible_collections" / "ansible").symlink_to(installed)
    only = {"ANSIBLE_COLLECTIONS_PATH": f"{tmp_path}:{ROOT / '.collections'}", "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"}
    (line,) = refusals(shop.run(env=only))
    assert line.startswith("amazon.aws: the collection is missing on the controller.")


def test_values_that_only_a_host_knows_are_left_to_it(shop: Shop) -> None:
    names = ["DNS:{{ inventory_hostname }}", "IP:{{ ansible_facts['default_ipv4']['address'] }}"]
    assert shop.run(pgbouncer_client_tls_names=names).returncode == 0


def test_what_the_group_of_pool_hosts_says_is_what_the_pools_have(shop: Shop) -> None:
    shop.write("group_vars/pool.yml", {f"pgbouncer_{name}": 330 for name in ("default_pool_size", "max_db_connections", "max_user_connections")})
    assert starts(refusals(shop.run())) == ["pgbouncer_reserve_pool_size", "pgbouncer_max_db_connections", "system_logins[0].connection_limit"]


def test_no_secret_is_shown_at_the_highest_verbosity(shop: Shop) -> None:
    done = shop.run(
        aws_endpoint_secret_key="hunter2", shop_password="hunter2", pgbouncer_client_tls_key=["hunter2"],
        env={"ANSIBLE_VERBOSITY": "3", "ANSIBLE_STDOUT_CALLBACK": "default"},
    )
    assert "shop_password: no role" in done.output
    assert "hunter2" not in done.output


def test_another_folder(tmp_path: pathlib.Path) -> None:
    shop = Shop(tmp_path)
    shop.variables = {}
    (line,) = refusals(shop.run())
    assert line.startswith("inventory: ") and "it has no variable of this collection. Name the folder of an environment" in line


def test_another_folder_and_a_variable_of_the_command_line(tmp_path: pathlib.Path) -> None:
    shop = Shop(tmp_path)
    shop.variables = {}
    (line,) = refusals(shop.run(extra={"aws_endpoint_scope": "loopback"}))
    assert line.startswith(f"inventory: '{shop.folder / 'inventory'}': it has no variable of this collection.")


def test_two_environments_at_once(shop: Shop, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other" / "group_vars" / "all.yml"
    other.parent.mkdir(parents=True)
    other.write_text("system_name: other\n", encoding="utf-8")
    (other.parents[1] / "hosts.yml").write_text("all: {hosts: {bastion: {}}}\n", encoding="utf-8")
    (line,) = refusals(shop.run(arguments=["-i", str(tmp_path / "other")]))
    assert line.startswith(f"inventory: '{shop.folder / 'inventory'}, {tmp_path / 'other'}': each of these folders is an inventory of its own")


def test_values_of_single_pool_hosts(shop: Shop) -> None:
    shop.write("host_vars/shop-pool-1.yml", {"pgbouncer_pool_mode": "{{ mode }}", "mode": "sesion", "shop_own": 1, "system_pool": "none"})
    shop.hosts["all"]["children"] = {"pool": {"hosts": {"shop-pool-1": {}, "shop-pool-2": {"pgbouncer_reserve_pool_size": "many"}}}}
    lines = refusals(shop.run(shop_own_variables=["mode"]))
    assert starts(lines) == ["shop_own", "pgbouncer_pool_mode of shop-pool-1", "system_pool of shop-pool-1", "pgbouncer_reserve_pool_size of shop-pool-2"]


@pytest.mark.parametrize("name", ["", "my shop"])
def test_a_system_without_a_good_name(shop: Shop, name: str) -> None:
    assert starts(refusals(shop.run(system_name=name, shop_own_variables=["shop_color"], shop_color="blue"))) == ["system_name"]


def test_an_account_that_nobody_means(shop: Shop) -> None:
    (line,) = refusals(shop.run(aws_endpoint_account_id="111111111111"))
    assert line.startswith("aws_endpoint_account_id: '111111111111': account 597088015766 answered.")


def test_nobody_is_asked_at_an_address_that_is_refused(shop: Shop, endpoint: Endpoint) -> None:
    assert starts(refusals(shop.run(aws_endpoint_scope="aws"))) == ["aws_endpoint_url"]
    assert endpoint.asked == 0


def test_an_endpoint_that_does_not_answer_and_a_file_that_is_not_there_are_two_of_the_faults(shop: Shop) -> None:
    lines = refusals(shop.run(aws_endpoint_url=NOBODY, system_ca_file="/nowhere.pem"))
    assert starts(lines) == ["system_ca_file", "aws_endpoint_url"]
    assert lines[1].startswith(NO_ANSWER) and "python -m local up" in lines[1]


def test_credentials_that_are_not_accepted(shop: Shop, endpoint: Endpoint) -> None:
    endpoint.refuses = True
    (line,) = refusals(shop.run())
    assert line.startswith("aws_endpoint_account_id: '597088015766': the credentials were not accepted:") and "ExpiredToken" in line


def test_an_account_without_credentials(shop: Shop) -> None:
    (line,) = refusals(shop.run(**ACCOUNT_OF_AWS))
    assert line.startswith("aws_endpoint_account_id: '597088015766': there are no credentials for this account")
    assert "AWS_PROFILE" in line and "local up" not in line


@pytest.mark.parametrize(("env", "start"), [
    ({"AWS_PROFILE": "gone"}, "profile: 'gone': boto3 can't tell where its calls go"),
    ({"AWS_CONFIG_FILE": "config"}, f"secretsmanager {NOBODY}: aws_endpoint_scope is aws"),
])
def test_an_environment_that_sends_calls_elsewhere(shop: Shop, env: dict[str, str], start: str) -> None:
    configuration = f"[default]\nservices = a\n[services a]\nsecrets_manager =\n  endpoint_url = {NOBODY}\n"
    (shop.folder / "config").write_text(configuration, encoding="utf-8")
    env = {name: str(shop.folder / value) if name == "AWS_CONFIG_FILE" else value for name, value in env.items()}
    (line,) = refusals(shop.run(env=env, **ACCOUNT_OF_AWS))
    assert line.startswith(start)


def test_sections_that_there_are_not(shop: Shop) -> None:
    (line,) = refusals(shop.run(play({"name": "Refuse", f"launch.database.{PREFLIGHT}": {"sections": ["pgbouncr"]}})))
    assert line.startswith("sections: 'pgbouncr': there is no such section. Name some of")


def test_the_role_that_asks_for_the_account_alone(shop: Shop) -> None:
    role = {"name": "Endpoint", "ansible.builtin.import_role": {"name": "launch.database.aws_endpoint"}}
    assert shop.run(play(role)).returncode == 0
    (line,) = refusals(shop.run(play(role), aws_endpoint_account_id="111111111111"))
    assert "account 597088015766 answered" in line


def test_hosts_that_the_inventory_did_not_find(shop: Shop) -> None:
    section = {"name": "Found", "launch.database.preflight": {"sections": ["pool_hosts_found"]}}
    (line,) = refusals(shop.run(play(section)))
    assert line.startswith("pool_hosts_expected: 2: the inventory found 0 running pool hosts.")
    shop.hosts["all"]["children"] = {"pool": {"hosts": {"shop-pool-1": {}, "shop-pool-2": {}}}}
    assert shop.run(play(section)).returncode == 0


@pytest.mark.parametrize("option", ["aws_endpoint_account_id", "aws_endpoint_region"])
def test_the_question_whose_account_it_is_cannot_be_made_unanswerable(shop: Shop, endpoint: Endpoint, option: str) -> None:
    """What only a host knows is looked at there; who answers has to be known before."""
    (line,) = refusals(shop.run(**{option: "{{ ansible_nope }}"}))
    assert line.startswith("aws_endpoint_account_id: the account can't be checked")


def test_tags_of_which_no_play_has_one(shop: Shop) -> None:
    (line,) = refusals(shop.run(play(REFUSE, tags=["always"]), arguments=["--tags", "pgbouncer"]))
    assert line.startswith("--tags: 'pgbouncer': no play has such a tag; there are preflight,")


def test_what_is_no_element_hides_nothing_else(shop: Shop) -> None:
    lines = refusals(shop.run(pool_hosts_list=[None], database_instance_backup_window="3-4", shop_own_variables="{{ nope }}"))
    assert sorted(starts(lines)) == ["database_instance_backup_window", "pool_hosts_list[0]", "shop_own_variables"]


def test_what_a_play_says_is_looked_at_as_well(shop: Shop) -> None:
    lines = refusals(shop.run(play(vars={"pgbouncer_pool_mode": "nonsense"})))
    assert starts(lines) == ["pgbouncer_pool_mode"]
