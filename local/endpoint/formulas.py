# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formulas in DB parameter values: ``LEAST({DBInstanceClassMemory/9531392},5000)``.

Source of the grammar: Amazon RDS user guide, "Specifying DB parameters" (USER_ParamValuesRef): ``{Var}``,
``{Var*Int}``, ``{Var/Int}``, ``{Var*Int/Int}`` and the functions GREATEST, LEAST and SUM around them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import floor

FUNCTIONS = {"GREATEST": max, "LEAST": min, "SUM": sum}
VARIABLES = ("AllocatedStorage", "DBInstanceClassMemory", "DBInstanceVCPU", "EndPointPort")

_TOKEN = re.compile(r"\s*(GREATEST|LEAST|SUM|\{[^{}]*\}|-?\d+|[(),])")


def is_formula(value: str) -> bool:
    """Return whether RDS computes the value instead of taking it as it stands."""
    return "{" in value or value.lstrip().startswith(tuple(f"{name}(" for name in FUNCTIONS))


def evaluate(value: str, variables: Mapping[str, int]) -> str:
    """Return the number a formula stands for, as text; anything else comes back unchanged.

    Raises ValueError: the text looks like a formula and is none.
    """
    if not is_formula(value):
        return value
    tokens = _tokens(value)
    result = _term(tokens, variables)
    if tokens:
        raise ValueError(f"not a formula: {value}")
    return str(result)


def _tokens(text: str) -> list[str]:
    """Split a formula; the list is in reverse, so that pop() yields the next token."""
    found, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if not match:
            raise ValueError(f"not a formula: {text}")
        found.append(match.group(1))
        position = match.end()
    return found[::-1]


def _next(tokens: list[str]) -> str:
    if not tokens:
        raise ValueError("the formula ends too early")
    return tokens.pop()


def _term(tokens: list[str], variables: Mapping[str, int]) -> int:
    token = _next(tokens)
    if token in FUNCTIONS:
        return FUNCTIONS[token](_arguments(tokens, variables))
    if token.startswith("{"):
        return _product(token[1:-1], variables)
    return int(token)


def _arguments(tokens: list[str], variables: Mapping[str, int]) -> list[int]:
    if _next(tokens) != "(":
        raise ValueError("a function needs its arguments in parentheses")
    values = [_term(tokens, variables)]
    while (token := _next(tokens)) == ",":
        values.append(_term(tokens, variables))
    if token != ")":
        raise ValueError("a parenthesis is not closed")
    return values


def _product(text: str, variables: Mapping[str, int]) -> int:
    """Return ``Var*a/b`` computed exactly and rounded down once, at the end."""
    head, *rest = re.split(r"([*/])", text.replace(" ", ""))
    if head not in variables:
        raise ValueError(f"unknown variable {head}")
    result = Fraction(variables[head])
    for operator, number in zip(rest[::2], rest[1::2], strict=True):
        result = result * int(number) if operator == "*" else result / int(number)
    return floor(result)
