# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import types

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.launch.database.plugins.action import postgres_isolation_check

MISSING = ["strength is to be signed"]


def run(**arguments):
    """What the plugin returns; a module that ran returns what it got."""
    name = "launch.database.postgres_isolation_check"
    task = types.SimpleNamespace(args=arguments, async_val=0, check_mode=True, diff=True, action=name, _uuid="1")
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    plugin = postgres_isolation_check.ActionModule(task, connection, types.SimpleNamespace(), DataLoader(), None, None)
    plugin._execute_module = lambda module_args, task_vars, **_kwargs: {"handed": module_args}
    return plugin.run(task_vars={})


def test_what_waits_for_a_change_is_not_looked_at():
    """A secret that can't be read would be refused: none is read."""
    answer = run(waits_for=MISSING, login_secret="/master", key_secret="/key", login_secret_source={"regio": 1})
    sentence = "Isolation was not looked at, since this has not been done yet: strength is to be signed."
    assert answer == {"changed": False, "skipped": True, "msg": sentence, "not_looked_at": MISSING}


@pytest.mark.parametrize("waits_for", [[], None])
def test_it_looks_where_nothing_is_missing(waits_for):
    assert run(waits_for=waits_for, login_host="h")["handed"]["waits_for"] == waits_for
