# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads of one database where they are kept outside.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.plan import Known
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.store import Store
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.verification import Head

_NUMBER = re.compile(r"([0-9]+)\.json")


class Heads:
    """``<database>/heads/<chain>/00000001.json`` and so on.

    :arg database: its name.
    """

    def __init__(self, store: Store, database: str) -> None:
        self._store, self._folder = store, f"{database}/heads/"

    def last(self, known: Known | None = None) -> Head | None:
        """The last head of the last chain; chains are named by the time at which they began.

        :arg known: one that should be there, so that what is before it need not be listed.
        """
        names = self._store.names(self._folder, self.name_of(known.chain, known.number - 1)) if known else []
        names = names or self._store.names(self._folder)
        return self._read(names[-1]) if names else None

    def numbers(self, chain: str) -> frozenset[int]:
        """The numbers of the heads of a chain, as a listing tells."""
        folder = f"{self._folder}{chain}/"
        found = (_NUMBER.fullmatch(name.removeprefix(folder)) for name in self._store.names(folder))
        return frozenset(int(number[1]) for number in found if number)

    def first(self, head: Head) -> Head:
        """The first head of a chain."""
        return head if head["number"] == 1 else self._read(self.name_of(head["chain"], 1))

    def before(self, head: Head) -> Head | None:
        """The head before one of the same chain."""
        return None if head["number"] == 1 else self._read(self.name_of(head["chain"], head["number"] - 1))

    def chain(self, chain: str) -> list[Head]:
        """All heads of a chain."""
        return [self._read(name) for name in self._store.names(f"{self._folder}{chain}/")]

    def put(self, head: Head) -> None:
        """Keep a head. Taken where there is one of its number."""
        self._store.put(self.name_of(head["chain"], head["number"]), verification.as_text(head))

    def name_of(self, chain: str, number: int) -> str:
        return f"{self._folder}{chain}/{number:08d}.json"

    def _read(self, name: str) -> Head:
        place = self._store.place(name)
        try:
            head = verification.parse(self._store.read(name), place)
            if name != (said := self.name_of(head["chain"], head["number"])):
                raise ValueError(f"it says that it is {said}")
            return head
        except ValueError as error:
            raise LaunchError("it can't be read as a head.", option="head", value=place, remedy=f"Find out who changed it: {error}.") from None
