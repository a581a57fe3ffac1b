# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the comparison of a database with its expected catalog comes to: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, gather, raise_all
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum, decode
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.script_name import UNDO, parse as parse_name
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.compare import Difference, compare, matcher, without
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Facts, Live, kind_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import Expected, lines_of, parse

CLEAN = "clean"
DRIFT = "drift"
UNKNOWN = "unknown"

_SUFFIX = ".txt"
_SHOWN = 100


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a comparison found.

    :arg reasons: why the database is not known, sentences.
    :arg unmodelled: objects of kinds that can't be compared.
    :arg compared: how many objects of each kind were compared; somebody else's are none of them.
    """

    differences: t.Sequence[Difference] = ()
    reasons: t.Sequence[str] = ()
    unmodelled: t.Sequence[str] = ()
    compared: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    before: Facts = dataclasses.field(default_factory=dict)
    after: Facts = dataclasses.field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if self.differences:
            return DRIFT
        return UNKNOWN if self.reasons else CLEAN

    def as_result(self) -> dict[str, t.Any]:
        result = {
            "verdict": self.verdict, "reasons": list(self.reasons), "differences": [difference.as_result() for difference in self.differences],
            "unmodelled": list(self.unmodelled), "compared": dict(self.compared),
        }
        return result | {"diff": self._diff()} if self.differences else result

    def _diff(self) -> dict[str, str]:
        """The lines of the objects that differ, before and after somebody has put them right."""
        before, after = ("".join(line + "\n" for line in lines_of(facts)) for facts in (self.before, self.after))
        return {"before_header": "database", "after_header": "expected catalog", "before": before, "after": after}


class Drifted(LaunchError):
    """Differences that fail the module, one in each line."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        more = len(outcome.differences) - _SHOWN
        lines = [difference.text for difference in outcome.differences[:_SHOWN]]
        super().__init__("\n".join(lines + ([f"And {more} more differences."] if more > 0 else [])))

    def as_result(self) -> dict[str, t.Any]:
        return self._outcome.as_result()


def load(files: t.Mapping[str, bytes], names: t.Mapping[str, str]) -> dict[str, Expected]:
    """The expected catalogs by the major version that they are for. LaunchErrors with all that is wrong."""
    found: dict[str, Expected] = {}

    def take(name: str) -> None:
        expected = parse(decode(files[name], "expected", name), names, name)
        if expected.header.server in found:
            raise LaunchError("it is for the same version of PostgreSQL as another file.", option="expected", value=name, remedy="Keep one of them.")
        found[expected.header.server] = expected

    _taken, errors = gather(take, sorted(name for name in files if name.endswith(_SUFFIX)))
    raise_all(errors)
    if not found:
        raise LaunchError("it holds no expected catalog.", option="expected", remedy="Name a file that ends in .txt, or a folder with such files.")
    return found


def not_ours(options: t.Sequence[t.Mapping[str, t.Any]], option: str = "not_ours") -> tuple[str, ...]:
    """The patterns of somebody else's objects. LaunchErrors for those without a reason, and for one that would match everything.

    :arg option: what they are called where they come from.
    """
    errors = []
    for index, each in enumerate(options):
        pattern, reason = (str(each.get(key) or "") for key in ("pattern", "reason"))
        if not reason.strip():
            errors.append(LaunchError("it is empty.", option=f"{option}[{index}].reason", remedy="Say whose these objects are."))
        if not kind_of(pattern).isidentifier():
            errors.append(LaunchError(
                "it names no kind of object.", option=f"{option}[{index}].pattern", value=pattern, remedy="Write it as in table reports.*.",
            ))
    raise_all(errors)
    return tuple(each["pattern"] for each in options)


def checksums(locations: t.Mapping[str, t.Mapping[str, bytes]]) -> dict[str, int]:
    """Flyway's checksum of each migration, before placeholders are replaced, by its folder's name and its own."""
    return {
        f"{location.rstrip('/').rpartition('/')[2]}/{path}": checksum(decode(content, "locations", path))
        for location, files in locations.items() for path, content in files.items() if _is_migration(path)
    }


def outcome(expected: t.Mapping[str, Expected], live: Live, foreign: t.Sequence[str], migrations: t.Mapping[str, int] | None) -> Outcome:
    """The database, compared with what is expected of its version.

    :arg foreign: patterns of somebody else's objects, beside those of the expected catalog.
    :arg migrations: the checksums of those that the database has; None where they are not looked at.
    """
    wanted = expected.get(live.major)
    if wanted is None:
        return Outcome(reasons=[f"There is no expected catalog for PostgreSQL {live.major}, only for {', '.join(sorted(expected))}."])
    reasons = _misfits(wanted, live, migrations)
    if live.catalogs is None:
        reasons.append(f"The catalogs could not be read: {live.trouble}")
    if reasons or live.catalogs is None:
        return Outcome(reasons=reasons)
    patterns = (*wanted.header.foreign, *foreign)
    differences = compare(wanted.facts, live.catalogs, patterns)
    belongs = matcher(patterns)
    unmodelled = [name for name in live.catalogs.unmodelled if not belongs(name)]
    if unmodelled:
        reasons.append(f"There are objects of kinds that are not compared: {', '.join(unmodelled[:_SHOWN])}.")
    names = {difference.object for difference in differences}
    return Outcome(
        differences, reasons, unmodelled, collections.Counter(map(kind_of, sorted(without(live.catalogs.facts, patterns, wanted.facts)))),
        before={name: found for name, found in live.catalogs.facts.items() if name in names},
        after={name: found for name, found in wanted.facts.items() if name in names},
    )


def _misfits(wanted: Expected, live: Live, migrations: t.Mapping[str, int] | None) -> list[str]:
    """What the header says that is not true of the database."""
    header, reasons = wanted.header, []
    if header.encoding != live.encoding:
        reasons.append(f"The expected catalog is for the encoding {header.encoding}, and the database has {live.encoding}.")
    if migrations is not None and dict(header.migrations) != dict(migrations):
        other = sorted(name for name in {*header.migrations, *migrations} if header.migrations.get(name) != migrations.get(name))
        reasons.append(f"The expected catalog was not made from these migrations: {', '.join(other)} differ. Make it again.")
    return reasons


def _is_migration(path: str) -> bool:
    name = parse_name(path)
    return name is not None and name.kind != UNDO
