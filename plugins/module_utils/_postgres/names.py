# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a system calls the things of the tenant platform: the one home of these names and of their defaults.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_expression, check_unreserved

SCHEMAS = ("app_schema", "audit_schema", "ops_schema", "seal_schema")
ROLES = ("owner", "audit_owner", "seal_owner", "key_keeper", "migrator", "read_write", "read_only", "auditor", "archiver", "platform", "gateway")
_COLUMNS_AND_TABLES = ("tenant_column", "tenants_table")
_IDENTIFIERS = SCHEMAS + ROLES + _COLUMNS_AND_TABLES

# A setting of one's own has a prefix, which is how the server tells it from its own.
_SETTING = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")
# They stand in the migrations as they are: a quote or a line's end would end what they stand in.
_BREAKS_PATTERN = re.compile(r"['\x00-\x1f\x7f]|\$\$")
_COLLATION = re.compile(r"\s+collate\s.*", re.IGNORECASE | re.DOTALL)
_NAME = r'(?:[a-z_][a-z0-9_]*|"[^"]+")(?:\.(?:[a-z_][a-z0-9_]*|"[^"]+"))?'
# One type, as in uuid, character varying(26) or text COLLATE "C".
_TYPE = re.compile(rf"{_NAME}(?: varying| precision)?(?: ?\(\d+(?:, ?\d+)?\))?(?: with(?:out)? time zone)?(?: collate {_NAME})?", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Names:
    """The names of one system, each with its default. The fields are the keys of ``system_names``.

    :arg context_setting: prefix of the names of the settings that hold the context of a transaction.
    :arg tenant_column: the column that says whose a row is.
    :arg tenants_table: the registry of tenants, in ``app_schema``.
    :arg id_type: what ids are made of, with its collation if it has one.
    :arg id_pattern: what an id written as text looks like; PostgreSQL and Python both read it.
    :arg id_generator: an SQL expression for a new id; empty stands for the platform's own ULIDs.
    """

    app_schema: str = "app"
    audit_schema: str = "audit"
    ops_schema: str = "ops"
    seal_schema: str = "seal"
    owner: str = "app_owner"
    audit_owner: str = "app_audit_owner"
    seal_owner: str = "app_seal_owner"
    key_keeper: str = "app_key_keeper"
    migrator: str = "app_migrator"
    read_write: str = "app_rw"
    read_only: str = "app_ro"
    auditor: str = "app_auditor"
    archiver: str = "app_archiver"
    platform: str = "app_platform"
    gateway: str = "app_gateway"
    context_setting: str = "app.context"
    tenant_column: str = "tenant_id"
    tenants_table: str = "tenants"
    id_type: str = 'text COLLATE "C"'
    id_pattern: str = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
    id_generator: str = ""

    @classmethod
    def from_options(cls, options: t.Mapping[str, t.Any] | None, option: str = "names") -> Names:
        """The names that a mapping gives, the others by default. LaunchErrors with all that is wrong with it.

        :arg option: what the mapping is called where it comes from.
        """
        given = {} if options is None else options
        if not isinstance(given, t.Mapping):
            raise LaunchError("it is not a dictionary.", option=option, value=given, remedy=f"Its keys are {', '.join(_KEYS)}.")
        errors = [_unknown(key, option) for key in given if key not in _KEYS]
        values = {key: value for key, value in given.items() if key in _KEYS and value is not None}
        errors += [error for key, value in values.items() if (error := _wrong(key, value, f"{option}.{key}"))]
        raise_all(errors)
        names = cls(**values)
        raise_all(_same(names, ROLES, option) + _same(names, SCHEMAS, option))
        return names

    @property
    def generator(self) -> str:
        """The SQL expression that makes an id."""
        return self.id_generator or f"{self.app_schema}.new_ulid()"

    @property
    def base_type(self) -> str:
        """The type of ids without its collation: what a function can return."""
        return _COLLATION.sub("", self.id_type)

    def as_placeholders(self) -> dict[str, str]:
        """What the migrations of the platform call them by."""
        return {**dataclasses.asdict(self), "id_generator": self.generator, "id_base_type": self.base_type}

    def check_id(self, value: t.Any, option: str) -> str:
        """The id itself. LaunchError for anything that the database would not take as one."""
        text = str(value)
        # PostgreSQL's $ stands for the end only, Python's for a newline before it as well.
        if "\n" in text or not re.search(self.id_pattern, text):
            raise LaunchError("it is not an id.", option=option, value=value, remedy=f"An id matches {self.id_pattern}.")
        return text


_KEYS = tuple(field.name for field in dataclasses.fields(Names))

# Ansible would take the keeper of keys for a secret.
OPTION = ArgumentSpec(options={"names": {"type": "dict", "options": {
    field.name: {"type": "str", "default": field.default, **({"no_log": False} if field.name == "key_keeper" else {})} for field in dataclasses.fields(Names)
}}})


def _unknown(key: t.Any, option: str) -> LaunchError:
    return LaunchError("it is not a name that a system has.", option=f"{option}.{key}", remedy=f"There are {', '.join(_KEYS)}.")


def _wrong(key: str, value: t.Any, option: str) -> LaunchError | None:
    if not isinstance(value, str):
        return LaunchError("it is not a text.", option=option, value=value, remedy="Write it in quotes.")
    if key in _IDENTIFIERS:
        return _identifier(value, option)
    return {"context_setting": _setting, "id_pattern": _pattern, "id_type": _type, "id_generator": _expression}[key](value, option)


def _identifier(value: str, option: str) -> LaunchError | None:
    try:
        check_unreserved(value, option)
    except LaunchError as error:
        return error
    return None


def _setting(value: str, option: str) -> LaunchError | None:
    if _SETTING.fullmatch(value):
        return None
    return LaunchError("it is not a setting of one's own.", option=option, value=value, remedy="Write it with a prefix, as in app.context.")


def _pattern(value: str, option: str) -> LaunchError | None:
    if not (value.startswith("^") and value.endswith("$")) or _BREAKS_PATTERN.search(value):
        return LaunchError("it is not a pattern of a whole id.", option=option, value=value, remedy="Begin it with ^, end it with one $, without quotes.")
    try:
        re.compile(value)
    except re.error as error:
        return LaunchError(f"it is not a regular expression: {error}.", option=option, value=value, remedy="Write it as PostgreSQL and Python both read it.")
    return None


def _type(value: str, option: str) -> LaunchError | None:
    if _TYPE.fullmatch(value.strip()):
        return None
    return LaunchError("it is not a type.", option=option, value=value, remedy='Write it as in uuid or text COLLATE "C".')


def _expression(value: str, option: str) -> LaunchError | None:
    try:
        check_expression(value, option)
    except LaunchError as error:
        return error
    return None


def _same(names: Names, keys: t.Sequence[str], option: str) -> list[LaunchError]:
    """Two of a kind under one name: what is kept apart by them would be one."""
    first: dict[str, str] = {}
    errors = []
    for key in keys:
        value = getattr(names, key)
        if value in first:
            errors.append(LaunchError(f"it is {option}.{first[value]} as well.", option=f"{option}.{key}", value=value, remedy="Take two names."))
        first.setdefault(value, key)
    return errors
