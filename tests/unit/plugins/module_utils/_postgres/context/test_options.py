# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.context.options import key_of, refuse_keyless, refuse_unread


def test_a_key_that_is_given_is_taken_and_one_that_is_not_is_none():
    assert key_of({"key": "k" * 64}, "key").text == "k" * 64
    assert key_of({"key": None}, "key") is None


def test_what_is_no_key_is_refused_by_its_option_without_being_shown():
    with pytest.raises(LaunchError, match="next_key: it is not a key: a key has 64 printable") as refusal:
        key_of({"next_key": "do-not-repeat"}, "next_key")
    assert "do-not-repeat" not in refusal.value.message


def test_a_secret_that_nobody_read_is_refused():
    refuse_unread({"key_secret": "/key", "key": "read"}, "postgres_context")
    with pytest.raises(LaunchError, match="key_secret: '/key': it was not read"):
        refuse_unread({"key_secret": "/key", "key": None}, "postgres_context")


@pytest.mark.parametrize(("strength", "has_key"), [("transaction", False), ("both", False), ("signed", True)])
def test_a_strength_is_met_with_what_there_is(strength, has_key):
    refuse_keyless(strength, has_key)


def test_a_strength_that_nobody_could_meet_is_refused():
    with pytest.raises(LaunchError, match="strength: 'signed': it takes nothing but tokens"):
        refuse_keyless("signed", False)
