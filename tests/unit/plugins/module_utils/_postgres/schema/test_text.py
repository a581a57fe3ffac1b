# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import Header, lines_of, parse, write

HEADER = Header("17", "UTF8", ("database", "master"), {"platform/V1__a.sql": -12, "launch/R__b: c.sql": 3}, ("parameter * | acl rds*", "role rds*"))


@pytest.mark.parametrize("facts", [
    {"table a.t": {"owner": "o", "acl r": "SELECT"}},
    {"function a.f(text, integer)": {"body": "\nbegin\n\n  return 1;\n\tnull; -- | x | y\nend\n"}},
    # Nobody sees these in a review.
    {"function a.f()": {"body": "a \n b\t\n\r\n\u202eevil\u200b"}},
    {'table "a |b"."c"': {"option x |y": '"quoted"', "z": ""}},
    {"table a.\"x\ny\"": {"owner": "o"}},
    {"function a.f()": {"body": "return '${master} ${x $ ${'"}},
    {"cast a to b": {"function": "\\d"}},
])
def test_what_is_written_is_read(facts):
    text = write(HEADER, facts, {})
    assert parse(text, {}, "17.txt").facts == facts
    assert parse(text, {}, "17.txt").header == HEADER
    assert all(line.replace("\t", "").isprintable() and line == line.rstrip() for line in text.split("\n"))


def test_lines_are_sorted_and_each_names_its_object():
    assert lines_of({"table b": {"owner": "o"}, "function a()": {"body": "one\n\n two", "acl r": "EXECUTE"}}) == [
        "function a() | acl r | EXECUTE", "function a() | body | one", "function a() | body |", "function a() | body |  two", "table b | owner | o",
    ]


def test_names_are_placeholders():
    facts = {"role the_master": {"kind": "login"}, "table a.t": {"acl the_master by x": "SELECT", "owner": "the_master", "roles": "b, the_master"}}
    text = write(HEADER, facts, {"master": "the_master"})
    assert "the_master" not in text and "role ${master} | kind | login" in text
    assert parse(text, {"master": "the_master"}, "f").facts == facts
    # What stands in the order of names is in order again.
    assert parse(text, {"master": "a"}, "f").facts["table a.t"] == {"acl a by x": "SELECT", "owner": "a", "roles": "a, b"}
    # Only whole words.
    assert "not_the_master" in write(HEADER, {"role not_the_master": {"kind": "login"}}, {"master": "the_master"})


@pytest.mark.parametrize(("text", "problem"), [
    ("# format: 2\n\nrole a | b | c\n", "format"),
    ("role a | b | c\n", "format"),
    ("# format: 1\n", "describes no object"),
    ("# format: 1\nrole a\n", "line 2"),
    ("# format: 1\nrole a | b\n", "line 2"),
    ('# format: 1\n"role | b | c\n', "line 2"),
    ('# format: 1\nrole a | b | "c\n', "line 2"),
    ("# format: 1\n# nonsense\nrole a | b | c\n", "header"),
    ("# format: 1\n# migration x: y\nrole a | b | c\n", "header"),
    ("# format: 1\n# migration x:\nrole a | b | c\n", "header"),
    ("# format: 1\nrole ${master} | b | c\n", "has no value"),
])
def test_what_is_no_expected_catalog_is_refused(text, problem):
    with pytest.raises(LaunchError, match=problem):
        parse(text, {}, "17.txt")


def test_line_ends_of_another_system_mean_nothing():
    facts = {"function a()": {"body": "one\ntwo"}}
    assert parse(write(HEADER, facts, {}).replace("\n", "\r\n"), {}, "f") == parse(write(HEADER, facts, {}), {}, "f")
