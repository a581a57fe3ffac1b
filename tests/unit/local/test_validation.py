# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RDS refuses, and with which code."""

from __future__ import annotations

import pytest

from local.endpoint import validation
from local.endpoint.faults import Fault

VALUE, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"


def meta(name: str, data_type: str, allowed: str | None, apply_type: str = "dynamic", modifiable: bool = True) -> dict:
    found = {"ParameterName": name, "DataType": data_type, "ApplyType": apply_type, "IsModifiable": modifiable}
    return found if allowed is None else found | {"AllowedValues": allowed}


CATALOG = {
    entry["ParameterName"]: entry
    for entry in (
        meta("work_mem", "integer", "64-2147483647"),
        meta("wal_buffers", "integer", "-1-262143", "static"),
        meta("random_page_cost", "float", "0-1.79769e+308"),
        meta("autovacuum", "boolean", "0,1"),
        meta("log_statement", "string", "none,ddl,mod,all"),
        meta("search_path", "string", None),
        meta("shared_preload_libraries", "list", "pg_cron,pgaudit", "static"),
        meta("fsync", "boolean", "0,1", modifiable=False),
    )
}


def setting(name: str, value: str, method: str = "pending-reboot") -> dict[str, str]:
    return {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}


@pytest.mark.parametrize(
    "item",
    [
        setting("work_mem", "64", "immediate"),
        setting("work_mem", "{DBInstanceClassMemory/1024}"),
        setting("wal_buffers", "-1"),
        setting("random_page_cost", "1.1"),
        setting("random_page_cost", "1e3"),
        setting("autovacuum", "1"),
        setting("log_statement", "ddl"),
        setting("search_path", "app, public"),
        setting("shared_preload_libraries", "pgaudit,pg_cron"),
    ],
)
def test_parameter_accepted(item: dict[str, str]) -> None:
    validation.check_parameters(CATALOG, [item])


@pytest.mark.parametrize(
    ("item", "code", "words"),
    [
        (setting("wrk_mem", "64"), VALUE, "Could not find parameter with name: wrk_mem"),
        (setting("fsync", "0"), VALUE, "fsync cannot be modified"),
        (setting("work_mem", "4MB"), VALUE, "Invalid parameter value: 4MB for: work_mem"),
        (setting("work_mem", "63"), VALUE, "allowed values are: 64-2147483647"),
        (setting("work_mem", "64.0"), VALUE, "Invalid parameter value"),
        (setting("wal_buffers", "-2"), VALUE, "Invalid parameter value"),
        (setting("random_page_cost", "-0.1"), VALUE, "Invalid parameter value"),
        (setting("random_page_cost", "nan"), VALUE, "Invalid parameter value"),
        (setting("autovacuum", "on"), VALUE, "Invalid parameter value"),
        (setting("log_statement", "DDL"), VALUE, "Invalid parameter value"),
        (setting("search_path", "a\nb"), VALUE, "Invalid parameter value"),
        (setting("shared_preload_libraries", "pgaudit,timescaledb"), VALUE, "Invalid parameter value"),
        (setting("work_mem", "{Memory/2}"), VALUE, "Invalid parameter value"),
        (setting("wal_buffers", "64", "immediate"), COMBINATION, "cannot use immediate apply method for static parameter"),
        (setting("work_mem", "64", "later"), VALUE, "Invalid apply method later"),
    ],
)
def test_parameter_refused(item: dict[str, str], code: str, words: str) -> None:
    with pytest.raises(Fault) as refused:
        validation.check_parameters(CATALOG, [item])
    assert (refused.value.code, words in refused.value.message) == (code, True)


@pytest.mark.parametrize("count", [0, 21])
def test_number_of_parameters_in_a_call(count: int) -> None:
    validation.check_parameters(CATALOG, [setting("work_mem", "64")] * 20)
    with pytest.raises(Fault) as refused:
        validation.check_parameters(CATALOG, [setting("work_mem", "64")] * count)
    assert refused.value.code == VALUE


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        ("03:00-04:00", "sun:05:00-sun:06:00"),
        ("23:00-23:30", "sun:23:30-mon:00:30"),
        ("23:45-00:15", "mon:00:15-mon:00:45"),
        ("04:00-05:00", "Sun:05:00-Sun:06:00"),
        ("03:00-03:30", None),
    ],
)
def test_windows_accepted(backup: str, maintenance: str | None) -> None:
    validation.check_windows(backup, maintenance)


@pytest.mark.parametrize(
    ("backup", "maintenance", "words"),
    [
        ("3:00-4:00", None, "Invalid backup window format"),
        ("03:00-24:00", None, "Invalid backup window format"),
        ("03:00-03:29", None, "at least 30 minutes"),
        (None, "sun:05:00-06:00", "Invalid maintenance window format"),
        (None, "son:05:00-son:06:00", "Invalid maintenance window format"),
        (None, "sun:05:00-sun:05:10", "at least 30 minutes"),
        (None, "sun:05:00-tue:05:00", "less than 24 hours"),
        ("03:00-04:00", "sun:03:30-sun:04:30", "must not overlap"),
        ("03:00-06:00", "sun:04:00-sun:04:30", "must not overlap"),
        ("04:10-04:40", "sun:04:00-sun:05:00", "must not overlap"),
        ("23:45-00:15", "mon:00:00-mon:00:30", "must not overlap"),
        ("00:00-00:30", "sun:23:45-mon:00:15", "must not overlap"),
    ],
)
def test_windows_refused(backup: str | None, maintenance: str | None, words: str) -> None:
    with pytest.raises(Fault) as refused:
        validation.check_windows(backup, maintenance)
    assert (refused.value.code, words in refused.value.message) == (VALUE, True)


@pytest.mark.parametrize(("interval", "role"), [(0, None), (1, "arn"), (15, "arn"), (60, "arn")])
def test_monitoring_accepted(interval: int, role: str | None) -> None:
    validation.check_monitoring(interval, role)


@pytest.mark.parametrize(
    ("interval", "role", "code"), [(7, "arn", VALUE), (15, None, COMBINATION), (0, "arn", COMBINATION)]
)
def test_monitoring_refused(interval: int, role: str | None, code: str) -> None:
    with pytest.raises(Fault) as refused:
        validation.check_monitoring(interval, role)
    assert refused.value.code == code


@pytest.mark.parametrize("days", [None, 7, 31, 93, 713, 731])
def test_insights_retention_accepted(days: int | None) -> None:
    validation.check_insights(True, days)


@pytest.mark.parametrize(
    ("enabled", "days", "code"), [(True, 94, VALUE), (True, 744, VALUE), (True, 0, VALUE), (False, 7, COMBINATION)]
)
def test_insights_retention_refused(enabled: bool, days: int, code: str) -> None:
    with pytest.raises(Fault) as refused:
        validation.check_insights(enabled, days)
    assert refused.value.code == code


@pytest.mark.parametrize("password", ["12345678", "x" * 128, "a'b!c#d$"])
def test_password_accepted(password: str) -> None:
    validation.check_password(password)


@pytest.mark.parametrize(
    "password", ["1234567", "x" * 129, "pass/word", 'pass"word', "pass@word", "pass word", "pässword"]
)
def test_password_refused_and_not_shown(password: str) -> None:
    with pytest.raises(Fault) as refused:
        validation.check_password(password)
    assert (refused.value.code, password in str(refused.value)) == (VALUE, False)


@pytest.mark.parametrize("name", ["a", "launch-db-main", "A" * 63])
def test_identifier_accepted(name: str) -> None:
    validation.check_identifier(name)


@pytest.mark.parametrize("name", ["", "1db", "-db", "db-", "a--b", "a_b", "a" * 64])
@pytest.mark.parametrize("check", [validation.check_identifier, validation.check_master])
def test_names_refused(name: str, check) -> None:
    if check is validation.check_master and name == "a_b":
        name = "rdsadmin"  # an underscore is fine in a user's name, a reserved word is not
    with pytest.raises(Fault) as refused:
        check(name)
    assert refused.value.code == VALUE


def test_group_name_refused() -> None:
    validation.check_group_name("launch-pg-main")
    with pytest.raises(Fault, match="DBParameterGroupName"):
        validation.check_group_name("launch.pg")


def test_log_types() -> None:
    validation.check_log_types(["postgresql", "upgrade"])
    with pytest.raises(Fault) as refused:
        validation.check_log_types(["audit"])
    assert refused.value.code == COMBINATION


@pytest.mark.parametrize(
    ("protected", "skip", "snapshot"), [(True, True, None), (False, True, "last"), (False, False, None)]
)
def test_deletion_refused(protected: bool, skip: bool, snapshot: str | None) -> None:
    validation.check_deletion(False, True, None)
    validation.check_deletion(False, False, "last")
    with pytest.raises(Fault) as refused:
        validation.check_deletion(protected, skip, snapshot)
    assert refused.value.code == COMBINATION


GIB = 1024**3


@pytest.mark.parametrize(("pages", "expected"), [(471859, True), (471860, False), (524288, False)])
def test_shared_memory_is_at_most_ninety_percent(pages: int, expected: bool) -> None:
    assert validation.starts({"shared_buffers": str(pages)}, 4 * GIB) is expected
