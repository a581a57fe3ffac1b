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
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.placeholders import flyways_own, given_values
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.tenant.plan import desired

LOCATIONS = "database_schema_locations"
NAMES = "database_schema_names"
PLACEHOLDERS = "database_schema_placeholders"
TENANTS = "database_schema_tenants"
CA_FILE = "database_ca_file"

_VARIABLES = {"locations": LOCATIONS, "names": NAMES, "placeholders": PLACEHOLDERS}
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def check_migrations(
    locations: t.Mapping[str, t.Mapping[str, bytes]], names: t.Any = None, placeholders: t.Any = None,
) -> list[LaunchError]:
    """What is wrong with names, contents and placeholders of the migrations, as far as that can be known without a server.

    :arg locations: by folder, contents by path relative to it.
    :arg names: whatever the inventory says the things of the platform are called; None where no script calls them by a placeholder.
    :arg placeholders: whatever the inventory says about others.
    """
    placeholders = {} if placeholders is None else placeholders
    if not isinstance(placeholders, t.Mapping):
        return [LaunchError("is no dictionary.", option=PLACEHOLDERS, value=placeholders, remedy="Give each placeholder of the scripts its value.")]
    given: dict[str, str] = {}
    errors = _raised(lambda: given.update(given_values(names, placeholders)))
    if errors:
        # The files are looked at all the same: names that are refused have a value there, too.
        given = {**Names().as_placeholders(), **{name: str(value) for name, value in placeholders.items()}}
    # Which values Flyway's own placeholders have makes no difference to what is wrong.
    errors += _raised(lambda: load(locations, lambda path: {**given, **flyways_own("", "", "", "", path)}))
    return [_called(error, _VARIABLES) for error in errors]


def check_tenants(
    tenants: t.Any, canaries: t.Sequence[t.Mapping[str, t.Any]], spec: t.Mapping[str, t.Any], names: Names,
) -> list[LaunchError]:
    """What is wrong with the list of tenants, alone and beside the canaries.

    :arg tenants: whatever the inventory says.
    :arg spec: what postgres_tenant takes as a tenant, an argument specification.
    :arg names: say what an id looks like.
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
    return errors or _raised(lambda: desired([*taken, *canaries], names, TENANTS))


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


def _called(error: LaunchError, variables: t.Mapping[str, str]) -> LaunchError:
    """The same error under the name that the inventory has for a module's option."""
    option, dot, key = (error.option or "").partition(".")
    if option not in variables:
        return error
    return LaunchError(error.problem, option=variables[option] + dot + key, value=error.value, remedy=error.remedy)
