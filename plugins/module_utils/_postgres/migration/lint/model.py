# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule is, and what it is given: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.effect.model import Touch
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.preview import Preview, Relation, Step
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names


class Place(t.NamedTuple):
    """A statement in its script.

    :arg before: the statements of the script before it.
    :arg after: those behind it.
    :arg names: the names of the platform; None for a system without it.
    """

    preview: Preview
    step: Step
    before: t.Sequence[Step]
    after: t.Sequence[Step]
    names: Names | None

    @property
    def kind(self) -> str:
        return self.step.effect.kind

    def there(self) -> t.Iterator[tuple[Touch, Relation]]:
        """What the statement touches of what exists."""
        for touch in self.step.effect.touches:
            found = self.preview.relation(self.step, touch)
            if found is not None:
                yield touch, found


class Rule(t.NamedTuple):
    """One rule.

    :arg name: stable: people allow by it.
    :arg judge: gives a sentence's words about what is wrong, or nothing.
    :arg remedy: what to do instead.
    """

    name: str
    judge: t.Callable[[Place], str | None]
    remedy: str
