# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tenant's name, domain and settings may be: pure.

The constraints of the registry (sql/platform/V1_0_4__tenants.sql) hold the same, so that check mode promises nothing that a run is refused.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import decimal
import json
import re
import sys
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

NAME_CHARACTERS = 255
DOMAIN_CHARACTERS = 253
# A host name as RFC 1123 has it, in one spelling. The last label begins with a letter: an address is no domain.
DOMAIN = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
SETTINGS_BYTES = 65536
# Deeper than people write, and far from where a server's stack ends.
SETTINGS_DEPTH = 20

_DOMAIN = re.compile(DOMAIN)
_SHOWN = 60


def check_name(name: str | None, option: str) -> str:
    """The name itself. LaunchError for one that the registry does not take."""
    if name is None:
        raise LaunchError("it is missing.", option=option, remedy="Give the tenant's name, whatever else is to change.")
    if not name:
        raise LaunchError("it is empty.", option=option, remedy="Give the tenant a name.")
    _check_text(name, option, name)
    if len(name) > NAME_CHARACTERS:
        raise LaunchError(
            f"it has {len(name)} characters.", option=option, value=_shortened(name), remedy=f"A name has at most {NAME_CHARACTERS}.",
        )
    return name


def check_domain(domain: str, option: str) -> str:
    """The domain itself. LaunchError for anything but a host name in the spelling that is compared."""
    if len(domain) > DOMAIN_CHARACTERS:
        raise LaunchError(
            f"it has {len(domain)} characters.", option=option, value=_shortened(domain), remedy=f"A domain has at most {DOMAIN_CHARACTERS}.",
        )
    if domain != domain.lower() and _DOMAIN.fullmatch(domain.lower()):
        raise LaunchError("it has capitals.", option=option, value=domain, remedy="Requests are routed by it: write it in lower case.")
    if not _DOMAIN.fullmatch(domain):
        raise LaunchError(
            "it is not a host name.", option=option, value=domain,
            remedy="Write it as in a-b.example: labels of at most 63 of a-z, 0-9 and -, no dot at the end, and other scripts as xn--...",
        )
    return domain


def check_settings(settings: t.Mapping[str, t.Any], option: str) -> dict[str, t.Any]:
    """The settings as JSON has them. LaunchError for what the registry does not take."""
    try:
        _check_value(settings, option, 0)
    except RecursionError as error:
        raise _too_deep(option) from error
    taken = json.loads(json.dumps(settings))
    # What is null is taken away, and has no size.
    check_size(size(without_nulls(taken)), option)
    return taken


def check_size(found: int, option: str) -> None:
    """LaunchError for more than the registry takes of one tenant.

    :arg found: bytes of the settings as the server writes them.
    """
    if found > SETTINGS_BYTES:
        raise LaunchError(
            f"they have {found} bytes as JSON.", option=option, remedy=f"A tenant's settings have at most {SETTINGS_BYTES}, with those that it made itself.",
        )


def without_nulls(settings: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The settings that a tenant has in the end: one that is null is none."""
    return {key: value for key, value in settings.items() if value is not None}


def size(value: t.Any) -> int:
    """How many bytes the value has as PostgreSQL writes a jsonb."""
    return len(_written(value).encode())


def _written(value: t.Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)}: {_written(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, float):
        # A number is kept digit by digit: 1e3 is 1000. There is no negative zero.
        return format(decimal.Decimal(repr(value or 0.0)), "f")
    return json.dumps(value, ensure_ascii=False)


def _check_value(value: t.Any, option: str, depth: int) -> None:
    if depth > SETTINGS_DEPTH:
        raise _too_deep(option)
    if isinstance(value, t.Mapping):
        for key, member in value.items():
            _check_text(str(key), option, str(key))
            _check_value(member, option, depth + 1)
    elif isinstance(value, (list, tuple)):
        for member in value:
            _check_value(member, option, depth + 1)
    elif isinstance(value, str):
        _check_text(value, option)
    elif isinstance(value, (int, float)):
        # No comparison holds for what is not a number.
        if not abs(value) <= sys.float_info.max:
            raise LaunchError("it has a number that is none, or too large.", option=option, remedy="Write it as a text, or leave it out.")
    elif value is not None:
        raise LaunchError(f"it holds a {type(value).__name__}, and JSON has none.", option=option, value=str(value), remedy="Write it in quotes.")


def _check_text(text: str, option: str, value: str | None = None) -> None:
    """LaunchError for characters that no text of PostgreSQL has."""
    if "\0" in text or not _has_utf8(text):
        raise LaunchError(
            "it has a character that no text in the database has.", option=option, value=None if value is None else _shortened(value),
            remedy="Take out NUL and halves of surrogate pairs.",
        )


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(option: str) -> LaunchError:
    return LaunchError("they are nested too deep.", option=option, remedy=f"Nest at most {SETTINGS_DEPTH} lists and dictionaries.")


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
