# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import datetime
import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import Excuse, Judged
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import (
    Check,
    Finding,
    Found,
    Outcome,
    causes_first,
    divided,
    findings_of,
    load,
    may_not_apply,
    of_known_rules,
    shared_tables,
)
from ansible_collections.launch.database.plugins.module_utils._postgres.check.prelude import with_prelude
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names

RULES = pathlib.Path(__file__).resolve().parents[6] / "sql" / "checks"
COLUMNS = ["rule", "severity", "object", "detail", "remedy"]
CHECK = Check("R02.sql", "select")
ERROR = Finding("R02.sql", "R02", "error", "app.tasks", "not forced", "force it")
WARNING = Finding("R22.sql", "R22", "warning", "app.tasks: x", "no index", "make one")


def test_who_may_too_much_is_told_before_what_comes_of_it():
    member = Finding("R27.sql", "R27", "error", "app", "it is a member of the owner", "revoke it")
    assert causes_first([ERROR, WARNING, member, ERROR]) == [member, ERROR, WARNING, ERROR]


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
    assert findings_of(CHECK, COLUMNS, rows) == ([ERROR], [])
    assert findings_of(CHECK, COLUMNS, []) == ([], [])


def test_what_a_rule_had_no_way_to_look_at_is_no_finding_and_is_told():
    found, unseen = findings_of(CHECK, COLUMNS, [("R02", "unseen", "statements", "there is no extension", "install it")])
    assert (found, [each.detail for each in unseen]) == ([], ["there is no extension"])
    told = Outcome(Judged([], [], []), {CHECK.name: 0}, [], unseen=unseen).as_result("warning")
    assert (told["not_looked_at"], told["findings"], told["not_applicable"]) == ({"R02": "there is no extension"}, [], [])


def test_only_what_is_about_speed_may_leave_the_verdict_alone():
    """Any other rule that can't look is unknown."""
    assert [rule.name for rule in RULES.glob("*.sql") if "'unseen'" in rule.read_text(encoding="utf-8")] == ["R51_predicate_not_leakproof.sql"]
    assert "'error'" not in (RULES / "R51_predicate_not_leakproof.sql").read_text(encoding="utf-8")


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
    found = Found([ERROR], Outcome(Judged([ERROR, WARNING]), {"R02.sql": 2, "R05.sql": 0}, [Check("R05.sql", "")]).as_result("error"))
    assert found.message == "R02: 'app.tasks': not forced. Remedy: force it."
    assert [finding["rule"] for finding in found.as_result()["findings"]] == ["R02", "R22"]
    assert found.as_result()["not_applicable"] == ["R05"]
    assert found.as_result()["warned"] == [
        "R22: 'app.tasks: x': no index. Remedy: make one.", "R05: there was nothing it applies to, so it is unknown whether it is broken.",
    ]


def test_what_was_looked_at_is_told_by_check_in_order():
    outcome = Outcome(Judged([WARNING]), {"R22.sql": 3, "R02.sql": 0}, [CHECK])
    assert outcome.as_result("error") == {
        "checked": ["R22.sql", "R02.sql"], "examined": {"R22.sql": 3, "R02.sql": 0}, "not_applicable": ["R02"], "excepted": [], "unused_exceptions": [],
        "findings": [{"check": "R22.sql", "rule": "R22", "severity": "warning", "object": "app.tasks: x", "detail": "no index", "remedy": "make one"}],
        "warned": ["R22: 'app.tasks: x': no index. Remedy: make one.", "R02: there was nothing it applies to, so it is unknown whether it is broken."],
        "unknown_names": {}, "application_roles": [], "not_run": {}, "not_looked_at": {},
    }
    assert outcome.as_result("warning")["warned"] == ["R02: there was nothing it applies to, so it is unknown whether it is broken."]


def test_a_failure_is_told_as_an_error_with_the_outcome_beside_it():
    result = Found([ERROR], Outcome(Judged([ERROR]), {"R02.sql": 1}, []).as_result("error")).as_result()
    (error,) = result["errors"]
    assert (error["option"], error["value"], error["remedy"], result["examined"]) == ("R02", "app.tasks", "Remedy: force it.", {"R02.sql": 1})


@pytest.mark.parametrize(("columns", "rows"), [(COLUMNS[:4], []), (COLUMNS, [("R02", "fatal", "o", "d", "r")])])
def test_an_answer_that_no_check_gives_is_refused_under_the_check(columns, rows):
    with pytest.raises(LaunchError) as refusal:
        findings_of(CHECK, columns, rows)
    assert (refusal.value.option, refusal.value.value) == ("path", "R02.sql")


def test_a_severity_that_there_is_not_is_refused_where_the_row_is_no_finding_too():
    with pytest.raises(LaunchError, match="it has the severity 'fatal'. There are warning and error."):
        findings_of(CHECK, COLUMNS, [("R02", "fatal", "o", None, "r")])


@pytest.mark.parametrize(("files", "option", "remedy"), [
    ({}, "path", "Nothing would be looked at: fix the path."), ({"a.sql": b"select \xff"}, "path", "Save it as UTF-8."),
])
def test_what_can_not_be_loaded_is_refused_under_the_path(files, option, remedy):
    with pytest.raises(LaunchError) as refusal:
        load(files)
    assert (refusal.value.option, refusal.value.remedy) == (option, remedy)


def test_checks_come_in_the_order_of_their_names_and_only_those_in_sql():
    files = dict.fromkeys(("b.sql", "a.sql", "sub/c.sql", "d.txt", "e.sql.bak"), b"select 1")
    assert [check.name for check in load(files)] == ["a.sql", "b.sql", "sub/c.sql"]


@pytest.mark.parametrize(("options", "wrong"), [
    ([], []), ([{"rule": "R02", "reason": "x"}], []), ([{"rule": "R02", "reason": " "}], ["may_not_apply[0].reason"]),
    ([{"rule": "R02", "reason": "x"}, {"rule": "R9", "reason": "\t"}], ["may_not_apply[1].rule", "may_not_apply[1].reason"]),
])
def test_each_that_may_not_apply_is_refused_by_its_place(options, wrong):
    if not wrong:
        assert may_not_apply(options, [CHECK]) == {option["rule"] for option in options}
        return
    with pytest.raises(LaunchError) as refusal:
        may_not_apply(options, [CHECK])
    assert [line.split(": ")[0] for line in refusal.value.message.splitlines()] == wrong


def test_the_prelude_is_one_query_whatever_the_names_are():
    quoted = with_prelude("select 1", Names(id_pattern="^'$", id_generator="'%s' || '{}'"))
    assert "'^''$'::pg_catalog.text as id_pattern" in quoted and "'''%s'' || ''{}'''::pg_catalog.text as id_generator" in quoted
    assert load({"a.sql": quoted.encode()})[0].query == quoted
    assert all(f"::pg_catalog.text as {field.name}" in quoted for field in dataclasses.fields(Names))


def test_what_may_be_read_by_everybody_goes_into_the_prelude_as_text():
    assert "any (array['app.countries', 'app.it''s']::pg_catalog.text[])" in with_prelude("select 1", Names(), ["app.countries", "app.it's"])
    assert "any (array[]::pg_catalog.text[])" in with_prelude("select '{shared}'", Names()), "and without any it is none"


@pytest.mark.parametrize(("tables", "wrong"), [
    ([], []), ([{"name": "app.countries", "reason": "the same for all"}], []),
    ([{"name": "countries", "reason": "x"}], ["shared_tables[0].name"]),
    ([{"name": "app.countries", "reason": " "}], ["shared_tables[0].reason"]),
    ([{"name": "app.a", "reason": "x"}, {"name": "app.a", "reason": "x"}], ["shared_tables[1].name"]),
])
def test_a_shared_table_has_a_name_and_a_reason(tables, wrong):
    if not wrong:
        assert shared_tables(tables) == [table["name"] for table in tables]
        return
    with pytest.raises(LaunchError) as refusal:
        shared_tables(tables)
    assert [line.split(": ")[0] for line in refusal.value.message.splitlines()] == wrong


def test_exceptions_unused_and_shared_tables_that_are_not_there_are_told():
    excuse = Excuse("R16", "app.v", "me", "why", datetime.date(2027, 1, 31))
    result = Outcome(Judged([], [(WARNING, excuse)], [excuse]), {}, [], ["app.countries"]).as_result("error")
    assert result["findings"] == [] and result["warned"] == [
        "exceptions: 'R16 app.v': this exception matches no finding. Take it out, or fix its object.",
        "shared_tables: 'app.countries': there is no such table. Take it out, or fix its name.",
    ]
    (excepted,) = result["excepted"]
    assert (excepted["object"], excepted["detail"], excepted["owner"], excepted["expires"]) == ("app.v", "no index", "me", "2027-01-31")
    assert result["unused_exceptions"] == [{"rule": "R16", "object": "app.v", "owner": "me", "reason": "why", "expires": "2027-01-31"}]


def test_an_exception_is_of_a_rule_there_is():
    excuse = Excuse("R02", "app.v", "me", "why", datetime.date(2027, 1, 31))
    assert of_known_rules([excuse], [CHECK]) == [excuse]
    with pytest.raises(LaunchError, match=r"exceptions\[0\].rule: 'R16': it is not a rule of the folder."):
        of_known_rules([dataclasses.replace(excuse, rule="R16")], [CHECK])


def test_the_list_of_rules_has_each_with_its_severity():
    rows = {line[2:5]: line.rsplit("|", 2)[1].strip() for line in (RULES / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| R")}
    written = {}
    for path in RULES.glob("*.sql"):
        written[path.name[:3]] = ", ".join(word for word in ("error", "warning") if f"'{word}'" in path.read_text(encoding="utf-8"))
    assert rows == written


def test_a_name_that_nothing_has_is_told_and_warned_of():
    result = Outcome(Judged([]), {}, [], unknown_names={"gateway": "gatewy"}, application_roles=["app"]).as_result("error")
    assert (result["unknown_names"], result["application_roles"]) == ({"gateway": "gatewy"}, ["app"])
    assert result["warned"] == [
        "names.gateway: 'gatewy': there is no such role, so that nothing is known of it. Fix the name, or take it out where the system has none."]
