# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and lists that the pool hosts' plays would refuse: refused before the account is called, whose endpoint nobody answers here."""
from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.site.test_refusals import LOCAL, NOBODY, refusal, run

HARBOR = {"id": "01JAMZ0000HARB0RPAPERC0MPA", "name": "Harbor Paper Company", "domain": "harbor-paper.example"}
CANARY = "00000000CANARYA00000000000"
NO_ENDPOINT = f"aws_endpoint_url: '{NOBODY}': no answer"


@pytest.fixture
def given(tmp_path: pathlib.Path) -> dict[str, t.Any]:
    """What is in order: a folder with a migration and a file of authorities."""
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "V1__a.sql").write_text("create table a ();\n", encoding="utf-8")
    authorities = tmp_path / "ca.pem"
    authorities.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    return {"aws_endpoint_url": NOBODY, "database_schema_migrations": str(folder), "database_ca_file": str(authorities)}


def test_with_all_in_order_the_endpoint_is_next(given: dict[str, t.Any]) -> None:
    assert refusal(run("site.yml", LOCAL, **given)).startswith(NO_ENDPOINT)


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_misnamed_and_a_duplicate_migration(given: dict[str, t.Any], check: bool) -> None:
    folder = pathlib.Path(given["database_schema_migrations"])
    for name in ("V1_0__again.sql", "v2__b.sql"):
        (folder / name).write_text("select 1;\n", encoding="utf-8")
    misnamed, duplicate = refusal(run("site.yml", LOCAL, check=check, **given)).splitlines()
    assert misnamed.startswith("database_schema_migrations: 'v2__b.sql': it is not a migration's name") and "Name it V<version>__" in misnamed
    assert duplicate.startswith("database_schema_migrations: 'V1_0__again.sql': it has the same version 1.0 as V1__a.sql. Rename")


def test_a_folder_that_is_not_there(given: dict[str, t.Any]) -> None:
    message = refusal(run("site.yml", LOCAL, **given | {"database_schema_migrations": "/nowhere"}))
    assert message.startswith("database_schema_migrations: '/nowhere': it is not a folder on the controller. Fix the path")


@pytest.mark.parametrize(
    ("tenants", "start"),
    [
        pytest.param([{"name": "A"}], "database_schema_tenants[0]: {'name': 'A'}: missing required arguments: id. A tenant has", id="no id"),
        pytest.param([HARBOR | {"id": "abc"}], "database_schema_tenants[0].id: 'abc': it is not an id. It has 26", id="bad id"),
        pytest.param([HARBOR, HARBOR | {"domain": "b.example"}], f"database_schema_tenants: two tenants have the id '{HARBOR['id']}'.", id="twice"),
        pytest.param([HARBOR | {"id": CANARY}], f"database_schema_tenants: two tenants have the id '{CANARY}'.", id="a canary's"),
        pytest.param("harbor", "database_schema_tenants: 'harbor': it is not a list. List", id="no list"),
    ],
)
def test_a_list_of_tenants_that_none_can_be_made_of(given: dict[str, t.Any], tenants: object, start: str) -> None:
    message = refusal(run("site.yml", LOCAL, **given, database_schema_tenants=tenants))
    assert message.startswith(start)
    assert len(message.splitlines()) == 1


def test_a_missing_file_of_authorities(given: dict[str, t.Any], tmp_path: pathlib.Path) -> None:
    missing = str(tmp_path / "missing.pem")
    message = refusal(run("site.yml", LOCAL, **given | {"database_ca_file": missing}))
    assert message.startswith(f"database_ca_file: '{missing}': it is not a file on the controller. Download")


def test_a_file_without_certificates(given: dict[str, t.Any]) -> None:
    pathlib.Path(given["database_ca_file"]).write_text("<html>", encoding="utf-8")
    assert "it holds no certificate in PEM" in refusal(run("site.yml", LOCAL, **given))


def test_a_vaulted_file_of_authorities_is_in_order(given: dict[str, t.Any], tmp_path: pathlib.Path) -> None:
    authorities, password = pathlib.Path(given["database_ca_file"]), tmp_path / "password"
    password.write_text("open sesame", encoding="utf-8")
    vault = VaultLib([("default", VaultSecret(b"open sesame"))])
    authorities.write_bytes(vault.encrypt(authorities.read_text(encoding="utf-8")))
    refused = run("site.yml", LOCAL, env={"ANSIBLE_VAULT_PASSWORD_FILE": str(password)}, **given)
    assert refusal(refused).startswith(NO_ENDPOINT)


@pytest.mark.parametrize(
    ("wishes", "start", "remedy"),
    [
        pytest.param({"pool_hosts_list": []}, "pool_hosts_list: []: it names 0 machines", "Name at least that many", id="no machines"),
        pytest.param({"pool_hosts_list": [], "pool_hosts_expected": 0}, "pool_hosts_list: []: it names 0 machines", "one in any case", id="none wanted"),
        pytest.param({"pool_hosts_expected": 3}, "pool_hosts_list: ['launch-pool-1', 'launch-pool-2']: it names 2", "Name at least", id="too few"),
        pytest.param({"pgbouncer_server_max_connections": 100}, "pgbouncer_max_db_connections", "lower the limits", id="too many connections"),
    ],
)
def test_pools_that_cannot_be(given: dict[str, t.Any], wishes: dict[str, t.Any], start: str, remedy: str) -> None:
    message = refusal(run("site.yml", LOCAL, **given, **wishes))
    assert message.startswith(start) and remedy in message


def test_the_schema_alone_refuses_the_same(given: dict[str, t.Any]) -> None:
    message = refusal(run("schema.yml", LOCAL, **given, database_schema_tenants=[{}]))
    assert message.startswith("database_schema_tenants[0]: {}: missing required arguments: id, name.")
