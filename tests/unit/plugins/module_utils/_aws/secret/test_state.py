# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.secret.state import (
    ActualSecret,
    DesiredSecret,
    dump,
    fingerprint,
    hidden,
    parse,
    request_token,
)
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
    held = {"username": "u", "password": "p", "scram_verifier": "v", "port": 1, "schema": "s", "admin_token": "t", "previous_password": "o"}
    wanted = DesiredSecret("s", fields={"schema": "s", "previous_password": None, "password": "x"})
    assert ActualSecret(True, content=held).public(wanted.shown) == {"username": "u", "port": 1, "schema": "s"}


HIDDEN = [
    ("our own, whatever they are", {"password": "p", "scram_verifier": "v"}, {"p", "v"}),
    ("an empty password is not between all letters", {"password": ""}, set()),
    ("others' secrets", {"admin_token": "token-1", "pin": 123456}, {"token-1", "123456"}),
    ("inside of others", {"old": [{"password": "first-one"}, "second-one"]}, {"first-one", "second-one"}),
    ("truth and nothing tell nothing", {"tls": True, "old": None}, set()),
    ("too short to be hidden everywhere", {"flag": "on", "number": 1}, set()),
    ("what may be seen", {"username": "launch_master", "port": 5432}, set()),
    ("part of what is printed anyway", {"instance": "launch-db-main"}, set()),
]


@pytest.mark.parametrize(("content", "expected"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_must_not_be_seen_anywhere(content, expected):
    assert hidden(content, DesiredSecret("s").shown, '{"host":"launch-db-main.example.com"}') == expected


def test_a_token_is_the_same_for_the_same_step_and_suits_aws():
    assert request_token("v1", "text") == request_token("v1", "text")
    assert 32 <= len(request_token("v1", "text")) <= 64


def test_going_back_to_an_older_content_is_another_step():
    assert request_token("v1", "text") != request_token("v2", "text")


def test_a_fingerprint_follows_the_verifier_and_does_not_contain_it():
    assert fingerprint({"scram_verifier": "a"}) != fingerprint({"scram_verifier": "b"})
    assert fingerprint({}) is None
