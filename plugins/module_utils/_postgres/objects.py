# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about objects that any login may ask the catalogs.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session

_TABLE = """\
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = %s AND c.relname = %s AND c.relkind = ANY ('{r,p}'))"""


def table_exists(session: Session, schema: str, table: str) -> bool:
    """Whether there is a table of this name, partitioned or not, whoever may read it."""
    return session.value(_TABLE, (schema, table))
