# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import (
    Check,
    Finding,
    Found,
    Outcome,
    divided,
    findings_of,
    load,
    may_not_apply,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.check.prelude import with_prelude
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

RULES = pathlib.Path(__file__).resolve().parents[6] / "sql" / "checks"
COLUMNS = ["rule", "severity", "object", "detail", "remedy"]
CHECK = Check("R02.sql", "select")
ERROR = Finding("R02.sql", "R02", "error", "app.tasks", "not forced", "force it")
WARNING = Finding("R22.sql", "R22", "warning", "app.tasks: x", "no index", "make one")


def test_the_rules_of_the_collection_are_checks():
    checks = load({path.name: path.read_bytes() for path in RULES.iterdir()})
    assert [check.name for check in checks] == sorted(path.name for path in RULES.glob("*.sql"))


@pytest.mark.parametrize(("text", "query"), [
    ("-- why\nselect 1;\n", "select 1"),
    ("with a as (select ';') select * from a", "with a as (select ';') select * from a"),
    ("\ufeffvalues (1)", "values (1)"),
])
def test_a_check_is_one_query(text, query):
    assert load({"a.sql": text.encode(), "README.md": b"# checks"}) == [Check("a.sql", query)]


@pytest.mark.parametrize("content", [
    b"", b"-- nothing", b"select 1; select 2", b"select 1; commit; drop table a", b"delete from a returning *", b"set transaction read write", b"\xff",
])
def test_anything_else_is_refused(content):
    with pytest.raises(LaunchError) as refusal:
        load({"a.sql": content, "b.sql": b"select 1"})
    assert (refusal.value.option, refusal.value.value) == ("path", "a.sql") and refusal.value.remedy


@pytest.mark.parametrize("files", [{}, {"README.md": b""}])
def test_a_folder_without_checks_is_no_proof(files):
    with pytest.raises(LaunchError, match="it holds no check"):
        load(files)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(LaunchError) as refusal:
        load({"a.sql": b"", "b.sql": b"drop table b"})
    assert "a.sql" in refusal.value.message and "b.sql" in refusal.value.message


def test_rows_with_a_detail_become_findings():
    rows = [("R02", "error", "app.tasks", "not forced", "force it"), ("R02", "error", "app.projects", None, "force it")]
    assert findings_of(CHECK, COLUMNS, rows) == [ERROR]
    assert findings_of(CHECK, COLUMNS, []) == []


@pytest.mark.parametrize(("name", "rule"), [("R02.sql", "R02"), ("R15_audit_writable.sql", "R15"), ("sub/S1_x.y.sql", "S1")])
def test_a_rule_is_called_as_its_file_begins(name, rule):
    assert Check(name, "").rule == rule


@pytest.mark.parametrize("rule", sorted(RULES.glob("*.sql")), ids=lambda path: path.stem)
def test_a_rule_of_the_collection_is_called_as_in_its_findings(rule):
    assert f"'{Check(rule.name, '').rule}' as rule," in rule.read_text(encoding="utf-8")


def test_what_may_not_apply_is_a_rule_there_is_with_a_reason():
    assert may_not_apply([{"rule": "R02", "reason": "none of it"}], [CHECK]) == {"R02"}
    with pytest.raises(LaunchError) as refusal:
        may_not_apply([{"rule": "R03", "reason": "x"}, {"rule": "R02", "reason": ""}], [CHECK])
    assert "may_not_apply[0].rule: 'R03'" in refusal.value.message and "may_not_apply[1].reason: it is empty" in refusal.value.message


def test_the_prelude_says_names_as_text_whatever_is_in_them():
    query = with_prelude("select '{names}' -- x", Names.from_options({"app_schema": "notes", "id_type": "char varying(3) collate \"it's\""}))
    assert "'notes'::pg_catalog.text as app_schema, " in query and "'char varying(3) collate \"it''s\"'::pg_catalog.text as id_type" in query
    assert query.endswith("select * from (\nselect '{names}' -- x\n) as examined")


@pytest.mark.parametrize(("columns", "rows", "words"), [
    (COLUMNS[:4], [], "it answers with the columns rule, severity, object, detail."),
    (COLUMNS[::-1], [], "it answers with the columns remedy"),
    (COLUMNS, [("R02", "fatal", "o", "d", "r")], "it has the severity 'fatal'."),
    (COLUMNS, [("R02", None, "o", "d", "r")], "it has the severity None."),
])
def test_an_answer_that_no_check_gives_is_refused_without_a_row_too(columns, rows, words):
    with pytest.raises(LaunchError) as refusal:
        findings_of(CHECK, columns, rows)
    assert words in refusal.value.message and refusal.value.remedy


@pytest.mark.parametrize(("fail_on", "failures"), [("error", [ERROR]), ("warning", [ERROR, WARNING]), ("never", [])])
def test_what_a_failure_is_can_be_chosen(fail_on, failures):
    failing, lesser = divided([ERROR, WARNING], fail_on)
    assert failing == failures
    assert [*failing, *lesser] in ([ERROR, WARNING], [WARNING, ERROR])


def test_a_failure_says_object_and_remedy_and_has_all_findings_as_data():
    found = Found([ERROR], Outcome([ERROR, WARNING], {"R02.sql": 2, "R05.sql": 0}, [Check("R05.sql", "")]).as_result("error"))
    assert found.message == "R02: 'app.tasks': not forced. Remedy: force it."
    assert [finding["rule"] for finding in found.as_result()["findings"]] == ["R02", "R22"]
    assert found.as_result()["not_applicable"] == ["R05"]
    assert found.as_result()["warned"] == [
        "R22: 'app.tasks: x': no index. Remedy: make one.", "R05: there was nothing it applies to, so it is unknown whether it is broken.",
    ]
