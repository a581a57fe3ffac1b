# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._aws.secret.plan import content, plan_secret
from ansible_collections.launch.database.plugins.module_utils._aws.secret.state import ActualSecret, DesiredSecret
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._scram import belongs, verifier

PASSWORD = "a-password-of-some-length"
HELD = {"username": "launch", "password": PASSWORD, "scram_verifier": verifier(PASSWORD), "port": 5432, "extra": "kept"}


def desired(**kwargs):
    return DesiredSecret("/launch/db", **kwargs)


def actual(held=None, **kwargs):
    return ActualSecret(True, content=HELD if held is None else held, version_id="v1", **kwargs)


def changes(wanted, now):
    return [(change.action, change.path, change.before, change.after) for change in plan_secret(wanted, now).changes]


def without(*keys):
    return {key: value for key, value in HELD.items() if key not in keys}


PLANS = [
    ("nothing named", desired(), actual(), []),
    ("the same", desired(username="launch", fields={"port": 5432}), actual(), []),
    ("a port as text", desired(fields={"port": "5432"}), actual(), []),
    ("no value is unmanaged", desired(fields={"port": None, "host": None}), actual(), []),
    ("a new field", desired(fields={"host": "h"}), actual(), [("field", "fields.host", None, "h")]),
    ("a changed field", desired(fields={"port": 5433}), actual(), [("field", "fields.port", 5432, 5433)]),
    ("an empty field is a value", desired(fields={"extra": ""}), actual(), [("field", "fields.extra", "kept", "")]),
    ("no verifier", desired(), actual(without("scram_verifier")), [("field", "fields.scram_verifier", None, "(hidden)")]),
    ("a verifier of another password", desired(), actual({**HELD, "password": "changed-by-a-rotation"}),
     [("field", "fields.scram_verifier", "(hidden)", "(hidden)")]),
    ("no content", desired(), actual({}), [
        ("field", "fields.password", None, "(hidden)"), ("field", "fields.scram_verifier", None, "(hidden)")]),
    ("no key", desired(kind="key"), actual({}), [("field", "fields.key", None, "(hidden)")]),
    ("a key that is there", desired(kind="key"), actual({"key": "k", "next_key": "n"}), []),
    ("a description", desired(description="d"), actual(description="c"), [("update", "description", "c", "d")]),
    ("an empty description is the same as none", desired(description=""), actual(), []),
    ("an unset description is left alone", desired(), actual(description="c"), []),
    ("a key", desired(kms_key_id="k"), actual(kms_key_id="arn:aws:kms:r:1:key/other"), [("update", "kms_key_id", "arn:aws:kms:r:1:key/other", "k")]),
    ("a key in other words", desired(kms_key_id="k"), actual(kms_key_id="arn:aws:kms:r:1:key/k"), []),
    ("an unset key is left alone", desired(), actual(kms_key_id="k"), []),
    ("tags", desired(tags={"a": "1"}, purge_tags=True), actual(tags={"b": "2"}), [("tag", "tags.a", None, "1"), ("untag", "tags.b", "2", None)]),
    ("gone", desired(state="absent"), actual(), [("delete", "secret", "/launch/db", None)]),
    ("going", desired(state="absent"), actual(deleted=True), []),
    ("never there", desired(state="absent"), ActualSecret(False), []),
    ("back", desired(fields={"host": "h"}), actual({}, deleted=True), [("restore", "secret", "scheduled for deletion", "/launch/db")]),
]


@pytest.mark.parametrize(("wanted", "now", "expected"), [row[1:] for row in PLANS], ids=[row[0] for row in PLANS])
def test_plan(wanted, now, expected):
    assert changes(wanted, now) == expected


REFUSED = [
    (desired(fields={"password": "x"}), "fields.password"),
    (desired(fields={"scram_verifier": "x"}), "fields.scram_verifier"),
    (desired(fields={"username": "x"}), "fields.username"),
    (desired(kind="key", fields={"next_key": "x"}), "fields.next_key"),
    (desired(kind="key"), "kind"),
    (desired(fields={"port": "many"}), "fields.port"),
    (desired(recovery_window=6), "recovery_window"),
    (desired(recovery_window=31), "recovery_window"),
]


@pytest.mark.parametrize(("wanted", "option"), REFUSED)
def test_what_is_refused(wanted, option):
    with pytest.raises(LaunchError) as caught:
        plan_secret(wanted, actual())
    assert caught.value.option == option
    assert caught.value.remedy


def test_a_value_of_a_forbidden_field_is_not_repeated():
    with pytest.raises(LaunchError) as caught:
        plan_secret(desired(fields={"password": "do-not-repeat"}), actual())
    assert "do-not-repeat" not in caught.value.message


def test_a_password_that_no_verifier_can_be_made_of_is_refused_without_naming_it():
    with pytest.raises(LaunchError) as caught:
        plan_secret(desired(), actual({"password": "p\u00e4ssword"}))
    assert "p\u00e4ssword" not in caught.value.message


def test_no_secret_value_is_in_a_plan():
    shown = repr(plan_secret(desired(), actual({**HELD, "password": "changed"}))) + repr(actual())
    assert not any(secret in shown for secret in (PASSWORD, "changed", HELD["scram_verifier"]))


def test_what_is_there_is_kept_to_the_letter():
    assert content(HELD, plan_secret(desired(), actual()), lambda length: "never") == HELD


def test_a_login_makes_no_use_of_the_secret_of_a_key():
    with pytest.raises(LaunchError, match="it is the secret of a key"):
        plan_secret(desired(), actual({"key": "do-not-repeat"}))


def test_a_key_is_generated_once():
    plan = plan_secret(desired(kind="key"), ActualSecret(False))
    assert content({}, plan, lambda length: "x" * length) == {"key": "x" * 64}
    assert content({"key": "k"}, plan_secret(desired(kind="key"), actual({"key": "k"})), lambda length: "never") == {"key": "k"}


def test_a_password_is_generated_once_with_its_verifier():
    plan = plan_secret(desired(username="launch", password_length=20), ActualSecret(False))
    made = content({}, plan, lambda length: "x" * length)
    assert (made["username"], made["password"]) == ("launch", "x" * 20)
    assert belongs("x" * 20, made["scram_verifier"])
