# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key of the tenant context's tokens."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  key_secret:
    description:
      - Name or ARN of the secret in AWS Secrets Manager whose C(key) tokens are made with. M(launch.database.db_secret) creates one with
        O(launch.database.db_secret#module:kind=key).
      - The controller reads it, like O(login_secret).
      - Required where the database takes nothing but tokens, unless O(key) is given.
    type: str
  key:
    description: The key itself, 64 printable ASCII characters or more, instead of O(key_secret).
    type: str
"""
