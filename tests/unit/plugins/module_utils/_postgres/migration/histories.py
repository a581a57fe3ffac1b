# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and rows of a history that belong together, for tests."""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script import load

FILES = {"V1__one.sql": b"SELECT 1", "V2__two.sql": b"SELECT 2", "R__views.sql": b"SELECT 3"}


def scripts_of(files):
    return load({"sql": files}, lambda path: {})


SCRIPTS = scripts_of(FILES)
CHECKSUMS = {script.name.path: script.checksum for script in SCRIPTS}


def row(rank, version, description, path, kind="SQL", checksum=None, success=True):
    return HistoryRow(rank, version, description, kind, path, CHECKSUMS.get(path) if checksum is None else checksum, success)


ONE = row(1, "1", "one", "V1__one.sql")
TWO = row(2, "2", "two", "V2__two.sql")
VIEWS = row(3, None, "views", "R__views.sql")
TWO_GONE = row(4, "2", "two", "V2__two.sql", "DELETE")
BASELINE = row(1, "1.5", "<< Flyway Baseline >>", "<< Flyway Baseline >>", "BASELINE")
SCHEMA = row(0, None, "<< Flyway Schema Creation >>", '"app"', "SCHEMA")
