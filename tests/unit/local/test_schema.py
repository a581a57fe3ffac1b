# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says about a system's database, as the replay takes it."""

from __future__ import annotations

import json
import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Catalogs, Live
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import checksums, load
from local.errors import StackError
from local.schema import MASTER, OF_RDS, System, expected_catalog

LAUNCH, NOTES = System("launch"), System("notes")
FACTS = {f"role {MASTER}": {"kind": "login"}, "role rds_iam": {"kind": "group"}, f"membership {MASTER} in rds_superuser": {"granted_by x": "set"}}


@pytest.mark.parametrize("system", [LAUNCH, NOTES])
def test_the_file_was_made_from_these_migrations(system: System) -> None:
    """Otherwise: make schema, and read what it changed."""
    files = load({path.name: path.read_bytes() for path in system.folder.glob("*.txt")}, {"master": "${master}"})
    assert list(files) == ["17"]
    for expected in files.values():
        assert expected.header.migrations == checksums(system.migrations)
        assert expected.header.foreign == tuple(sorted(system.foreign))


def test_a_system_of_the_tests_has_its_file_beside_its_migrations() -> None:
    assert NOTES.folder.parent in [pathlib.Path(folder).parent for folder in NOTES.migrations]
    assert (NOTES.preloaded, NOTES.roles[-1]["name"], NOTES.roles[-1]["member_of"]) == ("", "nb_app", ["nb_writer"])


def test_a_system_that_nobody_has_is_refused() -> None:
    with pytest.raises(StackError, match="nothing: it is no system"):
        System("nothing")


def test_groups_and_logins_without_any_secret() -> None:
    assert [role["name"] for role in LAUNCH.roles][-4:] == ["launch_gateway", "launch_app", "launch_app_read", "launch_archive"]
    assert not any("secret" in role for role in LAUNCH.roles)
    assert LAUNCH.preloaded == "pg_stat_statements,pgaudit" and len(LAUNCH.migrations) == 3


@pytest.mark.parametrize(("database", "of_rds"), [("rds", OF_RDS), ("other", ())])
def test_versions_that_the_inventory_pins_are_compared_and_only_libraries_are_preloaded(tmp_path, monkeypatch, database, of_rds) -> None:
    extensions = [{"name": "pgaudit", "preload": True}, {"name": "citext", "version": "1.6"}, {"name": "hstore"}]
    folder = tmp_path / "inventories" / "shop" / "system" / "all"
    folder.mkdir(parents=True)
    (folder / "system.yml").write_text(json.dumps({"system_extensions": extensions, "system_database": database}), encoding="utf-8")
    monkeypatch.setattr("local.schema.ROOT", tmp_path)
    shop = System("shop")
    assert shop.foreign == (*of_rds, *(f"extension {name} | version" for name in ("plpgsql", "pgaudit", "hstore")))
    assert shop.preloaded == "pgaudit"


def test_what_is_rdss_is_left_out_and_the_master_has_no_name() -> None:
    text = expected_catalog(LAUNCH, Live(170012, "UTF8", Catalogs(FACTS)))
    assert [line for line in text.splitlines() if line and not line.startswith("# ")] == ["role ${master} | kind | login"]


@pytest.mark.parametrize("live", [Live(170012, "UTF8", None, "locked"), Live(170012, "UTF8", Catalogs(FACTS, unmodelled=["operator class a.b"]))])
def test_nothing_is_written_of_what_is_not_known(live: Live) -> None:
    with pytest.raises(StackError, match="locked|operator class"):
        expected_catalog(LAUNCH, live)
