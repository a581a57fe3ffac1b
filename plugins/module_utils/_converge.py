# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read, plan, guard, apply, read again: the only place that looks at check mode and diff.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import IMMEDIATE, Plan

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

Actual = t.TypeVar("Actual")


class Unfinished(Exception):
    """Raised by settle or apply when the time given to this call is over and nothing is wrong: another call goes on.

    :arg progress: where it stands, for whoever shows it.
    """

    def __init__(self, progress: dict[str, t.Any]) -> None:
        self.progress = progress
        super().__init__(progress)


def converge(
    module: AnsibleModule,
    *,
    read: t.Callable[[], Actual],
    plan: t.Callable[[Actual], Plan],
    apply: t.Callable[[Plan, Actual], t.Any],
    result: t.Callable[[Actual], dict[str, t.Any]],
    allow_destructive: bool = False,
    settle: t.Callable[[Actual], Actual] | None = None,
) -> t.NoReturn:
    """Bring a resource to its desired state, and end the module.

    :arg read: gives the actual state as plain data; reads only, in check mode nothing else runs.
    :arg plan: compares it with what is desired; pure, raises LaunchError for what can't be done.
    :arg apply: carries the plan out. It must leave a state from which the next run goes on, wherever it stops.
    :arg result: what the module returns about the resource, from the last state read.
    :arg allow_destructive: the user's word for changes that lose something.
    :arg settle: waits for a change that is under way, before planning; gives the state after it. Not called in check mode.
    """
    with reporting(module):
        module.exit_json(**_outcome(module, read, plan, apply, result, allow_destructive, settle))


@contextlib.contextmanager
def reporting(module: AnsibleModule) -> t.Iterator[None]:
    """End the module with a failure that names option, value and remedy, where a LaunchError is raised inside."""
    try:
        yield
    except LaunchError as error:
        module.fail_json(msg=error.message, **error.as_result())


def _outcome(module, read, plan, apply, result, allow_destructive, settle) -> dict[str, t.Any]:
    actual = read()
    if settle and not module.check_mode:
        try:
            actual = settle(actual)
        except Unfinished as so_far:
            return {"changed": False, "unfinished": so_far.progress} | result(actual)
    todo = plan(actual)
    _refuse_destruction(todo, allow_destructive)
    outcome = {"changed": todo.changed, "plan": todo.as_result(), "pending": todo.pending_as_result()}
    if todo.changed:
        outcome["diff"] = todo.diff()
    if todo.changed and not module.check_mode:
        try:
            apply(todo, actual)
        except Unfinished as so_far:
            return outcome | {"unfinished": so_far.progress} | result(read())
        actual = read()
        last = plan(actual)
        _refuse_remains(last)
        outcome["pending"] = last.pending_as_result()
    return outcome | result(actual)


def _refuse_destruction(todo: Plan, allowed: bool) -> None:
    if todo.destructive and not allowed:
        paths = ", ".join(f"{change.action} {change.path}" for change in todo.destructive)
        raise LaunchError(
            f"{todo.resource}: this would destroy something: {paths}.",
            remedy="Say allow_destructive: true if that is what you want. Nothing was changed.",
        )


def _refuse_remains(last: Plan) -> None:
    """What a second plan still wants at once was not done, whatever the API answered."""
    remains = [change for change in last.changes if change.when == IMMEDIATE]
    if remains:
        paths = ", ".join(f"{change.path} is {change.before!r}, not {change.after!r}" for change in remains)
        raise LaunchError(
            f"{last.resource}: applied, but read again it still differs: {paths}.",
            remedy="Run it again; if it stays so, something else changes it back.",
        )
