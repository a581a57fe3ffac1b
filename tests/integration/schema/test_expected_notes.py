# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The expected catalog of the second system: other names, uuids, no audit log. On a server of its own."""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.session import open_session
from local.schema import System, expected_catalog, replayed


def test_the_expected_catalog_of_notes_is_what_its_migrations_make() -> None:
    """After a change of a migration: make schema, and read what it changed."""
    system = System("notes")
    with replayed(system) as (_server, connection), open_session(connection) as session:
        assert expected_catalog(system, read(session)) == (system.folder / "17.txt").read_text(encoding="utf-8")
