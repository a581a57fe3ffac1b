# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where postgres_schema and pg-delta disagree about a mutant, and why."""
from __future__ import annotations

import dataclasses

from tests.pg_delta.witness import OURS, PG_DELTA


@dataclasses.dataclass(frozen=True)
class Disagreement:
    """Mutants that one of the two finds.

    :arg only: who finds them.
    :arg reason: why the other doesn't.
    """

    only: str
    reason: str
    mutants: tuple[str, ...]


_REVIEWED = (
    Disagreement(
        OURS, "pg-delta leaves out the schemas of the server itself.",
        ("definer-in-pg-catalog", "builtin-replaced", "rule-on-catalog", "function-among-toast", "builtin-function-granted", "builtin-table-granted",
         "builtin-column-granted")),
    Disagreement(OURS, "pg-delta leaves out what belongs to an extension.", ("event-trigger-of-extension",)),
    Disagreement(
        OURS, "pg-delta compares no statistics targets, storage, compression or options of columns.",
        ("column-statistics", "column-n-distinct", "column-storage", "column-compression", "pg-attver-does-not-hide")),
    Disagreement(OURS, "pg-delta does not compare by which index a table is clustered.", ("index-clustered",)),
    Disagreement(
        OURS, "pg-delta compares what is in a database, and not its owner, privileges, limit and settings.",
        ("database-temporary", "database-create", "database-owner", "database-limit", "database-setting", "role-setting-here")),
    Disagreement(OURS, "pg-delta compares settings of single roles only.", ("all-roles-setting",)),
    Disagreement(OURS, "pg-delta knows languages that somebody made, and no privileges on the others.", ("language-granted",)),
    Disagreement(OURS, "pg-delta says how many parameters somebody has privileges on, and this is one of them already.", ("parameter",)),
    Disagreement(OURS, "pg-delta takes large objects for data; ours does not compare them either, and says that they are there.", ("large-object",)),
    Disagreement(OURS, "pg-delta knows no tablespaces.", ("tablespace-granted",)),
    Disagreement(
        OURS, "pg-delta leaves out the roles of the server itself, and who is in them.",
        ("builtin-role-logs-in", "builtin-role-member", "role-member-of-builtin")),
    Disagreement(OURS, "pg-delta does not compare how many connections a role may have, and until when.", ("role-limit", "role-valid-until")),
    Disagreement(OURS, "pg-delta compares that a role is in another, not by whose grant and with which options but ADMIN.", ("role-member-set",)),
    Disagreement(PG_DELTA, "How many partitions there are depends on the day, and ours compares what they are like.", ("future-partitions",)),
    Disagreement(
        PG_DELTA, "PostgreSQL writes the same condition otherwise once it was read back, as from a dump; ours knows the two to be one.", ("restored-check",)),
)
DISAGREEMENTS = {name: disagreement for disagreement in _REVIEWED for name in disagreement.mutants}
