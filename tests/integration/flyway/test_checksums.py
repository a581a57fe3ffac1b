# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checksums of any bytes, by ours and by Flyway, which writes its own into the history when it repairs one."""
from __future__ import annotations

import base64
import json
import random

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum, decode
from tests.integration.flyway.sides import Side, done, folder_of
from tests.support.ansible import ROOT

VECTORS = json.loads((ROOT / "tests/unit/plugins/module_utils/_postgres/migration/data/flyway_checksum_vectors.json").read_text(encoding="utf-8"))
KNOWN = {base64.b64decode(vector["bytes_b64"]): vector["checksum"] for vector in VECTORS if vector["checksum"] != "ERROR"}
# What ends a line, for somebody at least, and what stands before, in and behind texts.
PIECES = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\u00a0", " ", "\t", "", "a", "é", "e\u0301", "名", "🚀", "${x}", "$$", "-- b", "'"]
SEED, RANDOM = 11, 400


def texts() -> list[bytes]:
    chance = random.Random(SEED)
    return ["".join(chance.choices(PIECES, k=chance.randrange(1, 30))).encode() for _ in range(RANDOM)]


def test_flyway_says_the_same(side: Side) -> None:
    """Of what it said before, and of anything."""
    contents = [*KNOWN, *texts()]
    folder_of(side.folder, {f"V{number}__it.sql": content for number, content in enumerate(contents, 1)})
    side.write(V0__history="SELECT 1;")
    assert done(side.theirs("migrate", target="0"))["migrationsExecuted"] == 1
    side.target.execute(
        "INSERT INTO flyway_schema_history SELECT n + 1, n, 'it', 'SQL', format('V%s__it.sql', n), 12345, current_user, now(), 0, true"
        f" FROM generate_series(1, {len(contents)}) AS s (n)"
    )
    assert len(done(side.theirs("repair"))["migrationsAligned"]) == len(contents)
    theirs = [row[5] for row in side.history()[1:]]
    assert theirs == [checksum(decode(content, "locations", "V1__x.sql")) for content in contents]
    assert theirs[:len(KNOWN)] == list(KNOWN.values())
