# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of isolation are looked at in every run, and what breaks one is in the report of a drift check."""
from __future__ import annotations

import collections.abc

import pytest

from tests.integration.site.account import Account
from tests.integration.site.conftest import First
from tests.integration.site.playbooks import drift, finish, start

RULES = "launch.database.isolation_proof : Nothing breaks a rule of isolation"
CATALOG = "launch.database.isolation_proof : What was shipped is what runs"
PROOF = "launch.database.isolation_proof : No tenant sees another's rows"
FINDING = "R02: 'app.tasks': row level security is enabled but not forced on the owner. Remedy: alter table ... force row level security."
DIFFERENCE = "table app.tasks: row_security_forced: expected yes, found nothing"


@pytest.fixture
def unforced(account: Account, first: First) -> collections.abc.Iterator[None]:
    account.on_database("psql -X -U rdsadmin launch", "alter table app.tasks no force row level security")
    yield
    account.on_database("psql -X -U rdsadmin launch", "alter table app.tasks force row level security")


def test_a_run_looks_at_the_rules(first: First) -> None:
    assert RULES in first.output.text


@pytest.mark.usefixtures("unforced")
def test_what_breaks_a_rule_is_in_the_report() -> None:
    output, report = drift()
    assert (output.returncode, report["verdict"]) == (2, "drift")
    assert [(item["kind"], item["task"], item["reason"]) for item in report["items"]] == [("change", RULES, FINDING), ("change", CATALOG, DIFFERENCE)]
    assert PROOF in output.text, "and the rest is looked at"


@pytest.mark.usefixtures("unforced")
def test_what_breaks_a_rule_ends_the_run_with_object_and_remedy() -> None:
    refused = finish(start("rls.yml"))
    assert refused.returncode == 2
    assert [line for line in refused.text.splitlines() if line.startswith("[ERROR]: ")] == [f"[ERROR]: Task failed: Module failed: {FINDING}"]
    assert refused.changed == {"localhost": 0, "launch-pool-1": 0}
