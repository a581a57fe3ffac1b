# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest
import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.plugin_utils._preflight.inventory import _entries, read_given

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


MACHINE = {"instance_id": "i-1", "image_id": "ami-1", "instance_type": "t3", "tags": {}}


@pytest.mark.parametrize(("variables", "others"), [
    pytest.param(MACHINE, set(MACHINE), id="without a prefix"),
    pytest.param({f"aws_{name}": value for name, value in MACHINE.items()} | {"size": 1}, {f"aws_{name}" for name in MACHINE}, id="beside one's own"),
    pytest.param({"shop_instance_id": "i-1"}, set(), id="an id of one's own"),
    pytest.param({"a_instance_id": 1, "b_image_id": 1, "c_instance_type": 1}, set(), id="each of another prefix"),
    *(pytest.param({f"aws_{name}": 1 for name in MACHINE if name != left_out}, set(), id=f"without {left_out}")
      for left_out in ("instance_id", "image_id", "instance_type")),
])
def test_only_what_the_inventory_of_machines_says_is_somebody_elses(tmp_path, variables, others):
    assert given_in(tmp_path, {"all": {"hosts": {"one": variables, "two": {"three": 3}}}}).others - {"inventory_file", "inventory_dir"} == others


def given_in(folder: pathlib.Path, hosts, basedir=None, **files):
    """What an inventory of a file and its folders gives.

    :arg files: content by path, where / is written __.
    """
    (folder / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    for name, content in files.items():
        file = folder / (name.replace("__", "/") + ".yml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
    loader = DataLoader()
    loader.set_basedir(str(basedir or folder / "nowhere"))
    return read_given(InventoryManager(loader, [str(folder / "hosts.yml")]), loader, [])


POOL = {"all": {"children": {"pool": {"hosts": {"b": {}, "a": {}}, "vars": {"size": 1, "mode": "session"}}}}}


def test_what_a_file_of_the_pools_says_goes_before_the_inventory_and_hosts_come_in_order(tmp_path):
    given = given_in(tmp_path, POOL, group_vars__pool={"size": 2})
    assert given.pool == {"size": 2, "mode": "session"}
    assert given.groups["pool"] == ["a", "b"]


def test_variables_beside_the_playbook_are_given_too_and_go_first(tmp_path):
    book = tmp_path / "playbooks"
    given = given_in(tmp_path, POOL, book, group_vars__pool={"size": 2}, playbooks__group_vars__pool={"size": 3}, playbooks__host_vars__a={"of_book": 1})
    assert given.pool["size"] == 3 and "of_book" in given.names


def test_each_file_beside_inventory_and_playbook_is_listed_once_by_folder_kind_and_name(tmp_path):
    book = tmp_path / "playbooks"
    files = {"group_vars__pool": {}, "group_vars__all__b": {}, "group_vars__all__a": {}, "host_vars__a": {}, "playbooks__group_vars__all": {}}
    given = given_in(tmp_path, POOL, book, **files)
    assert [(entry.folder, entry.kind, entry.name, entry.inside) for entry in given.files] == [
        (str(tmp_path), "group_vars", "all", ("a.yml", "b.yml")), (str(tmp_path), "group_vars", "pool.yml", None),
        (str(tmp_path), "host_vars", "a.yml", None), (str(book), "group_vars", "all.yml", None),
    ]
    assert len(given_in(tmp_path, POOL, tmp_path).files) == 3, "the playbook lies beside the inventory"


def test_an_inventory_that_is_a_folder_has_its_files_inside(tmp_path):
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "hosts.yml").write_text("all: {hosts: {a: {}}}", encoding="utf-8")
    (tmp_path / "group_vars" / "all.yml").write_text("size: 1", encoding="utf-8")
    loader = DataLoader()
    loader.set_basedir(str(tmp_path / "nowhere"))
    given = read_given(InventoryManager(loader, [str(tmp_path)]), loader, [])
    assert [entry.path for entry in given.files] == [f"{tmp_path}/group_vars/all.yml"] and "size" in given.names


def test_links_that_lead_nowhere_are_named_inside_of_folders_too(tmp_path):
    (tmp_path / "group_vars" / "all").mkdir(parents=True)
    for name in ("gone.yml", "all/00_system"):
        (tmp_path / "group_vars" / name).symlink_to("/nowhere")
    (tmp_path / "group_vars" / "all" / "there.yml").write_text("{}", encoding="utf-8")
    loader = DataLoader()
    loader.set_basedir(str(tmp_path))
    found = _entries(InventoryManager(loader, []), loader)
    assert [entry.dangling for entry in found] == [(f"{tmp_path}/group_vars/all/00_system",), (f"{tmp_path}/group_vars/gone.yml",)]


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
