# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._context_key import NEXT_KEY, context_keys


class Held:
    """Secrets Manager with one secret."""

    def __init__(self, **content):
        self.content = content

    def __call__(self):
        return self

    def read(self, name, option):
        assert (name, option) == ("/key", "key_secret")
        return self.content


def never():
    raise AssertionError("no secret is read for a task that needs none")


@pytest.mark.parametrize(("content", "optional", "expected"), [
    ({"key": "k"}, (), {"key": "k"}),
    ({"key": "k", "next_key": "n"}, (), {"key": "k"}),
    ({"key": "k", "next_key": "n"}, (NEXT_KEY,), {"key": "k", "next_key": "n"}),
    ({"key": "k", "next_key": ""}, (NEXT_KEY,), {"key": "k"}),
])
def test_a_task_gets_the_keys_that_it_takes(content, optional, expected):
    assert context_keys({"key_secret": "/key"}, Held(**content), optional) == expected


@pytest.mark.parametrize("given", [{}, {"key_secret": ""}, {"key_secret": "/key", "key": "given"}])
def test_no_secret_is_read_where_none_is_needed(given):
    assert context_keys(given, never) == {}


def test_the_secret_of_a_login_is_refused_without_what_it_holds():
    with pytest.raises(LaunchError, match="key_secret: '/key': it has no key") as refusal:
        context_keys({"key_secret": "/key"}, Held(password="do-not-repeat"))
    assert "do-not-repeat" not in refusal.value.message
