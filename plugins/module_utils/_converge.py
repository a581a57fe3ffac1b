# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read, plan, guard, apply, read again: the only place that looks at check mode and diff.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import IMMEDIATE, Change, Plan

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

Actual = t.TypeVar("Actual")


def converge(
    module: AnsibleModule,
    *,
    read: t.Callable[[], Actual],
    plan: t.Callable[[Actual], Plan],
    apply: t.Callable[[Plan, Actual], t.Any],
    result: t.Callable[[Actual], dict[str, t.Any]],
    allow_destructive: bool = False,
    settle: t.Callable[[Actual], Actual] | None = None,
    exclusive: t.Callable[[], t.ContextManager[t.Any]] = contextlib.nullcontext,
    advice: t.Callable[[Actual], t.Sequence[str]] | None = None,
) -> t.NoReturn:
    """Bring a resource to its desired state, and end the module.

    :arg read: gives the actual state as plain data; reads only, in check mode nothing else runs.
    :arg plan: compares it with what is desired; pure, raises LaunchError for what can't be done.
    :arg apply: carries out the plan that it is given, that is what its changes carry, and plans nothing itself.
        It must leave a state from which the next run goes on, wherever it stops.
    :arg result: what the module returns about the resource, from the last state read.
    :arg allow_destructive: whether the user confirmed changes that lose something.
    :arg settle: waits for a change that is under way, before planning; gives the state after it. Not called in check mode.
    :arg exclusive: keeps other runs out while this one reads, plans and applies. Not called in check mode.
    :arg advice: gives warnings, before anything is changed.
    """
    with reporting(module):
        steps = _Steps(read, plan, apply, allow_destructive, settle, exclusive, advice, module.warn)
        module.exit_json(**steps.check(result) if module.check_mode else steps.make(result))


@contextlib.contextmanager
def reporting(module: AnsibleModule) -> t.Iterator[None]:
    """End the module with a failure that names option, value and remedy, where a LaunchError is raised inside."""
    try:
        yield
    except LaunchError as error:
        module.fail_json(msg=error.message, **error.as_result())


@dataclasses.dataclass(frozen=True)
class _Steps(t.Generic[Actual]):
    """The way of one resource through one run; the fields are converge()'s arguments."""

    read: t.Callable[[], Actual]
    plan: t.Callable[[Actual], Plan]
    apply: t.Callable[[Plan, Actual], t.Any]
    allow_destructive: bool
    settle: t.Callable[[Actual], Actual] | None
    exclusive: t.Callable[[], t.ContextManager[t.Any]]
    advice: t.Callable[[Actual], t.Sequence[str]] | None
    warn: t.Callable[[str], t.Any]

    def check(self, result: t.Callable[[Actual], dict[str, t.Any]]) -> dict[str, t.Any]:
        """What a run would do."""
        actual = self.read()
        todo = self._planned(actual)
        return _outcome(todo, todo) | result(actual)

    def make(self, result: t.Callable[[Actual], dict[str, t.Any]]) -> dict[str, t.Any]:
        """Do it, and look whether it is done."""
        with self.exclusive():
            actual = self.settle(self.read()) if self.settle else self.read()
            todo = self._planned(actual)
            done = self._carry_out(todo, actual) if todo.changed else todo
        if not done.changed:
            return _outcome(done, done) | result(actual)
        actual = self.read()
        last = self.plan(actual)
        _refuse_remains(last)
        return _outcome(done, last) | result(actual)

    def _planned(self, actual: Actual) -> Plan:
        todo = self.plan(actual)
        _refuse_destruction(todo, self.allow_destructive)
        for sentence in self.advice(actual) if self.advice else ():
            self.warn(sentence)
        return todo

    def _carry_out(self, todo: Plan, actual: Actual) -> Plan:
        """Apply a plan, and what could only be planned after it. Gives all that was done."""
        self.apply(todo, actual)
        if not todo.partial:
            return todo
        actual = self.read()
        rest = self._planned(actual)
        if rest.partial:
            _refuse_remains(rest)
        if rest.changed:
            self.apply(rest, actual)
        return todo.followed_by(rest)


def _outcome(done: Plan, last: Plan) -> dict[str, t.Any]:
    outcome = {"changed": done.changed, "plan": done.as_result(), "pending": [change.as_result() for change in last.pending]}
    return outcome | {"diff": done.diff()} if done.changed else outcome


def _refuse_destruction(todo: Plan, allowed: bool) -> None:
    if todo.destructive and not allowed:
        paths = ", ".join(f"{change.action} {change.path}" for change in todo.destructive)
        raise LaunchError(
            f"{todo.resource}: this is destructive: {paths}.",
            remedy="Set allow_destructive: true if that is intended. Nothing was changed.",
        )


def _refuse_remains(last: Plan) -> None:
    """What a second plan still wants at once was not done, whatever the API answered."""
    remains = [change for change in last.changes if change.when == IMMEDIATE]
    if remains:
        paths = ", ".join(f"{change.path} is {change.before!r}, not {change.after!r}" for change in remains)
        raise LaunchError(
            f"{last.resource}: it was applied, but when read again it still differs: {paths}.",
            remedy="Run it again; if it stays so, something else changes it back.",
        )
