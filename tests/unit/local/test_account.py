# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of database servers."""

from __future__ import annotations

import ipaddress
from types import SimpleNamespace

import pytest

from local.endpoint.account import Account
from local.endpoint.ec2 import _script
from local.endpoint.faults import Fault

ACCOUNT = Account(ipaddress.IPv4Network("10.62.0.0/16"))


def group(*subnets: tuple[str, str]) -> SimpleNamespace:
    found = [SimpleNamespace(availability_zone=zone, cidr=ipaddress.IPv4Network(cidr)) for zone, cidr in subnets]
    return SimpleNamespace(_subnets=found)


def test_address_is_at_the_end_of_the_zones_subnet() -> None:
    subnets = group(("us-west-2a", "10.62.1.0/24"), ("us-west-2b", "10.62.2.0/24"))
    assert ACCOUNT.free_address(subnets, "us-west-2b", set()) == "10.62.2.250"


def test_address_that_is_taken_is_passed_over() -> None:
    assert ACCOUNT.free_address(group(("us-west-2a", "10.62.1.0/24")), "us-west-2a", {"10.62.1.250"}) == "10.62.1.249"


def test_foreign_network_gets_addresses_of_the_last_third_octet() -> None:
    assert ACCOUNT.free_address(group(("us-west-2a", "172.31.0.0/20")), "us-west-2a", set()) == "10.62.255.250"


class Groups:
    """Security groups of two VPCs, as moto's EC2 has them."""

    found = {name: SimpleNamespace(id=name, vpc_id=vpc) for name, vpc in (("sg-1", "vpc-1"), ("sg-2", "vpc-2"))}

    def get_security_group_from_id(self, name: str) -> SimpleNamespace | None:
        return self.found.get(name)

    def get_security_group_from_name(self, _name: str, vpc_id: str) -> SimpleNamespace:
        return next(group for group in self.found.values() if group.vpc_id == vpc_id)


@pytest.mark.parametrize("wanted", [["sg-1"], []])
def test_security_groups(monkeypatch, wanted: list[str]) -> None:
    monkeypatch.setattr(Account, "backend", lambda *_: Groups())
    assert ACCOUNT.security_groups(wanted, "vpc-1") == [{"VpcSecurityGroupId": "sg-1", "Status": "active"}]


@pytest.mark.parametrize(("name", "code"), [("sg-2", "InvalidParameterCombination"), ("sg-3", "InvalidParameterValue")])
def test_security_groups_refused(monkeypatch, name: str, code: str) -> None:
    monkeypatch.setattr(Account, "backend", lambda *_: Groups())
    with pytest.raises(Fault) as refused:
        ACCOUNT.security_groups([name], "vpc-1")
    assert refused.value.code == code


def test_arn() -> None:
    assert ACCOUNT.arn("db:main") == "arn:aws:rds:us-west-2:597088015766:db:main"


def test_user_data_is_base64_of_text() -> None:
    assert [_script(text) for text in ("IyEvYmluL3NoCg==", None, "no base64", "/w==")] == ["#!/bin/sh\n", "", "", ""]
