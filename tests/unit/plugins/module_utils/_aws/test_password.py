# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.password import LONGEST, SHORTEST, check_length, fits_rds, generate
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError


@pytest.mark.parametrize("length", [SHORTEST, 32, LONGEST])
def test_a_password_has_its_length_and_suits_rds(length):
    assert check_length("password_length", length) is None
    password = generate(length)
    assert len(password) == length
    assert fits_rds(password)


def test_no_two_are_alike():
    assert len({generate(32) for _time in range(100)}) == 100


def test_nothing_that_a_url_or_a_shell_would_have_to_escape():
    assert set("".join(generate(128) for _time in range(50))) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~"
    )


@pytest.mark.parametrize("length", [0, SHORTEST - 1, LONGEST + 1])
def test_a_length_that_is_weak_or_too_long_is_refused(length):
    with pytest.raises(LaunchError, match="16 to 128"):
        check_length("password_length", length)


@pytest.mark.parametrize("password", ["short", "with space in it", "with/slash", 'with"quote', "with@sign", "with'tick", "p\u00e4ssword", "x" * 129])
def test_what_rds_refuses(password):
    assert not fits_rds(password)
