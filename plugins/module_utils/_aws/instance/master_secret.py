# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secret that holds the master user's password.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import MasterSecret
from ansible_collections.launch.database.plugins.module_utils._aws.secret.api import get_value
from ansible_collections.launch.database.plugins.module_utils._aws.secret.state import PASSWORD, USERNAME, fingerprint, parse


def read_master_secret(client: t.Any, name: str) -> MasterSecret | None:
    """What the secret holds; None where it does not exist, or holds nothing yet.

    :arg client: of Secrets Manager.
    """
    value = get_value(client, name)
    if value is None:
        return None
    content = parse(name, value.get("SecretString"))
    return MasterSecret(str(content.get(PASSWORD) or ""), content.get(USERNAME), fingerprint(content))
