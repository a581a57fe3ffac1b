# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import decode
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.lines import line_ends
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import replace
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import portions, split

ENDS = pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])


@pytest.mark.parametrize(("text", "count"), [
    ("", 0), ("a", 0), ("\n\n", 2), ("\r\r", 2), ("\r\n\r\n", 2), ("\n\r", 2), ("\r\r\n\n", 3), ("\x0b\x0c\x85\u2028", 0),
])
def test_lines_are_counted_as_psql_counts_them(text, count):
    assert line_ends("\n" + text + "\n", 1, 1 + len(text)) == count


@ENDS
def test_a_statement_is_on_its_line_however_lines_end(end):
    script = f"SELECT 1;{end}-- x{end}SELECT 2;{end}{end}SELECT 3;{end}"
    assert [statement.line for statement in split(script)] == [1, 3, 5]
    assert [line for _text, line in portions(script, split(script), 1)] == [1, 1, 3, 5]


@ENDS
def test_a_placeholder_is_on_its_line_however_lines_end(end):
    with pytest.raises(LaunchError, match="V1__x.sql line 3 has"):
        replace(f"SELECT 1;{end}{end}SELECT ${{x}}", {}, "V1__x.sql")


@ENDS
@pytest.mark.parametrize("byte", [b"\xfc", b"\0"])
def test_a_byte_is_on_its_line_however_lines_end(end, byte):
    with pytest.raises(LaunchError, match="line 3: it "):
        decode(f"Zürich{end}{end}".encode() + byte, "locations", "V1__x.sql")
