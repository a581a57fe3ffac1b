# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks of the context and of the log run, with a server of their own. What they measure in one round means nothing."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

from tests.benchmarks import audit, context

ROOT = pathlib.Path(__file__).resolve().parents[3]


def run(benchmark: str, report: pathlib.Path, *options: str) -> list[dict[str, t.Any]]:
    """The rows of the report of one round."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{benchmark}", *options, "--rounds", "1", "--json", str(report)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ".collections"}, capture_output=True, text=True, check=False, timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(report.read_text(encoding="utf-8"))["rows"]
    assert all(row["microseconds"] > 0 for row in rows)
    return rows


def test_every_query_is_measured_in_every_way(tmp_path: pathlib.Path) -> None:
    rows = run("context", tmp_path / "context.json", "--tenants", "8", "--tasks", "20")
    ways = (context.BY_HAND, context.FLOOR, context.SIGNED, context.UNSIGNED, context.EARLIER)
    assert {(row["query"], row["way"]) for row in rows} == {(query, way) for query in (*context.QUERIES, context.TRANSACTION) for way in ways}


def test_every_write_is_measured_with_a_log_and_without(tmp_path: pathlib.Path) -> None:
    rows = run("audit", tmp_path / "audit.json")
    assert {(row["write"], row["way"]) for row in rows} == {(write, way) for write in audit.WRITES for way in audit.WITHOUT}
