# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that RDS, libpq's connection strings and PgBouncer's files all take.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import secrets
import string

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

# RDS takes printable ASCII without / " @ ' and space. Only what a URL needs no escape for is used, so that no
# program that quotes badly has a chance to; 32 of 65 characters are more than 190 bits.
ALPHABET = string.ascii_letters + string.digits + "-_~"
FORBIDDEN = frozenset("/\"@' ")
SHORTEST = 16
LONGEST = 128


def check_length(option: str, length: int) -> None:
    """Raises LaunchError for a weak length, and for one beyond RDS's limit for a master password."""
    if not SHORTEST <= length <= LONGEST:
        raise LaunchError("a password has 16 to 128 characters.", option=option, value=length, remedy="Leave it unset for 32.")


def generate(length: int) -> str:
    """A random password.

    :arg length: characters, as check_length() takes them.
    """
    return "".join(secrets.choice(ALPHABET) for _position in range(length))


def fits_rds(password: str) -> bool:
    """Whether RDS takes it as a master password."""
    printable = all(33 <= ord(character) <= 126 for character in password)
    return 8 <= len(password) <= LONGEST and printable and not FORBIDDEN & set(password)
