# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import parse, sort_key, version_order


@pytest.mark.parametrize(("path", "kind", "version", "description"), [
    ("V1_0_0__initial_schema.sql", "V", "1.0.0", "initial schema"),
    ("V003__x.sql", "V", "003", "x"),
    ("V2__a__b.sql", "V", "2", "a  b"),
    ("V14___three.sql", "V", "14", " three"),
    ("V4.sql", "V", "4", ""),
    ("V5__.SQL", "V", "5", ""),
    ("V1.2_3__with-dash and space.sql", "V", "1.2.3", "with-dash and space"),
    ("sub/dir/V9__x.sql", "V", "9", "x"),
    ("R__views.sql", "R", None, "views"),
    ("B2__base.sql", "B", "2", "base"),
    ("U1__undo.sql", "U", "1", "undo"),
])
def test_a_name_says_what_flyway_reads_in_it(path, kind, version, description):
    name = parse(path)
    assert (name.path, name.kind, name.version, name.description) == (path, kind, version, description)


@pytest.mark.parametrize("path", [
    "v7__x.sql", "initial.sql", "V__x.sql", "V1-rc1__x.sql", "V11_nodescsep.sql", "V+1__x.sql", "V\u0661__x.sql", "V1_.sql",
    "R1__x.sql", "Rviews.sql", "B__base.sql", "b2__base.sql", "B2__x.txt", "V1__x.sq", "R__views.txt", "V1__" + "x" * 201 + ".sql",
])
def test_a_misnamed_migration_is_refused_with_its_name_and_the_pattern(path):
    with pytest.raises(LaunchError) as refusal:
        parse(path)
    assert refusal.value.option == "locations"
    assert refusal.value.value == path
    assert "V<version>__<description>.sql" in refusal.value.remedy


def test_settings_without_their_script_are_refused_and_the_script_is_named():
    with pytest.raises(LaunchError) as refused:
        parse("a/V2__x.sql.conf")
    assert refused.value.message == "locations: 'a/V2__x.sql.conf': the script that it is about is not beside it. Bring V2__x.sql back, or remove this."
    assert parse("notes.sql.conf") is None


@pytest.mark.parametrize("path", ["README.md", "data.csv", ".gitkeep", "undo/notes.txt"])
def test_what_is_no_migration_is_let_be(path):
    assert parse(path) is None


def test_zeros_at_the_end_of_a_version_mean_nothing():
    assert version_order("1") == version_order("1.0.0") < version_order("1.0.1") < version_order("1.10") < version_order("02")
    assert version_order("0") == version_order("0.0")


def test_versions_come_by_number_and_repeatable_ones_last_by_description():
    paths = ["R__b.sql", "V10__x.sql", "R__B.sql", "V9__a.sql", "B9__x.sql", "V9_1__x.sql"]
    assert [name.path for name in sorted(map(parse, paths), key=sort_key)] == [
        "B9__x.sql", "V9__a.sql", "V9_1__x.sql", "V10__x.sql", "R__B.sql", "R__b.sql",
    ]


def test_repeatable_ones_are_in_javas_order():
    """By UTF-16: beyond the first 65,536 characters lie those that come before its last ones."""
    names = [parse(f"R__{letter}.sql") for letter in ("\uff5e", "\U0001f600", "b", "B")]
    assert [name.description for name in sorted(names, key=sort_key)] == ["B", "b", "\U0001f600", "\uff5e"]
