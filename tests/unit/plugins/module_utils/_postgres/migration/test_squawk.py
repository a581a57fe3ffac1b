# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import pathlib
import sys

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lint.squawk import ask, said
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Preview, steps
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split

PREVIEW = Preview("V1__x.sql", steps(split("-- why\nDROP TABLE a;\n\nALTER TABLE b\n  ADD c int;")), {})


def answer(line, **changes):
    return json.dumps([{"line": line, "rule_name": "some-rule", "message": "It is so.\n Really.", "help": "Do  otherwise.", **changes}])


@pytest.mark.parametrize(("text", "expected"), [
    ("[]", []),
    (answer(1), [("squawk-some-rule", "V1__x.sql line 2", "It is so. Really", "Do otherwise")]),
    (answer(4, help=None), [("squawk-some-rule", "V1__x.sql line 4", "It is so. Really", "see squawk's page about some-rule")]),
    (answer(0), [("squawk-some-rule", "V1__x.sql line 1", "It is so. Really", "Do otherwise")]),
])
def test_each_finding_is_at_its_statement(text, expected):
    assert [(found.rule, found.object, found.detail, found.remedy) for found in said("squawk", text, PREVIEW)] == expected


@pytest.mark.parametrize("text", ["", "no JSON", "{}x", "[1]", '[{"line": 1}]', '{"a": 1}', answer("1")])
def test_an_answer_that_can_not_be_read_is_no_answer(text):
    with pytest.raises(LaunchError, match="squawk: 'squawk': V1__x.sql: its answer can't be read; version 2 is known."):
        said("squawk", text, PREVIEW)


@pytest.mark.parametrize(("program", "words"), [
    ("/nowhere/squawk", "it can't be run: .*No such file"),
    (sys.executable, "it ended with 2: unknown option"),
])
def test_what_can_not_be_asked_is_not_taken_for_clean(program, words):
    with pytest.raises(LaunchError, match=words):
        ask(program, [], PREVIEW, "SELECT 1", False, 170012)


def test_an_excluded_rule_that_there_is_not_is_named_and_not_the_program():
    squawk = str(pathlib.Path(sys.executable).with_name("squawk"))
    with pytest.raises(LaunchError) as refused:
        ask(squawk, ["squawk-ban-drop-column"], PREVIEW, "SELECT 1", False, 170012)
    assert refused.value.option == "squawk_excluded" and "invalid rule name squawk-ban-drop-column" in refused.value.message
