# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleError

from ansible_collections.launch.database.plugins.plugin_utils._preflight import single
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Declared, Role

DECLARED = Declared({
    "pgbouncer": Role("pgbouncer", {"pgbouncer_size": {"type": "int"}, "pgbouncer_lines": {"type": "list", "elements": "int"}}),
    "aws_endpoint": Role("aws_endpoint", {"aws_endpoint_url": {}}),
})


def said(**own):
    errors = single.check(DECLARED, {"aws_endpoint_url": "the system's"}, {"pool-1": own}, lambda host: lambda value: f"{host}!" if value == "host" else value)
    return [(error.option, error.value) for error in errors]


@pytest.mark.parametrize(("own", "expected"), [
    ({}, []), ({"pgbouncer_size": "3", "ansible_host": "10.0.0.1", "aws_tags": {}}, []),
    ({"pgbouncer_size": "many"}, [("pgbouncer_size of pool-1", "many")]),
    ({"pgbouncer_size": "host"}, [("pgbouncer_size of pool-1", "pool-1!")]),
    ({"pgbouncer_lines": [1, "x"]}, [("pgbouncer_lines[1] of pool-1", "x")]),
    ({"aws_endpoint_url": "the system's"}, []),
    ({"aws_endpoint_url": "http://127.0.0.1:1"}, [("aws_endpoint_url of pool-1", None)]),
])
def test_values_of_a_host(own, expected):
    assert said(**own) == expected


def test_what_only_the_host_itself_knows_is_left_to_it():
    def template(_value):
        raise AnsibleError("'ansible_facts' has no such key")
    assert single.check(DECLARED, {}, {"pool-1": {"pgbouncer_size": "{{ ansible_facts.x }}"}}, lambda _host: template) == []
    assert single.check(DECLARED, {}, {"pool-1": {"pgbouncer_size": "{{ x }}"}}, lambda _host: template)[0].option == "pgbouncer_size of pool-1"


class Closed:
    """A value in a vault whose password nobody gave: it can't even be compared."""

    def __eq__(self, other):
        raise AnsibleError("Decryption failed")

    __hash__ = None


def test_a_value_that_can_not_be_compared_is_looked_at_as_any_other():
    def template(value):
        raise AnsibleError("Decryption failed") if isinstance(value, Closed) else AssertionError(value)
    found = single.check(DECLARED, {"pgbouncer_size": 3}, {"pool-1": {"pgbouncer_size": Closed()}}, lambda _host: template)
    assert [error.option for error in found] == ["pgbouncer_size of pool-1"]
