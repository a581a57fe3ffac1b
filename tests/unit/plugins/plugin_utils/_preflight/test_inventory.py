# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.plugin_utils._preflight.inventory import read_given

HOSTS = """
all:
  vars: {of_all: 1}
  hosts:
    localhost: {of_localhost: 1}
    pool-1: {aws_instance_id: i-1, aws_image_id: ami-1, aws_instance_type: t3.medium, aws_tags: {}, of_pool_1: 1}
  children:
    empty: {vars: {of_empty: 1}}
"""


@pytest.fixture
def given(tmp_path: pathlib.Path):
    (tmp_path / "hosts.yml").write_text(HOSTS, encoding="utf-8")
    for name, variable in (("group_vars/all/a", "of_file_of_all"), ("group_vars/pool", "of_file_of_pool"), ("host_vars/pool-1", "of_file_of_host")):
        file = tmp_path / f"{name}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{variable}: 1\n", encoding="utf-8")
    loader = DataLoader()
    return read_given(InventoryManager(loader, [str(tmp_path / "hosts.yml")]), loader, ["of_command_line"])


def test_names_are_those_of_every_host_and_group_and_of_the_command_line(given):
    assert given.names == {
        "of_all", "of_localhost", "of_pool_1", "of_empty", "of_command_line", "of_file_of_all", "of_file_of_pool", "of_file_of_host",
        "aws_instance_id", "aws_image_id", "aws_instance_type", "aws_tags",
    }
    assert given.extra == {"of_command_line"}


def test_the_file_of_a_group_that_nobody_found_yet_is_read_too(given):
    assert given.pool == {"of_file_of_pool": 1}
    assert "pool" not in given.groups


def test_the_attributes_of_a_machine_are_somebody_elses(given):
    assert given.others == {"aws_instance_id", "aws_image_id", "aws_instance_type", "aws_tags"}


def test_the_variables_of_each_host_but_the_controller(given):
    ((host, own),) = given.of_hosts.items()
    assert (host, own["of_pool_1"], own["of_file_of_host"], "of_all" in own) == ("pool-1", 1, 1, False)


@pytest.mark.parametrize(("sources", "expected"), [
    (["poc"], ["poc"]), (["poc", "production"], ["poc", "production"]), (["poc/hosts.yml", "poc/pool.yml", "poc"], ["poc"]), (["poc", "hosts"], ["poc"]),
    (["bastion,", "poc"], ["poc"]),
])
def test_folders_that_name_a_system(tmp_path, sources, expected):
    for name in ("poc", "production", "hosts"):
        (tmp_path / name / "group_vars" / "all").mkdir(parents=True)
        (tmp_path / name / "hosts.yml").write_text(HOSTS, encoding="utf-8")
        (tmp_path / name / "pool.yml").write_text(HOSTS, encoding="utf-8")
        content = "a: 1\n" if name == "hosts" else "system_name: shop\n"
        (tmp_path / name / "group_vars" / "all" / "a.yml").write_text(content, encoding="utf-8")
    loader = DataLoader()
    paths = [source if source.endswith(",") else str(tmp_path / source) for source in sources]
    assert read_given(InventoryManager(loader, paths), loader, []).environments == tuple(str(tmp_path / name) for name in expected)
