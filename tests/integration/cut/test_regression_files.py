# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our cut beside PostgreSQL's grammar, over PostgreSQL's own regression tests, which pglast's source package brings.

They are fetched from the package index by the version that is installed, into .cache, and are no part of this repository.
"""
from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tarfile

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from tests.support.ansible import ROOT
from tests.support.pglast_cut import ParseError, by_grammar

FOLDER = "libpg_query/test/sql/postgres_regress/"
# psql's: commands, the data of COPY, and variables. Behind some commands the statement before them ends.
DATA = re.compile(r"^(copy\b[^;]*\bfrom\s+stdin\b[^;]*);[^\n]*\n(?:.*\n)*?\\\.$", re.MULTILINE | re.IGNORECASE)
# One that the server refuses reads nothing, and none follows it there. Here the rows always follow.
REFUSED_COPY = re.compile(r"^copy\b[^;]*\bfrom\s+stdin\b[^;]*;(?!\n\\\.\n)", re.MULTILINE | re.IGNORECASE)
COMMAND = re.compile(r"^\\(?!\.).*$|\\(?:g|gx|gset|gexec|gdesc|crosstabview|watch)\b.*$|\\(?=;)", re.MULTILINE)
VARIABLE = re.compile(r"""(?<!:):(?=['"][a-zA-Z_]+['"])|(?<=[ (]):(?=[a-zA-Z_])|^:[a-z_]+(?=;)""", re.MULTILINE)
END = "\n\\.\n"
# Statements that are no SQL, on purpose but for a few that are data or a variable.
MOST_REFUSED = 187


@pytest.fixture(scope="module")
def files():
    """Text by name."""
    version = importlib.metadata.version("pglast")
    folder = ROOT / ".cache" / "pglast"
    package = folder / f"pglast-{version}.tar.gz"
    if not package.exists():
        # .venv has no pip, and uv downloads no source packages.
        subprocess.run([sys.executable, "-m", "venv", folder / "pip"], check=True)
        command = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary=pglast"]
        subprocess.run([folder / "pip" / "bin" / "pip", *command, f"--dest={folder}", f"pglast=={version}"], check=True)
    with tarfile.open(package) as archive:
        return {
            member.name.rpartition("/")[2]: archive.extractfile(member).read() for member in archive
            if FOLDER in member.name and member.name.endswith(".sql")
        }


def as_sql(content):
    """The file without what is psql's, but for the ends of what COPY reads. One of them is in another encoding."""
    text = content.decode("utf-8", errors="replace")
    return VARIABLE.sub("", COMMAND.sub(";", REFUSED_COPY.sub(r"\g<0>\n\\.\n", DATA.sub(r"\1;\n\\.\n", text))))


def is_sql(statement):
    try:
        return len(by_grammar(statement.text)) == 1
    except ParseError:
        return False


def without(script, statements):
    """The script with the text of these taken out of their places."""
    kept, position = [], 0
    for statement, is_taken_out in statements:
        start = script.index(statement.text, position)
        end = start + len(statement.text)
        kept += [script[position:start], "" if is_taken_out else statement.text]
        position = script.index(END, end) + len(END) if is_taken_out and statement.data is not None else end
    return "".join([*kept, script[position:]])


def test_the_grammar_has_the_same_statements_in_postgresqls_regression_tests(files):
    refused, found = [], 0
    for name, content in files.items():
        script = as_sql(content)
        statements = [(statement, not is_sql(statement)) for statement in split(script)]
        refused += [(name, statement.line) for statement, is_refused in statements if is_refused]
        # One syntax error is enough for the grammar to say nothing about a file.
        script = without(script, statements)
        ours = [statement.text for statement in split(script)]
        assert ours == by_grammar(script.replace(END, "\n")), name
        found += len(ours)
    assert len(files) > 200 and found > 45000
    assert len(refused) <= MOST_REFUSED, refused
