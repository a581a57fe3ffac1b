# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.allowed_values import as_number, problem
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import Parameter

ALLOWED = [
    ("integer", "16-1073741823", "16"),
    ("integer", "16-1073741823", "1073741823"),
    ("integer", "-1-262143", "-1"),
    ("integer", "-2147483648--1", "-1"),
    ("integer", "0,1", "1"),
    ("integer", "", "7"),
    ("float", "0-1.79769e+308", "1e300"),
    ("boolean", "0,1", "0"),
    ("string", "local,on,off", "local"),
    ("string", "", "anything"),
    ("list", "a,b", "b,a"),
    ("list", "a,b", ""),
    ("integer", "16-1073741823", "{DBInstanceClassMemory/32768}"),
]


@pytest.mark.parametrize(("data_type", "allowed", "value"), ALLOWED)
def test_what_is_allowed(data_type, allowed, value):
    assert problem(Parameter("p", data_type=data_type, allowed=allowed), value) is None


REFUSED = [
    ("integer", "16-1073741823", "15", "from 16 to 1073741823"),
    ("integer", "-1-262143", "-2", "from -1 to 262143"),
    ("integer", "-2147483648--1", "0", "from -2147483648 to -1"),
    ("integer", "0,1", "2", "not one of 0, 1"),
    ("integer", "", "1.5", "whole number"),
    ("float", "0-1.79769e+308", "-1", "from 0"),
    ("float", "", "x", "a number"),
    ("boolean", "0,1", "2", "not one of 0, 1"),
    ("string", "local,on,off", "remote", "not one of local, on, off"),
    ("list", "a,b", "a,c", "'c' is not one of a, b"),
]


@pytest.mark.parametrize(("data_type", "allowed", "value", "part"), REFUSED)
def test_what_is_refused(data_type, allowed, value, part):
    assert part in problem(Parameter("p", data_type=data_type, allowed=allowed), value)


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1kB"])
def test_what_is_no_number(text):
    assert as_number(text) is None
