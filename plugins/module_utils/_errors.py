# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every refusal looks like.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


class LaunchError(Exception):
    """A refusal, in words a person can act on.

    :arg problem: what is wrong, a sentence without the option's name.
    :arg option: the module option (dotted for a nested one), or None where there is none.
    :arg value: the value that was refused; never pass a secret here.
    :arg remedy: what to do about it.
    """

    def __init__(
        self,
        problem: str,
        option: str | None = None,
        value: t.Any = None,
        remedy: str | None = None,
    ) -> None:
        self.problem = problem
        self.option = option
        self.value = value
        self.remedy = remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole sentence: option, value, problem, remedy."""
        head = ""
        if self.option is not None:
            head = f"{self.option}: " if self.value is None else f"{self.option}: {self.value!r}: "
        return " ".join(part for part in (head + self.problem.rstrip(), self.remedy) if part)

    def as_result(self) -> dict[str, t.Any]:
        """What a module adds to its failure, for callers that read fields and not sentences."""
        fields = {"option": self.option, "value": self.value, "problem": self.problem, "remedy": self.remedy}
        return {name: value for name, value in fields.items() if value is not None}


class LaunchErrors(LaunchError):
    """Several refusals at once, so that a person fixes all of them in one go."""

    def __init__(self, errors: t.Sequence[LaunchError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(error.message for error in self.errors))

    def as_result(self) -> dict[str, t.Any]:
        return {"errors": [error.as_result() for error in self.errors]}


class Stopped(LaunchError):
    """The refusal that ended a run before its last step.

    :arg cause: why.
    :arg done: what the module returns of what it did until then.
    """

    def __init__(self, cause: LaunchError, done: t.Mapping[str, t.Any]) -> None:
        super().__init__(cause.problem, cause.option, cause.value, cause.remedy)
        self._cause, self._done = cause, done

    def as_result(self) -> dict[str, t.Any]:
        return {**self._cause.as_result(), **self._done}


def raise_all(errors: t.Sequence[LaunchError]) -> None:
    """Raise what was gathered: nothing for none, the error itself for one, all of them for more."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise LaunchErrors(errors)


def gather(work: t.Callable[[Item], Result], items: t.Iterable[Item]) -> tuple[list[Result], list[LaunchError]]:
    """What ``work`` makes of each item, and its refusals: one wrong item must not hide the others."""
    results: list[Result] = []
    errors: list[LaunchError] = []
    for item in items:
        try:
            results.append(work(item))
        except LaunchErrors as several:
            errors += several.errors
        except LaunchError as error:
            errors.append(error)
    return results, errors
