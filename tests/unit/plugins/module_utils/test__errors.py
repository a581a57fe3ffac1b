# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors, gather, raise_all

SENTENCES = [
    (LaunchError("gone wrong."), "gone wrong."),
    (LaunchError("is unknown.", option="parameters.x"), "parameters.x: is unknown."),
    (LaunchError("is too small.", option="work_mem", value="1kB"), "work_mem: '1kB': is too small."),
    (LaunchError("is too small.", option="n", value=0, remedy="Take 1."), "n: 0: is too small. Take 1."),
]


@pytest.mark.parametrize(("error", "sentence"), SENTENCES, ids=[row[1] for row in SENTENCES])
def test_the_message_names_option_value_and_remedy(error, sentence):
    assert error.message == sentence
    assert str(error) == sentence


def test_the_result_has_only_what_is_known():
    assert LaunchError("is bad.", option="a").as_result() == {"option": "a", "problem": "is bad."}


def test_nothing_gathered_raises_nothing():
    assert raise_all([]) is None


def test_one_error_is_raised_as_itself():
    error = LaunchError("is bad.", option="a")
    with pytest.raises(LaunchError) as caught:
        raise_all([error])
    assert caught.value is error


def test_several_errors_are_raised_together():
    with pytest.raises(LaunchErrors) as caught:
        raise_all([LaunchError("is bad.", option="a"), LaunchError("is worse.", option="b")])
    assert caught.value.message == "a: is bad.\nb: is worse."
    assert [error["option"] for error in caught.value.as_result()["errors"]] == ["a", "b"]


def test_one_refusal_hides_neither_results_nor_other_refusals():
    def half(number):
        if number % 2:
            raise LaunchError("it is odd.", option="n", value=number)
        return number // 2

    results, errors = gather(half, [1, 4, 3, 6])
    assert results == [2, 3]
    assert [error.value for error in errors] == [1, 3]
