# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameter metadata as RDS shows it."""

from __future__ import annotations

from local.endpoint import catalog


def setting(name: str, vartype: str, context: str, **more: object) -> dict:
    row = {"name": name, "vartype": vartype, "context": context, "unit": None, "short_desc": "Text.", "enumvals": None}
    return row | {"min_val": None, "max_val": None} | more


ROWS = [
    setting("work_mem", "integer", "user", unit="kB", min_val="64", max_val="2147483647"),
    setting("shared_buffers", "integer", "postmaster", unit="8kB", min_val="16", max_val="1073741823"),
    setting("log_statement", "enum", "superuser", enumvals=["none", "ddl"]),
    setting("autovacuum", "bool", "sighup"),
    setting("port", "integer", "postmaster", min_val="1", max_val="65535"),
    setting("block_size", "integer", "internal", min_val="8192", max_val="8192"),
]


def found() -> catalog.Catalog:
    return catalog.build({"minor": 12, "settings": ROWS})


def test_dynamic_parameter_with_its_unit_in_front_of_the_description() -> None:
    assert found().parameters["work_mem"] == {
        "ParameterName": "work_mem",
        "Description": "(kB) Text.",
        "Source": "engine-default",
        "ApplyType": "dynamic",
        "DataType": "integer",
        "IsModifiable": True,
        "ApplyMethod": "pending-reboot",
        "AllowedValues": "64-2147483647",
    }


def test_static_parameter_with_the_default_of_rds() -> None:
    entry = found().parameters["shared_buffers"]
    assert (entry["ApplyType"], entry["Source"], entry["ParameterValue"]) == (
        "static",
        "system",
        "{DBInstanceClassMemory/32768}",
    )


def test_what_may_not_be_changed() -> None:
    locked = {name for name, entry in found().parameters.items() if not entry["IsModifiable"]}
    assert locked == {"port", "block_size", "rds.extensions"}


def test_words_that_are_allowed() -> None:
    entries = found().parameters
    assert (entries["log_statement"]["AllowedValues"], entries["autovacuum"]["AllowedValues"]) == ("none,ddl", "0,1")


def test_parameters_only_rds_has() -> None:
    entries = found().parameters
    assert (entries["rds.force_ssl"]["ParameterValue"], entries["rds.force_ssl"]["ApplyType"]) == ("1", "dynamic")
    assert "pgaudit" in entries["rds.extensions"]["ParameterValue"].split(",")
    assert list(entries) == sorted(entries)
