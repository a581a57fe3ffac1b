# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the role database_schema's wishes can be refused without a database: pure.

The modules refuse the same by the same rules, but only once there is a server to connect to.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, LaunchErrors
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import flyways_own
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import wished

MIGRATIONS = "database_schema_migrations"
TENANTS = "database_schema_tenants"
CA_FILE = "database_ca_file"

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def check_migrations(files: t.Mapping[str, bytes]) -> list[LaunchError]:
    """What is wrong with names and contents of the files of the folder."""
    # Which values Flyway's own placeholders have makes no difference to what is wrong.
    errors = _raised(lambda: load(files, lambda path: flyways_own("", "", "", "", path)))
    return [_called(error, "path", MIGRATIONS) for error in errors]


def check_tenants(tenants: t.Any, canaries: t.Sequence[t.Mapping[str, t.Any]], spec: t.Mapping[str, t.Any]) -> list[LaunchError]:
    """What is wrong with the list of tenants, alone and beside the canaries.

    :arg tenants: whatever the inventory says.
    :arg spec: what postgres_tenant takes as a tenant, an argument specification.
    """
    if not isinstance(tenants, t.Sequence) or isinstance(tenants, str):
        return [LaunchError("is no list.", option=TENANTS, value=tenants, remedy="List the tenants, each with id and name; [] is none.")]
    taken, errors = [], []
    for index, tenant in enumerate(tenants):
        problems, values = _taken(tenant, spec)
        taken.append(values)
        errors += [
            LaunchError(f"{problem}.", option=f"{TENANTS}[{index}]", value=tenant, remedy="A tenant has id and name, and may have domain and status.")
            for problem in problems
        ]
    return errors or _raised(lambda: wished([*taken, *canaries], TENANTS))


def check_ca(content: bytes | None, path: t.Any) -> list[LaunchError]:
    """What is wrong with the file of certificate authorities.

    :arg content: None where there is no file.
    """
    if content is not None and _CERTIFICATE in content:
        return []
    return [LaunchError(
        "is no file on the controller." if content is None else "holds no certificate in PEM.", option=CA_FILE, value=path,
        remedy="Download the bundle of the region from https://truststore.pki.rds.amazonaws.com; that of the local stack is made by make up.",
    )]


def _taken(tenant: t.Any, spec: t.Mapping[str, t.Any]) -> tuple[list[str], dict[str, t.Any]]:
    if not isinstance(tenant, t.Mapping):
        return ["is no dictionary"], {}
    checked = ArgumentSpecValidator(spec).validate(dict(tenant))
    return checked.error_messages, checked.validated_parameters


def _raised(check: t.Callable[[], t.Any]) -> list[LaunchError]:
    try:
        check()
    except LaunchErrors as errors:
        return list(errors.errors)
    except LaunchError as error:
        return [error]
    return []


def _called(error: LaunchError, option: str, variable: str) -> LaunchError:
    """The same error under the name that the inventory has for a module's option."""
    if error.option != option:
        return error
    return LaunchError(error.problem, option=variable, value=error.value, remedy=error.remedy)
