# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One grammar for every refusal, see CONTRIBUTING.md: what is written here is read behind ``option: value: ``."""
from __future__ import annotations

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Names that are written as they are, wherever they stand.
NAMES = {"AWS", "EC2", "Enhanced", "Flyway", "KMS", "LEAK", "NOT", "PgBouncer", "PostgreSQL", "RDS", "Secrets", "Ansible", "Python"}
SMALL_NAMES = {"boto3", "gp3", "systemd"}
# A sentence that begins with one of these has no subject.
VERBS = {"is", "has", "holds", "names", "was", "belongs", "exists", "owns", "answers", "can't", "does", "needs", "takes", "and"}


def parts(node: ast.expr) -> list[tuple[str, str]]:
    """First and last words of each literal that an expression may be; empty where a value stands there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [(node.value, node.value)]
    if isinstance(node, ast.IfExp):
        return parts(node.body) + parts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        first, last = node.values[0], node.values[-1]
        return [tuple(each.value if isinstance(each, ast.Constant) else "" for each in (first, last))]
    return []


def messages():
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "LaunchError" and node.args:
                has_option = any(keyword.arg == "option" for keyword in node.keywords)
                for first, last in parts(node.args[0]):
                    yield pytest.param(first, last, has_option, id=f"{path.relative_to(ROOT)}:{node.lineno}")


ALL = list(messages())


def test_there_are_messages():
    assert len(ALL) > 100


@pytest.mark.parametrize(("first", "last", "has_option"), ALL)
def test_a_problem_is_a_whole_sentence(first, last, has_option):
    word = re.match(r"[\w'-]*", first)[0]
    assert last.rstrip().endswith(".") or not last or "\n" in last
    assert word not in VERBS
    if has_option:
        assert not word[:1].isupper() or word in NAMES
    else:
        assert not word[:1].islower() or word in SMALL_NAMES


@pytest.mark.parametrize("word", ["wish", "wished", "wishes", "mend", "mends", "mended", "unrest"])
def test_words_that_readers_stumbled_over_stay_out(word):
    folders = [ROOT / folder for folder in ("plugins", "roles", "local", "playbooks")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".yml", ".j2", ".md") and path.is_file()]
    found = [path.relative_to(ROOT).as_posix() for path in files if re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"), re.IGNORECASE)]
    assert found == []
