# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection ships for any system knows no name of one of them, launch's least of all."""
from __future__ import annotations

import io
import pathlib
import re
import tokenize
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = ("plugins", "roles", "sql/checks", "sql/platform", "sql/platform_audit")
# How launch calls what it has: launch_rw, launch.context, launch:tag.
OF_LAUNCH = re.compile(r"launch[_.:]\w+")
# What only sounds like it, and whose it is.
OTHERS = (
    re.compile(r"(?<![\w.])(ansible_collections\.)?launch\.database\b"),  # this collection
    re.compile(r"\b(ec2_|pool_hosts_)?launch_template\b"),  # EC2: what machines are started from
    re.compile(r"\blaunch_new_connection\(\)"),  # PgBouncer: a function of its source
)


def python_strings(text: str) -> t.Iterator[tuple[int, str]]:
    """Every string, documentation and examples of plugins among them, and the literal parts of f-strings."""
    kinds = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in kinds:
            yield token.start[0], token.string


def yaml_scalars(text: str) -> t.Iterator[tuple[int, str]]:
    """Every key and every value; comments are none of them."""
    for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
        yield from _scalars(node)


def _scalars(node: yaml.Node | None) -> t.Iterator[tuple[int, str]]:
    if isinstance(node, yaml.ScalarNode):
        yield node.start_mark.line + 1, node.value
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _scalars(part)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _scalars(part)


def lines(text: str) -> t.Iterator[tuple[int, str]]:
    """Everything: in SQL a comment is read beside the code, a template and a text are what somebody gets."""
    yield from enumerate(text.splitlines(), 1)


READERS = {".py": python_strings, ".yml": yaml_scalars, ".sql": lines, ".j2": lines, ".md": lines}
FILES = sorted(path for folder in SHIPPED for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def names_of_launch(path: pathlib.Path, text: str) -> list[str]:
    found = []
    for line, literal in READERS[path.suffix](text):
        for other in OTHERS:
            literal = other.sub("", literal)
        found += [f"{path.name}:{line}: {match}" for match in OF_LAUNCH.findall(literal)]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_name_of_launchs_is_in_what_any_system_gets(path):
    assert names_of_launch(path, path.read_text(encoding="utf-8")) == []
    assert names_of_launch(path, path.name if path.suffix in (".j2", ".sql", ".md") else "") == []


@pytest.mark.parametrize(("name", "text", "found"), [
    ("a.py", 'ROLE = "launch_rw"', ["launch_rw"]),
    ("a.py", "x = f'SET {y} launch.context'", ["launch.context"]),
    ("a.py", 'r"""\nEXAMPLES\n  role: launch_owner\n"""', ["launch_owner"]),
    ("a.py", "TAG = 'launch:fingerprint'", ["launch:fingerprint"]),
    ("a.py", "launch_rw = 1  # launch_rw", []),
    ("a.py", "from ansible_collections.launch.database.plugins import x\ny = 'launch.database._postgres'", []),
    ("a.yml", "a: {b: [launch_rw]}", ["launch_rw"]),
    ("a.yml", "launch_rw: 1", ["launch_rw"]),
    ("a.yml", "a: |\n  text\n  launch.conf", ["launch.conf"]),
    ("a.yml", "# launch_rw\nlaunch.database.postgres_role: {}\npool_hosts_launch_template: {}", []),
    ("a.sql", "select 1; -- launch_rw", ["launch_rw"]),
    ("a.sql", "grant select to launch_ro", ["launch_ro"]),
    ("a.sql", "-- launch.database contributors", []),
    ("a.j2", "{{ launch_owner }}", ["launch_owner"]),
])
def test_a_name_of_launchs_is_found_wherever_it_stands(name, text, found):
    assert [each.rpartition(" ")[2] for each in names_of_launch(pathlib.Path(name), text)] == found
