# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import given_values, replace


@pytest.mark.parametrize(("text", "replaced"), [
    ("a ${x} b", "a 1 b"),
    ("${X}${x}", "11"),
    ("-- ${x}\n'${x}' $body$ ${x} $body$", "-- 1\n'1' $body$ 1 $body$"),
    ("${nested}", "${x}"),
    ("[${empty}]", "[]"),
    ("$1 $$ $tag$ $", "$1 $$ $tag$ $"),
    # Flyway's reader looks at no dollar sign twice.
    ("$${x}", "$${x}"),
    ("$$${x}", "$$1"),
])
def test_placeholders_are_replaced_as_flyway_does(text, replaced):
    assert replace(text, {"x": "1", "nested": "${x}", "Empty": ""}, "V1__a.sql") == replaced


@pytest.mark.parametrize("text", ["\n${y}", "\n${x", "\n${}"])
def test_one_without_a_value_is_refused_with_file_and_line(text):
    with pytest.raises(LaunchError, match=r"V1__a\.sql line 2 .*has no value") as refusal:
        replace(text, {"x": "1"}, "V1__a.sql")
    assert refusal.value.option == "placeholders"


def test_one_that_differs_from_run_to_run_is_refused():
    with pytest.raises(LaunchError, match="differs from run to run"):
        replace("${flyway:timestamp}", {}, "R__a.sql")


def test_a_value_with_a_nul_is_refused_because_the_server_would_be_sent_what_is_before_it():
    with pytest.raises(LaunchError, match="placeholders.b: it has a NUL character"):
        given_values(None, {"a": "x", "b": "x\0y"})
