# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a key gets into the database without a trace: by COPY, in the binary format.

Whatever log_statement, pg_stat_statements and pg_stat_activity keep is the statement; what COPY reads is not part of it. An
INSERT would be logged with its values, bound ones too where parameters are logged.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import io
import struct
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Key
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import quoted

# https://www.postgresql.org/docs/17/sql-copy.html: signature, flags, length of the header's extension.
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_TRAILER = struct.pack("!h", -1)


def statement(seal_schema: str) -> str:
    """The statement that reads ``rows``. When the key counts from and until is the table's default: now, and no end."""
    return f"COPY {quoted(seal_schema)}.token_keys (id, inner_pad, outer_pad) FROM STDIN (FORMAT binary)"


def rows(keys: t.Iterable[Key]) -> t.BinaryIO:
    """Keys as the statement reads them."""
    return io.BytesIO(_HEADER + b"".join(_row([key.id.encode(), *key.pads]) for key in keys) + _TRAILER)


def _row(fields: t.Sequence[bytes]) -> bytes:
    return struct.pack("!h", len(fields)) + b"".join(struct.pack("!i", len(field)) + field for field in fields)
