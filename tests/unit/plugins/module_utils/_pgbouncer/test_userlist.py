# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import pwd

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer import userlist_file
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.userlist import Access, Userlist, changed, desired_users, parse, plan_userlist, render
from ansible_collections.launch.database.plugins.module_utils._scram import verifier
from tests.support.plans import without

ONE, TWO = verifier("one"), verifier("two")
ACCESS = Access("root", "postgres", "0640")
ODD = {'a"b': ONE, "a b": TWO, "a\\": ONE, "ä": TWO, '""': ONE, "%{x}": TWO}


def planned(users, text, access=ACCESS):
    plan = plan_userlist("/f", users, ACCESS, Userlist(text, None if text is None else access))
    return [(change.action, change.path, change.before, change.after) for change in plan.changes]


@pytest.mark.parametrize(("users", "text", "changes"), [
    ({"a": ONE}, None, [("create", "users.a", None, "(hidden)")]),
    ({"a": ONE}, "", [("create", "users.a", None, "(hidden)")]),
    ({"a": ONE}, render({"a": ONE}), []),
    ({"a": TWO}, render({"a": ONE}), [("update", "users.a", "(hidden)", "(hidden)")]),
    ({"b": ONE}, render({"a": ONE}), [("create", "users.b", None, "(hidden)"), ("delete", "users.a", "(hidden)", None)]),
    ({"a": None}, render({"a": ONE}), [("update", "users.a", "(hidden)", "(hidden)")]),
    ({"a": None}, "", [("create", "users.a", None, "(hidden)")]),
    ({"a": ONE}, "; by hand\n" + render({"a": ONE}), [("update", "layout", "somebody else's", "of this module")]),
    ({"a": ONE, "b": TWO}, render({"b": TWO, "a": ONE}), [("update", "layout", "somebody else's", "of this module")]),
    ({}, None, [("update", "layout", None, "of this module")]),
    (ODD, render(ODD), []),
])
def test_a_difference_is_a_change_that_shows_no_verifier(users, text, changes):
    assert planned(users, text) == changes


def test_a_file_that_others_may_read_is_changed():
    assert planned({"a": ONE}, render({"a": ONE}), Access("root", "root", "0644")) == [
        ("update", "file.group", "root", "postgres"), ("update", "file.mode", "0644", "0640"),
    ]


def test_names_with_odd_characters_are_read_back():
    assert parse(render(ODD)) == ODD
    assert render({'a"b': ONE}) == f'"a""b" "{ONE}"\n'


def test_what_is_no_entry_is_left_out():
    assert parse(f'; "c" "x"\n"a" "{ONE}" extra\n\n"b"  "{TWO}"\n') == {"a": ONE, "b": TWO}


@pytest.mark.parametrize(("user", "words"), [
    ({"name": "a", "verifier": "hidden-password"}, "users[1]: the verifier of 'a' is not one of PostgreSQL's"),
    ({"name": "a", "secret": "/a"}, "users[1].secret: '/a': it was not read: the module itself reads no secret."),
    ({"name": "a\n\"b", "verifier": ONE}, "it is not the name of a user"),
    ({"name": "", "verifier": ONE}, "it is not the name of a user"),
    ({"name": "first", "verifier": ONE}, "users[1].name: 'first': it is named more than once"),
])
def test_what_makes_no_user_is_refused_without_a_secret(user, words):
    with pytest.raises(LaunchError) as refusal:
        desired_users([{"name": "first", "verifier": ONE}, user], [])
    assert words in refusal.value.message and refusal.value.remedy and "hidden" not in refusal.value.message


def test_a_secret_that_does_not_exist_yet_is_a_verifier_that_is_not_known():
    assert desired_users([{"name": "a", "secret": "/a"}, {"name": "b", "secret": "/b", "verifier": ONE}], ["/a"]) == {"a": None, "b": ONE}


@pytest.fixture
def mine():
    """Access that whoever runs the tests can give."""
    user = pwd.getpwuid(os.getuid())
    return Access(user.pw_name, userlist_file._name(userlist_file.grp.getgrgid, os.getgid()), "0640")


def test_a_file_is_read_as_it_was_written(tmp_path, mine):
    path = str(tmp_path / "userlist.txt")
    assert userlist_file.read(path) == Userlist()
    for users in ({"a": ONE}, ODD):
        userlist_file.write(path, render(users), mine)
        assert userlist_file.read(path) == Userlist(render(users), mine)
    assert os.listdir(tmp_path) == ["userlist.txt"]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, mine, monkeypatch):
    path = str(tmp_path / "userlist.txt")
    userlist_file.write(path, render({"a": ONE}), mine)
    with pytest.raises(LaunchError, match="group: 'nobody-has-this': it is not known on this host"):
        userlist_file.write(path, "", Access(mine.owner, "nobody-has-this", "0640"))

    def fail(_descriptor):
        raise OSError("full")

    monkeypatch.setattr(userlist_file.os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        userlist_file.write(path, "", mine)
    assert userlist_file.read(path).text == render({"a": ONE}) and os.listdir(tmp_path) == ["userlist.txt"]


@pytest.mark.parametrize(("users", "text"), [
    ({"a": ONE}, None),
    ({"a": TWO, "b": ONE}, render({"a": ONE, "c": TWO})),
    ({"b": TWO, "a": ONE}, "; by hand\n" + render({"a": ONE, "b": TWO})),
    ({}, render({"a": ONE})),
])
def test_a_plan_that_is_carried_out_makes_the_file(users, text):
    actual = Userlist(text, None if text is None else Access("root", "root", "0644"))
    plan = plan_userlist("/f", users, ACCESS, actual)
    assert changed(plan, actual, list(users), ACCESS) == Userlist(render(users), ACCESS)
    assert ONE not in repr(plan) + repr(plan.payloads("create", "update"))


@pytest.mark.parametrize("path", ["users.a", "users.b", "users.c", "file.mode"])
def test_a_change_that_is_taken_out_of_the_plan_is_not_made(path):
    users, actual = {"a": TWO, "b": ONE}, Userlist(render({"a": ONE, "c": TWO}), Access("root", "postgres", "0644"))
    plan = without(plan_userlist("/f", users, ACCESS, actual), path)
    made = changed(plan, actual, list(users), ACCESS)
    assert [change.path for change in plan_userlist("/f", users, ACCESS, made).changes] == [path]
