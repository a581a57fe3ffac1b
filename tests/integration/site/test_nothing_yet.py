# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account in which nothing of ours stands yet: what check mode shows, and what bad input leaves behind."""
from __future__ import annotations

import json

import pytest

from tests.integration.site.account import Account
from tests.integration.site.playbooks import finish, site, start


def errors(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("[ERROR]: ")]


def test_check_mode_creates_nothing_and_says_where_it_ends(account: Account) -> None:
    looked = site("--check", "--diff")
    assert "Security groups launch-sg-pool and launch-sg-db do not" in looked.text
    assert [error for error in errors(looked.text) if "pool_hosts_expected: 2: the inventory found 0" not in error] == []
    assert account.everything() == []


@pytest.mark.parametrize(
    ("variables", "option", "words"),
    [
        pytest.param({"launch_environment_parameters": {"shared_buffers": "4GB"}}, "shared_buffers", "db.t4g.medium", id="too much memory"),
        pytest.param({"launch_environment_parameters": {"work_mam": 1}}, "work_mam", "", id="unknown parameter"),
        pytest.param({"launch_environment_parameters": {"work_mem": "5s"}}, "work_mem", "5s", id="unit"),
        pytest.param({"database_instance_backup_window": "3-4"}, "backup_window", "3-4", id="window"),
        pytest.param({"database_instance_identifier": "-db"}, "identifier", "-db", id="identifier"),
    ],
)
def test_bad_input_is_one_error_before_anything_is_made(
    account: Account, variables: dict[str, object], option: str, words: str
) -> None:
    refused = finish(start("site.yml", "-e", json.dumps(variables)))
    assert refused.returncode == 2
    assert len(errors(refused.text)) == 1
    assert option in errors(refused.text)[0] and words in errors(refused.text)[0]
    assert account.everything() == []


def test_what_only_the_account_knows_is_one_error_as_well(account: Account) -> None:
    """A parameter that the engine has not, and a name of a group that another one stands in the way of, at once."""
    variables = {"launch_environment_parameters": {"work_mam": 1}, "database_instance_engine_version": "99.1"}
    refused = finish(start("aws.yml", "-e", json.dumps(variables)))
    assert refused.returncode == 2
    assert len(errors(refused.text)) == 1
    said = refused.text.split("[ERROR]: ")[1].split("Origin:")[0]
    assert "work_mam" in said and "99.1" in said
    assert account.everything() == []
