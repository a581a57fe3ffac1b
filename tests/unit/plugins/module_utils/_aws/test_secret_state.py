# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.secret_state import ActualSecret, dump, fingerprint, parse, request_token
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError


@pytest.mark.parametrize("text", [None, "", "plain-secret-text", "[1]", '"x"'])
def test_what_is_no_json_object_is_refused_without_showing_it(text):
    with pytest.raises(LaunchError, match="JSON object") as caught:
        parse("/launch/db", text)
    assert "plain-secret-text" not in caught.value.message


def test_order_does_not_matter():
    assert dump({"b": 1, "a": 2}) == dump({"a": 2, "b": 1})
    assert parse("s", dump({"a": {"b": 1}})) == {"a": {"b": 1}}


def test_only_what_may_be_shown_is_public():
    assert ActualSecret(True, content={"username": "u", "password": "p", "scram_verifier": "v"}).public() == {"username": "u"}


def test_a_token_is_the_same_for_the_same_step_and_suits_aws():
    assert request_token("v1", "text") == request_token("v1", "text")
    assert 32 <= len(request_token("v1", "text")) <= 64


def test_going_back_to_an_older_content_is_another_step():
    assert request_token("v1", "text") != request_token("v2", "text")


def test_a_fingerprint_follows_the_verifier_and_does_not_contain_it():
    assert fingerprint({"scram_verifier": "a"}) != fingerprint({"scram_verifier": "b"})
    assert fingerprint({}) is None
