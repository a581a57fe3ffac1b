# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metadata of all DB parameters of family postgres17: PostgreSQL's own from a real server, and RDS's.

The server's own catalogue (pg_settings) is the source of types, ranges, units and contexts. It is read once per
image and cached, since that needs a server. RDS writes a parameter's unit in front of its description.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from local.containers import podman
from local.endpoint import sql
from local.endpoint.postgres import BIN
from local.endpoint.rds_parameters import DEFAULTS, EXTENSIONS, LIBRARIES, LOCKED, RDS_ONLY
from local.images import DB

PROBE = f"""\
set -e
{BIN}/initdb -D /rds/data -U rdsadmin --auth=trust --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
echo "shared_preload_libraries = '{",".join(LIBRARIES)}'" >> /rds/data/postgresql.conf
{BIN}/pg_ctl -D /rds/data -w -l /rds/log/probe.log -o "-c listen_addresses=" start >/dev/null
{BIN}/psql -XAtq -U rdsadmin -d postgres <<'LAUNCH_END'
SELECT json_build_object(
    'minor', current_setting('server_version_num')::int % 10000,
    'settings', ({sql.SETTINGS})
)
LAUNCH_END
"""

DATA_TYPES = {"bool": "boolean", "integer": "integer", "real": "float", "enum": "string", "string": "string"}


@dataclass(frozen=True)
class Catalog:
    """Parameters by name in the shape of the API, and the minor version of the installed server."""

    parameters: dict[str, dict]
    installed_minor: int


def load(state: Path) -> Catalog:
    """Return the catalogue of the current database image, from the cache in ``state`` if it has it."""
    cache = state / f"catalog-{DB.identity()[:16]}.json"
    if not cache.exists():
        found = podman(
            "run", "--rm", "--interactive", "--network=none", "--user=postgres", DB.name, "bash", "-s", data=PROBE
        )
        state.mkdir(parents=True, exist_ok=True)
        cache.write_text(found, encoding="utf-8")
    return build(json.loads(cache.read_text(encoding="utf-8")))


def build(probe: dict) -> Catalog:
    """Return the catalogue for what a probed server said."""
    entries = [_from_setting(row) for row in probe["settings"]] + [_from_rds(row) for row in RDS_ONLY]
    return Catalog({entry["ParameterName"]: entry for entry in sorted(entries, key=_name)}, probe["minor"])


def _name(entry: dict) -> str:
    return entry["ParameterName"]


def _from_setting(row: dict) -> dict:
    """Return a row of pg_settings in the shape of the API's Parameter."""
    name = row["name"]
    static = row["context"] in ("postmaster", "internal")
    entry = {
        "ParameterName": name,
        "Description": f"({row['unit']}) {row['short_desc']}" if row["unit"] else row["short_desc"],
        "Source": "engine-default",
        "ApplyType": "static" if static else "dynamic",
        "DataType": DATA_TYPES[row["vartype"]],
        "IsModifiable": row["context"] != "internal" and name not in LOCKED,
        "ApplyMethod": "pending-reboot",
    }
    if (allowed := _allowed(row)) is not None:
        entry["AllowedValues"] = allowed
    if name in DEFAULTS:
        entry |= {"ParameterValue": DEFAULTS[name], "Source": "system"}
    if name == "shared_preload_libraries":
        entry |= {"DataType": "list", "AllowedValues": ",".join(LIBRARIES)}
    return entry


def _allowed(row: dict) -> str | None:
    if row["vartype"] == "bool":
        return "0,1"
    if row["vartype"] == "enum":
        return ",".join(row["enumvals"])
    if row["vartype"] in ("integer", "real"):
        return f"{row['min_val']}-{row['max_val']}"
    return None


def _from_rds(row: tuple[str, str | None, str, str | None, str, str]) -> dict:
    """Return a parameter that only RDS has in the shape of the API's Parameter."""
    name, value, data_type, allowed, apply_type, description = row
    entry = {
        "ParameterName": name,
        "Description": description,
        "Source": "system",
        "ApplyType": apply_type,
        "DataType": data_type,
        "IsModifiable": name != "rds.extensions",
        "ApplyMethod": "pending-reboot",
        "ParameterValue": ",".join(EXTENSIONS) if name == "rds.extensions" else value,
        "AllowedValues": allowed,
    }
    return {key: content for key, content in entry.items() if content is not None}
