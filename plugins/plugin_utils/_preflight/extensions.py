# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Extensions of the database: what RDS has not, and what is loaded at the server's start only: pure.

Sources: RDS for PostgreSQL release notes, "Extensions supported for RDS for PostgreSQL", and the user guide, "Using PostgreSQL
extensions with Amazon RDS for PostgreSQL". RDS adds some from time to time: a name that is in no table here and like none of
them is left to the server.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import difflib
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import system
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, twice

OPTION = "system_extensions"
LIBRARIES = "shared_preload_libraries"
RESEMBLES = 0.8

ON_RDS = frozenset("""
    address_standardizer address_standardizer_data_us amcheck autoinc aws_commons aws_lambda aws_s3 bloom bool_plperl btree_gin btree_gist
    citext cube dblink dict_int dict_xsyn earthdistance fuzzystrmatch h3 h3_postgis hll hstore hstore_plperl hypopg insert_username intagg
    intarray ip4r isn jsonb_plperl lo log_fdw ltree moddatetime mysql_fdw ogr_fdw oracle_fdw orafce pageinspect pg_bigm pg_buffercache
    pg_cron pg_freespacemap pg_hint_plan pg_partman pg_prewarm pg_proctab pg_repack pg_similarity pg_stat_statements pg_tle pg_transport
    pg_trgm pg_visibility pg_walinspect pgactive pgaudit pgcrypto pglogical pgrouting pgrowlocks pgstattuple pgtap plcoffee plls plperl
    plpgsql plprofiler plrust pltcl plv8 postgis postgis_raster postgis_tiger_geocoder postgis_topology postgres_fdw prefix rdkit rds_tools
    refint seg sslinfo tablefunc tcn tds_fdw test_parser tsm_system_rows tsm_system_time unaccent uuid-ossp vector xml2
""".split())
_SUPERUSER = "it needs a superuser or the server's own files, and RDS gives neither"
_NOT_OFFERED = "RDS does not offer it"
NOT_ON_RDS: t.Mapping[str, tuple[str, str]] = {
    "adminpack": (_SUPERUSER, "Take it out."),
    "age": (_NOT_OFFERED, "Take it out, or run a server of your own (system_database: address)."),
    "citus": (_NOT_OFFERED, "Take it out, or run a server of your own (system_database: address)."),
    "file_fdw": (_SUPERUSER, "Read from S3 with aws_s3."),
    "pg_audit": ("that is not its name", "Write pgaudit."),
    "pg_qualstats": (_NOT_OFFERED, "Take it out; pg_stat_statements and hypopg are there."),
    "pg_stat_kcache": (_NOT_OFFERED, "Take it out; Performance Insights shows waits and CPU."),
    "pg_surgery": (_SUPERUSER, "Take it out."),
    "pg_wait_sampling": (_NOT_OFFERED, "Take it out; Performance Insights shows waits."),
    "pgvector": ("that is the project's name, not the extension's", "Write vector."),
    "plperlu": (_SUPERUSER, "Use plperl."),
    "plpython3u": (_SUPERUSER, "Use plpgsql, plv8 or a Lambda (aws_lambda)."),
    "pltclu": (_SUPERUSER, "Use pltcl."),
    "timescaledb": (
        f"{_NOT_OFFERED}: its licence keeps it from being one", "Partition by range (pg_partman), or run a server of your own (system_database: address).",
    ),
}
# Extensions that do nothing, or can't be created, unless their library is loaded when the server starts.
PRELOADED: t.Mapping[str, str] = {
    name: name for name in (
        "pg_cron", "pg_stat_statements", "pg_tle", "pgactive", "pgaudit", "pglogical", "pg_transport", "plprofiler", "plrust",
        "timescaledb",
    )
}
MISSPELT = {"pg_audit": "pgaudit", "pgvector": "vector"}


def _names(settings: Settings) -> t.Iterator[LaunchError]:
    extensions = settings.elements(OPTION)
    for index, extension in extensions:
        yield from _offered(f"{OPTION}[{index}].name", extension["name"], system.is_on_rds(settings))
    for name in twice(extension["name"] for _index, extension in extensions):
        yield LaunchError("it is named more than once.", option=OPTION, value=name, remedy="Put both into one.")


def _offered(option: str, name: str, on_rds: bool) -> t.Iterator[LaunchError]:
    if name in MISSPELT or (on_rds and name in NOT_ON_RDS):
        problem, remedy = NOT_ON_RDS[name]
        yield LaunchError(f"{problem}.", option=option, value=name, remedy=remedy)
    elif on_rds and name not in ON_RDS:
        near = difflib.get_close_matches(name, ON_RDS, 1, RESEMBLES)
        if near:
            yield LaunchError("RDS has no extension of this name.", option=option, value=name, remedy=f"Did you mean {near[0]}?")


def _preloaded(settings: Settings) -> t.Iterator[LaunchError]:
    """On a server of somebody else's, nobody here says what it preloads."""
    if not system.is_on_rds(settings):
        return
    parameters = settings.get("database_instance_parameters", {})
    libraries = _libraries(parameters.get(LIBRARIES))
    for index, extension in settings.elements(OPTION):
        name, option = extension["name"], f"{OPTION}[{index}]"
        if extension.get("preload") and PRELOADED.get(name, name) not in libraries:
            yield LaunchError(
                f"{name} is to be preloaded, but database_instance_parameters.{LIBRARIES} does not name it.", option=f"{option}.preload", value=True,
                remedy=f"Set it to {','.join([*libraries, name])}.",
            )
        elif name in PRELOADED and name in ON_RDS and not extension.get("preload"):
            yield LaunchError(
                f"{name} works only where its library is preloaded.", option=f"{option}.preload", value=extension.get("preload", False),
                remedy=f"Set it to true, and name {name} in database_instance_parameters.{LIBRARIES}.",
            )


def _libraries(value: t.Any) -> list[str]:
    words = re.split(r"\s*,\s*", value.strip()) if isinstance(value, str) else [str(word) for word in value or ()]
    return [word for word in words if word]


def _used(settings: Settings) -> t.Iterator[LaunchError]:
    for index, extension in settings.elements(OPTION):
        if not extension.get("create", True) and not extension.get("preload"):
            yield LaunchError(
                f"{extension['name']} is neither preloaded nor created, so that the entry does nothing.", option=f"{OPTION}[{index}]",
                remedy="Take it out, or say preload or create.",
            )


CHECKS: tuple[Check, ...] = (_names, _preloaded, _used)
