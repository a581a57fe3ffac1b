# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formulas in parameter values, as RDS documents them ("Specifying DB parameters").

{DBInstanceClassMemory/32768}, LEAST({DBInstanceClassMemory/9531392},5000), GREATEST, SUM.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t
from fractions import Fraction

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]+)|(.))")
FUNCTIONS: dict[str, t.Callable[[list[Fraction]], Fraction]] = {
    "LEAST": min,
    "GREATEST": max,
    "SUM": lambda terms: sum(terms, Fraction(0)),
}
CLOSING = {"{": "}", "(": ")"}


def evaluate(value: str | None, variables: t.Mapping[str, int]) -> int | None:
    """The whole number that a value comes to, rounded down.

    :arg variables: what is known of DBInstanceClassMemory (bytes), DBInstanceVCPU, AllocatedStorage, EndPointPort.
    None for a text, for a formula of another form, and where a variable isn't known: nobody may guess then.
    """
    try:
        parser = _Parser(value or "", variables)
        result = parser.sum()
        parser.end()
    except (ValueError, KeyError, ZeroDivisionError):
        return None
    return result.numerator // result.denominator


class _Parser:
    """Recursive descent over sums, products and the things they are made of; braces group like parentheses."""

    def __init__(self, text: str, variables: t.Mapping[str, int]) -> None:
        self.tokens = [match.groups() for match in TOKEN.finditer(text.strip())]
        self.variables = variables

    def _peek(self) -> str | None:
        return next(filter(None, self.tokens[0])) if self.tokens else None

    def _take(self, expected: str) -> None:
        if self._peek() != expected:
            raise ValueError(f"expected {expected}")
        self.tokens.pop(0)

    def end(self) -> None:
        if self.tokens:
            raise ValueError("something follows the formula")

    def sum(self) -> Fraction:
        result = self._product()
        while self._peek() in ("+", "-"):
            sign = 1 if self._peek() == "+" else -1
            self.tokens.pop(0)
            result += sign * self._product()
        return result

    def _product(self) -> Fraction:
        result = self._atom()
        while self._peek() in ("*", "/"):
            divide = self._peek() == "/"
            self.tokens.pop(0)
            factor = self._atom()
            result = result / factor if divide else result * factor
        return result

    def _atom(self) -> Fraction:
        if not self.tokens:
            raise ValueError("the formula ends too early")
        number, name, sign = self.tokens.pop(0)
        if number:
            return Fraction(number)
        if name in FUNCTIONS:
            return FUNCTIONS[name](self._arguments())
        if name:
            return Fraction(self.variables[name])
        return self._group(sign)

    def _group(self, opening: str) -> Fraction:
        closing = CLOSING[opening]
        result = self.sum()
        self._take(closing)
        return result

    def _arguments(self) -> list[Fraction]:
        self._take("(")
        terms = [self.sum()]
        while self._peek() == ",":
            self._take(",")
            terms.append(self.sum())
        self._take(")")
        return terms
