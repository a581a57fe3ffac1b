# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks without an inventory refuse a run that would do nothing, or not what was meant, before they reach for a database."""
from __future__ import annotations

import json

import pytest

from tests.integration.postgres.modules import ROOT
from tests.support.ansible import run_playbook_file

ATTACK = {"isolation_proof_tenants": ["a", "b"], "isolation_proof_actor": "c"}
TENANTS = {"tenants_actor": "c"}


@pytest.mark.parametrize("book", ["tenants", "isolation_check", "isolation_attack", "audit_report", "backfill"])
def test_a_tag_that_nothing_has(book):
    done = run_playbook_file(ROOT / "playbooks" / f"{book}.yml", arguments=["--tags", "nope"])
    assert done.returncode == 2 and "--tags: 'nope': nothing in this playbook has such a tag." in done.tasks[-1]["msg"], done.output


@pytest.mark.parametrize(("book", "variables", "said"), [
    ("tenants", {}, "tenants_list, tenants_exports, tenants_restores: nothing is asked for."),
    ("tenants", {**TENANTS, "tenants_list": []}, "tenants_list, tenants_exports, tenants_restores: nothing is asked for."),
    ("tenants", {**TENANTS, "tenants_lists": [{}]}, "tenants_lists: this playbook has no variable of this name. Did you mean tenants_list?"),
    ("tenants", {**TENANTS, "tenants_list": {"id": "a"}}, "tenants_list: {'id': 'a'}: it is not a list."),
    ("tenants", {**TENANTS, "tenants_exports": [{"tenat": "a", "path": "/a"}]}, "tenants_exports[0].tenat: there is no such key. Did you mean tenant?"),
    ("tenants", {**TENANTS, "tenants_restores": [{"pth": "/a"}]}, "tenants_restores[0].pth: there is no such key. Did you mean path?"),
    ("isolation_check", {"isolation_proof_fail_onn": "never"}, "isolation_proof_fail_onn: this playbook has no variable of this name."),
    ("isolation_attack", ATTACK, "isolation_proof_attackers: it has nobody of the role read_write"),
    ("isolation_attack", {**ATTACK, "isolation_proof_attackers": [{"role": "read_writ", "user": "a"}]}, "Did you mean read_write?"),
    ("isolation_attack", {**ATTACK, "isolation_proof_attackers": [{"role": "read_write", "user": "a"}, {"role": "read_only"}]},
     "the entries of read_only have neither user nor secret."),
    ("audit_report", {"audit_report_tenan": "a"}, "audit_report_tenan: this playbook has no variable of this name. Did you mean audit_report_tenant?"),
    ("backfill", {"backfill_wher": "true"}, "backfill_wher: this playbook has no variable of this name. Did you mean backfill_where?"),
    ("audit_report", {}, "audit_report_starts: it has no value."),
])
def test_what_would_do_nothing_is_an_error(book, variables, said):
    done = run_playbook_file(ROOT / "playbooks" / f"{book}.yml", arguments=["-e", json.dumps(variables)])
    assert done.returncode == 2 and said in done.tasks[-1]["msg"], done.output
    assert done.stats["localhost"]["changed"] == 0
