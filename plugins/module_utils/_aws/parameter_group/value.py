# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user wrote to what RDS gets, and when two values are the same.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group import allowed_values, units
from ansible_collections.launch.database.plugins.module_utils._aws.parameter_group.parameter import NUMERIC, Parameter

TRUTH = {"1": "1", "on": "1", "true": "1", "yes": "1", "0": "0", "off": "0", "false": "0", "no": "0"}


def to_rds(parameter: Parameter, value: t.Any) -> str:
    """The text that goes to RDS. Raises LaunchError for a value that does not fit the parameter."""
    text = _spelled(parameter, _text(parameter, value))
    if parameter.data_type in NUMERIC:
        text = units.convert(parameter.option, text, parameter.unit)
    problem = allowed_values.problem(parameter, text)
    if problem:
        raise LaunchError(problem, option=parameter.option, value=value, remedy="Fix the value.")
    return text


def _text(parameter: Parameter, value: t.Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    if isinstance(value, dict):
        raise LaunchError("it has to be a number, a text or a list.", option=parameter.option, value=value,
                          remedy="Give one value per parameter.")
    return str(value).strip()


def _spelled(parameter: Parameter, text: str) -> str:
    """RDS allows 0,1 for some booleans and on,off for others; whichever was written, send the one it allows."""
    allowed = [word.strip() for word in parameter.allowed.split(",")]
    truth = TRUTH.get(text.lower())
    if truth is None or text in allowed or parameter.data_type in NUMERIC:
        return text
    return next((word for word in allowed if TRUTH.get(word) == truth), text)


def same(parameter: Parameter, one: str | None, other: str | None) -> bool:
    """Whether RDS would act on both values in the same way."""
    return canonical(parameter, one) == canonical(parameter, other)


def canonical(parameter: Parameter, value: str | None) -> t.Any:
    """A value to compare by: 1.1 is 1.10, on is 1, the order of a list and the spaces of a formula don't matter."""
    if value is None:
        return None
    if "{" in value:
        return re.sub(r"\s+", "", value)
    if parameter.data_type in NUMERIC:
        number = allowed_values.as_number(value)
        return value if number is None else number
    if parameter.data_type == "list":
        return frozenset(word.strip() for word in value.split(",") if word.strip())
    return TRUTH.get(value.lower(), value) if _is_switch(parameter) else value


def _is_switch(parameter: Parameter) -> bool:
    words = {word.strip().lower() for word in parameter.allowed.split(",")}
    return parameter.data_type == "boolean" or {"on", "off"} <= words
