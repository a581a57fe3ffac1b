# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RDS lets a parameter be: the syntax of AllowedValues.

Seen in DescribeDBParameters: "16-1073741823", "-1-262143", "0-1.79769e+308", "0,1", "on,off", words, or nothing.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import NUMERIC, Parameter

NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
RANGE = re.compile(rf"({NUMBER})-({NUMBER})")


def problem(parameter: Parameter, value: str) -> str | None:
    """Why a value is refused, a sentence; None where it is allowed. A formula is left to RDS."""
    if "{" in value:
        return None
    if parameter.data_type in NUMERIC:
        return _number_problem(parameter, value)
    return _word_problem(parameter, value)


def _number_problem(parameter: Parameter, value: str) -> str | None:
    number = as_number(value)
    if number is None:
        return f"it has to be a number ({parameter.data_type})."
    if parameter.data_type == "integer" and number != number.to_integral_value():
        return "it has to be a whole number."
    match = RANGE.fullmatch(parameter.allowed.strip())
    if match is None:
        return _word_problem(parameter, value)
    low, high = Decimal(match.group(1)), Decimal(match.group(2))
    if low <= number <= high:
        return None
    return f"it has to be from {_bound(match.group(1), parameter)} to {_bound(match.group(2), parameter)}."


def _bound(number: str, parameter: Parameter) -> str:
    return f"{number} ({parameter.unit})" if parameter.unit else number


def _word_problem(parameter: Parameter, value: str) -> str | None:
    allowed = [word.strip() for word in parameter.allowed.split(",") if word.strip()]
    if not allowed:
        return None
    words = [word.strip() for word in value.split(",")] if parameter.data_type == "list" else [value]
    strange = [word for word in words if word and word not in allowed]
    if not strange:
        return None
    return f"{', '.join(map(repr, strange))} is not one of {', '.join(allowed)}."


def as_number(value: str) -> Decimal | None:
    """The number a text stands for; None for another text, for NaN and for infinity."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
