# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.isolation.tables import Table, to_prove
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

TASKS = Table("app", "tasks", "tenant_id")
COUNTRIES = Table("app", "countries", None)
REASON = "the same for everybody"


@pytest.mark.parametrize(("tables", "exempt", "proved"), [
    ([TASKS], {}, [TASKS]),
    ([TASKS, COUNTRIES], {"app.countries": REASON}, [TASKS]),
    ([TASKS, Table("app", "tenants", "id")], {"app.tasks": REASON}, [Table("app", "tenants", "id")]),
])
def test_what_can_be_read_is_proved_unless_it_is_exempt(tables, exempt, proved):
    assert to_prove(tables, exempt, Names()) == proved


@pytest.mark.parametrize(("tables", "exempt", "option", "words"), [
    ([TASKS, COUNTRIES], {}, "exempt_tables", "NOT PROVED: app.countries has no column tenant_id"),
    ([TASKS], {"app.countries": REASON}, "exempt_tables", "it is not a table that this login can read"),
    ([], {}, "names", "NOT PROVED: this login can read no table with a column tenant_id"),
    ([TASKS], {"app.tasks": REASON}, "names", "NOT PROVED: this login can read no table"),
])
def test_what_is_no_proof_is_refused(tables, exempt, option, words):
    with pytest.raises(LaunchError, match=words) as refusal:
        to_prove(tables, exempt, Names())
    assert refusal.value.option == option and refusal.value.remedy
