# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of the context runs, with a server of its own, and its ways answer alike. What it measures with a few rows means nothing."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

from tests.benchmarks import context

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_every_query_is_measured_in_every_way(tmp_path: pathlib.Path) -> None:
    report = tmp_path / "context.json"
    options = ["--tenants", "8", "--tasks", "20", "--rounds", "1", "--json", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.context", *options], cwd=ROOT, env={**os.environ, "PYTHONPATH": ".collections"},
        capture_output=True, text=True, check=False, timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(report.read_text(encoding="utf-8"))["rows"]
    ways = (context.BY_HAND, context.SIGNED, context.UNSIGNED, context.EARLIER)
    assert {(row["query"], row["way"]) for row in rows} == {(query, way) for query in (*context.QUERIES, context.TRANSACTION) for way in ways}
    assert all(row["microseconds"] > 0 for row in rows)
