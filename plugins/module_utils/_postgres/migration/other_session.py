# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another session of the server, as people need it to be named who wait for it.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses

# Of pg_stat_activity as "a". No backslash: psycopg2 and the server read it alike.
SHOWN = """\
a.pid, a.usename AS "login", a.application_name AS "program", a.state,
extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start, a.backend_start))::int AS "seconds",
left(regexp_replace(a.query, '[[:space:]]+', ' ', 'g'), 80) AS "query\""""


@dataclasses.dataclass(frozen=True)
class OtherSession:
    """The fields are the columns of SHOWN.

    :arg seconds: age of its transaction, or of its last statement where it has none.
    :arg query: the beginning of its last statement. PostgreSQL shows it only to those who may see it.
    """

    pid: int
    login: str | None
    program: str | None
    state: str | None
    seconds: int
    query: str | None

    def __str__(self) -> str:
        details = [f"{self.seconds} s", self.state, self.program, repr(self.query) if self.query else None]
        return f"pid {self.pid} of {self.login or 'PostgreSQL itself'} ({', '.join(detail for detail in details if detail)})"
