# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.plugin_utils._preflight.files import GROUPS, HOSTS, Entry, check

ALL = Entry("inv", GROUPS, "all", ("00_system", "poc.yml"))


@pytest.mark.parametrize("entries", [
    pytest.param([ALL, Entry("inv", GROUPS, "pool", ("00_system", "connection.yml"))], id="as launch has it"),
    pytest.param([Entry("inv", GROUPS, "all.yml"), Entry("inv", GROUPS, "web.yaml"), Entry("inv", GROUPS, "pool")], id="files of groups"),
    pytest.param([Entry("inv", HOSTS, "one.yml"), Entry("inv", HOSTS, "planned.json")], id="files of hosts"),
    pytest.param([Entry("inv", GROUPS, "all", ("00_system", ".hidden.yml", "README.md", "a.yml~"))], id="what is no file of variables"),
    pytest.param([Entry("inv", GROUPS, "all", ("000_before.yml",))], id="no system to be read before"),
])
def test_what_is_read_as_it_looks(entries):
    assert check(entries, ["web"], ["one", "planned"]) == []


@pytest.mark.parametrize(("entry", "words"), [
    (Entry("inv", GROUPS, "all.yml"), "'inv/group_vars/all.yml': Ansible does not read it, because there is a folder all beside it"),
    (Entry("inv", GROUPS, "al.yml"), "'inv/group_vars/al.yml': the inventory has no group of this name, so that nobody reads it. Did you mean all?"),
    (Entry("inv", GROUPS, "pools", ("x.yml",)), "'inv/group_vars/pools': the inventory has no group of this name, so that nobody reads it. Did you mean pool?"),
    (Entry("inv", HOSTS, "nine.yml"), "'inv/host_vars/nine.yml': the inventory has no host of this name"),
    (Entry("inv", GROUPS, "pool", ("00_environment.yml", "00_system")), "'inv/group_vars/pool/00_environment.yml': it is read before 00_system"),
    (Entry("inv", GROUPS, "pool", ("x.yaml.txt",)), "'inv/group_vars/pool/x.yaml.txt': Ansible does not read a file of this name"),
    (Entry("inv", GROUPS, "pool.yml.bak"), "'inv/group_vars/pool.yml.bak': Ansible does not read a file of this name"),
    (Entry("inv", GROUPS, "pool", ("00_system",), ("inv/group_vars/pool/00_system",)), "'inv/group_vars/pool/00_system': this link leads nowhere"),
])
def test_what_would_do_nothing_is_refused_by_its_path(entry, words):
    (error,) = check([ALL, entry], ["web"], ["one"])
    assert words in error.message and error.option == "inventory"
