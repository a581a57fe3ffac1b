# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that AWS accepts, and when two names are one key's.

Refused here, before anything is created, because AWS says no more than "not a valid identifier".

Sources: API reference of CreateDBInstance, CreateDBParameterGroup and of Secrets Manager's CreateSecret.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

RDS = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9])*")
SECRET = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
INSTANCE_CLASS = re.compile(r"db\.[a-z0-9-]+\.[a-z0-9-]+")


def instance(option: str, value: str) -> str:
    """An instance's identifier in the lower case that RDS keeps it in: 1 to 63 characters."""
    return _rds(option, value, 63)


def parameter_group(option: str, value: str) -> str:
    """A parameter group's name in the lower case that RDS keeps it in: 1 to 255 characters."""
    return _rds(option, value, 255)


def _rds(option: str, value: str, longest: int) -> str:
    if len(value) > longest or not RDS.fullmatch(value):
        raise LaunchError(
            "it is not an identifier of RDS.", option=option, value=value,
            remedy=f"Begin with a letter; use letters, digits and single hyphens, none at the end, {longest} characters at most.",
        )
    return value.lower()


def secret(option: str, value: str) -> str:
    """A secret's name, 1 to 512 characters, unchanged. An invalid one is not shown, since it may be the secret itself."""
    if not SECRET.fullmatch(value):
        raise LaunchError("it is not the name of a secret.", option=option, remedy="Use letters, digits and /_+=.@-, 512 characters at most.")
    return value


def database(option: str, value: str) -> str:
    """The name of a database or of a master user, as it is: 1 to 63 characters."""
    if not DATABASE.fullmatch(value):
        raise LaunchError("it is not a name that RDS for PostgreSQL takes.", option=option, value=value,
                          remedy="Begin with a letter or underscore; use letters, digits and underscores, 63 characters at most.")
    return value


def instance_class(option: str, value: str) -> str:
    """A class as RDS writes it, as it is."""
    if not INSTANCE_CLASS.fullmatch(value):
        raise LaunchError("it is not a class of RDS.", option=option, value=value, remedy="Write it as in db.t4g.medium.")
    return value


def is_key_alias(key: str) -> bool:
    """Whether only KMS can tell which key is meant. A key is written in four ways: id, ARN, alias and alias ARN."""
    return key.startswith("alias/") or ":alias/" in key


def same_key(wanted: str, actual: str | None, resolved: str | None = None) -> bool:
    """Whether the KMS key that is wanted is the one that is there.

    :arg resolved: the ARN behind ``wanted``, where that is an alias.
    """
    return wanted == actual or (resolved or wanted).rpartition("/")[2] == (actual or "").rpartition("/")[2]
