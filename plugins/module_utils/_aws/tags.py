# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of any AWS resource.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags
from ansible_collections.launch.database.plugins.module_utils._plan import Change, Plan

SET = "tag"
REMOVE = "untag"
PREFIX = "tags."


def changes(desired: t.Mapping[str, t.Any] | None, actual: t.Mapping[str, str], purge: bool) -> list[Change]:
    """What is to be set and removed; nothing where no tags are asked for. Tags of AWS's own ("aws:") stay."""
    if desired is None:
        return []
    to_set, to_remove = compare_aws_tags(dict(actual), dict(desired), purge)
    return [
        Change(SET, PREFIX + key, actual.get(key), str(to_set[key]), payload={key: str(to_set[key])}) for key in sorted(to_set)
    ] + [Change(REMOVE, PREFIX + key, actual[key], None, payload=key) for key in sorted(to_remove)]


def to_set(plan: Plan) -> dict[str, str]:
    """The tags that a plan sets."""
    return plan.members(SET)


def to_remove(plan: Plan) -> list[str]:
    """The names of the tags that a plan removes."""
    return plan.payloads(REMOVE)
