# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._argspec import POSTGRES_CONNECTION, TAGS, ArgumentSpec


def test_merging_keeps_options_and_requirements_of_both():
    first = ArgumentSpec(options={"a": {"type": "str"}}, required_if=(("a", 1, ("b",)),))
    second = ArgumentSpec(options={"b": {"type": "int"}}, required_if=(("b", 1, ("a",)),))
    kwargs = first.merge(second).to_kwargs()
    assert set(kwargs["argument_spec"]) == {"a", "b"}
    assert kwargs["required_if"] == [("a", 1, ("b",)), ("b", 1, ("a",))]


def test_an_option_of_both_is_our_mistake():
    with pytest.raises(ValueError, match="tags"):
        TAGS.merge(TAGS)


def test_a_database_password_is_never_logged():
    assert POSTGRES_CONNECTION.options["login_password"]["no_log"] is True


def test_a_database_connection_is_verified_unless_told_otherwise():
    assert POSTGRES_CONNECTION.options["ssl_mode"]["default"] == "verify-full"
