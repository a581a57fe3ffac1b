# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting the tenant context of a transaction.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session


def set_context(session: Session, names: Names, tenant: str, actor: str, key: Key | None) -> None:
    """Work for a tenant until the transaction ends. DatabaseError if the database refuses.

    :arg key: what a token is made with; None names tenant and actor at our word.
    """
    if key is None:
        context: tuple[str, ...] = (tenant, actor)
    else:
        # As the server calls it: a pooler may have another name for it.
        database = session.value("SELECT pg_catalog.current_database()::text")
        context = (Issuer(key, database).token(tenant, actor),)
    marks = ", ".join(["%s"] * len(context))
    session.rows(f"SELECT {quoted(names.app_schema)}.set_context({marks})", context, f"No context for {tenant}")
