# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module hands to its apply, seen and changed on the way."""
from __future__ import annotations

import dataclasses
import importlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._plan import Plan

MODULES = "ansible_collections.launch.database.plugins.modules"


def given_to_apply(name: str, monkeypatch: t.Any, change: t.Callable[[Plan], Plan] = lambda plan: plan) -> list[Plan]:
    """The plans that a module's apply gets from now on, in order.

    :arg name: the module's, without namespace, as in ``db_secret``; or the full name of what calls converge().
    :arg change: makes another plan of each, which apply gets instead.
    """
    caller = importlib.import_module(name if "." in name else f"{MODULES}.{name}")
    real, handed = caller.converge, []

    def converge(module: t.Any, *, apply: t.Callable[..., t.Any], **steps: t.Any) -> t.NoReturn:
        def watched(plan: Plan, actual: t.Any) -> None:
            handed.append(change(plan))
            apply(handed[-1], actual)

        real(module, apply=watched, **steps)

    monkeypatch.setattr(caller, "converge", converge)
    return handed


def without(plan: Plan, path: str) -> Plan:
    """The plan but for the change of a path."""
    return dataclasses.replace(plan, changes=tuple(each for each in plan.changes if each.path != path))
