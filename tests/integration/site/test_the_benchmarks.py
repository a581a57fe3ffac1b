# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A smoke run of each benchmark, on the site that stands already: that they run and count, not what they find."""
from __future__ import annotations

import dataclasses
import pathlib

from tests.benchmarks import site, tenants
from tests.benchmarks.peers.gather import gather
from tests.integration.site.account import PROFILE
from tests.integration.site.conftest import First
from tests.integration.site.playbooks import FAST, accelerated


def test_the_site_against_its_peers(first: First, tmp_path: pathlib.Path) -> None:
    site.keep(gather(PROFILE), tmp_path / "peers.json")
    kinds = {kind.name: kind for kind in site.kinds(None, tmp_path, {})}
    found = {name: [kinds[f"{name}, Mitogen" if FAST else name].run()] for name in ("ours", "peers")}
    assert found["peers"][0].changed == [], "the peers keep what there is"
    report = site.report(found)
    assert [row["resource"] for row in report["tasks"]] == [resource.name for resource in site.RESOURCES]
    assert report["runs"]["ours"]["calls_by_name"]["rds.DescribeDBInstances"] > 0
    assert "AWS calls of one run of ours:" in site.text(report)


def test_tenants(first: First, tmp_path: pathlib.Path) -> None:
    kind = tenants.kind(tmp_path, 2, "--check")
    run = dataclasses.replace(kind, command=(*accelerated(True), *kind.command)).run()
    assert any(task.action == "launch.database.postgres_tenant" and task.outcome == "changed" for task in run.tasks)
