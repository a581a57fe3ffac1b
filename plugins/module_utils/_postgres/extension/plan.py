# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about extensions: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import PENDING_REBOOT, Change, Plan

# An extension's name needs no quotes but for a hyphen, as in uuid-ossp.
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
# PostgreSQL cuts a name that is longer.
_LONGEST = 63
_CATALOG = "pg_catalog"


@dataclasses.dataclass(frozen=True)
class Extension:
    """An extension as desired.

    :arg preload: it has to be in shared_preload_libraries of the running server.
    :arg create: it has to be in this database.
    :arg schema: where its objects are; None leaves it to the server, or as it is.
    :arg version: None leaves it to the server, or as it is.
    """

    name: str
    preload: bool = False
    create: bool = True
    schema: str | None = None
    version: str | None = None


@dataclasses.dataclass(frozen=True)
class Installed:
    """An extension that the database has."""

    schema: str
    version: str


@dataclasses.dataclass(frozen=True)
class Offer:
    """A version that the server could install.

    :arg requires: the extensions that have to be there before.
    :arg is_allowed: whether the login may create it, or nobody but the server knows.
    """

    requires: frozenset[str] = frozenset()
    is_allowed: bool = True


@dataclasses.dataclass(frozen=True)
class ActualExtensions:
    """What the server says.

    :arg installed: by name.
    :arg available: the versions that the server could install, by name.
    :arg preloaded: the libraries that the running server began with.
    :arg schemas: those that the database has.
    :arg requires: the extensions that any version of one needs, by name.
    :arg updates: the versions that the server can bring an installed one to, by name.
    :arg offers: what is known of a version that it could install, by name and version; by name and None of that which it takes by itself.
    """

    installed: t.Mapping[str, Installed]
    available: t.Mapping[str, frozenset[str]]
    preloaded: frozenset[str]
    schemas: frozenset[str] = frozenset()
    requires: t.Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    updates: t.Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    offers: t.Mapping[tuple[str, str | None], Offer] = dataclasses.field(default_factory=dict)


def desired_extensions(options: t.Sequence[t.Mapping[str, t.Any]]) -> list[Extension]:
    """The option ``extensions`` as data. LaunchErrors with all that is wrong with it."""
    names = [option["name"] for option in options]
    errors = [
        LaunchError("it is not the name of an extension.", option="extensions", value=name, remedy="Use at most 63 of a-z, 0-9, _ and -, a letter first.")
        for name in names if not _NAME.fullmatch(name)
    ]
    errors += [
        LaunchError("it is in the list twice.", option="extensions", value=name, remedy="Name it once.")
        for name in sorted(set(names)) if names.count(name) > 1
    ]
    errors += [error for option in options if (error := _bad_schema(option.get("schema")))]
    raise_all(errors)
    return [Extension(**option) for option in options]


def plan_extensions(extensions: t.Sequence[Extension], actual: ActualExtensions) -> Plan:
    """Creations and updates, each after what it requires. What is not in the list is left alone; what only a restart loads is pending."""
    coming = {extension.name for extension in extensions if extension.create} | set(actual.installed)
    raise_all([error for extension in extensions for error in (*_refusals(extension, actual), *_refused_creation(extension, actual, coming))])
    ordered = _in_order(extensions, actual.requires)
    schemas = dict.fromkeys(extension.schema for extension in ordered if extension.create and extension.schema)
    changes = [Change("create", f"schema {name}", None, name, payload=name) for name in schemas if name not in actual.schemas]
    changes += [change for extension in ordered if extension.create for change in _changes(extension, actual.installed.get(extension.name))]
    pending = [
        Change("preload", f"{extension.name}.preload", False, True, PENDING_REBOOT)
        for extension in extensions if extension.preload and extension.name not in actual.preloaded
    ]
    return Plan("extensions", tuple(changes), tuple(pending))


def _in_order(extensions: t.Sequence[Extension], requires: t.Mapping[str, frozenset[str]]) -> list[Extension]:
    """The list in its order, except that what an extension requires comes before it."""
    by_name = {extension.name: extension for extension in extensions}
    ordered: dict[str, Extension] = {}
    visited = set()

    def visit(name: str) -> None:
        if name in by_name and name not in visited:
            visited.add(name)
            for required in sorted(requires.get(name, ())):
                visit(required)
            ordered[name] = by_name[name]

    for extension in extensions:
        visit(extension.name)
    return list(ordered.values())


def _changes(extension: Extension, installed: Installed | None) -> list[Change]:
    if installed is None:
        return [Change("create", extension.name, None, extension.version or "installed", payload=extension)]
    if extension.version in (None, installed.version):
        return []
    return [Change("update", f"{extension.name}.version", installed.version, extension.version, payload=extension)]


def _refusals(extension: Extension, actual: ActualExtensions) -> list[LaunchError]:
    installed = actual.installed.get(extension.name)
    if not extension.create:
        return []
    if extension.name not in actual.available:
        return [LaunchError(
            "the server does not offer it.", option="extensions", value=extension.name,
            remedy="Take it off the list, or install its package where the server is yours.",
        )]
    checks = (
        _version(extension, installed, actual), _schema(extension, installed), _preload(extension, installed, actual.preloaded),
    )
    return [error for error in checks if error]


def _bad_schema(schema: str | None) -> LaunchError | None:
    if schema is None:
        return None
    if not 0 < len(schema.encode(errors="replace")) <= _LONGEST or "\0" in schema:
        return LaunchError("it is not a name for a schema.", option="extensions.schema", value=schema, remedy=f"A name has 1 to {_LONGEST} bytes, and no NUL.")
    if schema.startswith("pg_") and schema != _CATALOG:
        return LaunchError("it belongs to PostgreSQL.", option="extensions.schema", value=schema, remedy="Take another schema.")
    return None


def _refused_creation(extension: Extension, actual: ActualExtensions, coming: t.Collection[str]) -> t.Iterator[LaunchError]:
    """What the server would refuse, as far as it says so before.

    :arg coming: names of the extensions that are there or will be.
    """
    offer = actual.offers.get((extension.name, extension.version))
    if offer is None or not extension.create or extension.name in actual.installed:
        return
    missing = sorted(offer.requires.difference(coming))
    if missing:
        yield LaunchError(f"it requires {', '.join(missing)}.", option="extensions", value=extension.name, remedy="Put that on the list as well.")
    if not offer.is_allowed:
        yield LaunchError(
            "the login may not create it: that takes a superuser, or for a trusted extension who may CREATE in the database.", option="extensions",
            value=extension.name, remedy="Log in as such a role, or take it off the list.",
        )


def _version(extension: Extension, installed: Installed | None, actual: ActualExtensions) -> LaunchError | None:
    if extension.version is None or installed and installed.version == extension.version:
        return None
    available, updates = actual.available[extension.name], actual.updates.get(extension.name, frozenset())
    if installed and extension.version not in updates and extension.version in available:
        return LaunchError(
            f"the server can't bring it from version {installed.version} to {extension.version}.", option="extensions", value=extension.name,
            remedy=f"Take one of {', '.join(sorted(updates | {installed.version}))}, or none to leave it as it is.",
        )
    if extension.version in available | updates:
        return None
    return LaunchError(
        f"the server has no version {extension.version} of it.", option="extensions", value=extension.name,
        remedy=f"Take one of {', '.join(sorted(available))}, or none to leave it to the server.",
    )


def _schema(extension: Extension, installed: Installed | None) -> LaunchError | None:
    if installed is None or extension.schema in (None, installed.schema):
        return None
    return LaunchError(
        f"it is in schema {installed.schema}, not in {extension.schema}.", option="extensions", value=extension.name,
        remedy="This module moves nothing: say the schema it has, or run ALTER EXTENSION ... SET SCHEMA yourself.",
    )


def _preload(extension: Extension, installed: Installed | None, preloaded: frozenset[str]) -> LaunchError | None:
    """Some can't be created before they are loaded; whoever wants one preloaded has one of those."""
    if installed or not extension.preload or extension.name in preloaded:
        return None
    return LaunchError(
        "the running server has not preloaded it, and it can't be created before.", option="extensions", value=extension.name,
        remedy="Name it in shared_preload_libraries, and restart the server.",
    )
