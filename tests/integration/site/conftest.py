# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack's profile `sitetest`, begun anew, and the site that was built on it once for all tests."""
from __future__ import annotations

import typing as t

import pytest

from tests.integration.site.account import Account
from tests.integration.site.playbooks import Output, finish, start
from tests.integration.site.witness import Witness


class First(t.NamedTuple):
    """The run that built everything from nothing, with all that was to be seen of it."""

    output: Output
    arguments: set[str]
    state: dict[str, str]


@pytest.fixture(scope="session")
def account() -> t.Iterator[Account]:
    account = Account()
    account.begin_anew()
    yield account
    account.remove()


@pytest.fixture(scope="session")
def first(account: Account) -> First:
    with Witness() as witness:
        output = finish(start("site.yml", "-vvv"))
    assert output.returncode == 0, output.text[-6000:]
    return First(output, witness.arguments, account.state())

