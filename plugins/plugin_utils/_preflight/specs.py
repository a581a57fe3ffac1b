# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values against the argument specifications of the roles, each problem with the path of what is wrong: pure.

Ansible's validator takes a whole role at a time and says neither which element of a list it means nor what to do.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import difflib
import re
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Spec

Errors = t.List[LaunchError]
# Where a secret or its name belongs. What stands there by mistake may be a password.
_SECRET = re.compile(r"(^|[._])(secret|secret_key|password)(\[\d+\])?$")
# Ansible's markup, as in C(--limit) and O(system_pool=none), but for links.
_MARKUP = re.compile(r"\b(?:RV|[BCEIMOPUV])\(((?:\\.|[^\\)])*)\)")
KINDS = {
    "bool": ("neither true nor false", "Write true or false."),
    "dict": ("not a mapping", "Write it as key: value."),
    "float": ("not a number", "Write a number."),
    "int": ("not a whole number", "Write a whole number."),
    "list": ("not a list", "Write it as a list; [] is an empty one."),
    "path": ("not a path", "Write the path of a file or folder."),
    "str": ("not a text", "Write one text."),
}


def check(option: str, spec: Spec, value: t.Any) -> tuple[t.Any, Errors]:
    """The value in the type that the specification says, and what is wrong with it.

    :arg option: what the value is called; what is inside gets the names [0] and .key after it.
    """
    converted, errors = _converted(option, spec, value)
    if errors or converted is None:
        return converted, errors
    # Those of a list are for each of its elements.
    if spec.get("choices") and not isinstance(converted, list) and converted not in spec["choices"]:
        return converted, [_not_a_choice(option, spec, converted)]
    if isinstance(converted, list) and "elements" in spec:
        return _elements(option, spec, converted)
    if isinstance(converted, dict):
        return _members(option, spec, converted) if spec.get("options") else (converted, _keys(option, converted))
    return converted, []


def missing(option: str, spec: Spec) -> LaunchError:
    """The refusal of an inventory that leaves out what it has to give."""
    return LaunchError("it has no value.", option=option, remedy=f"Give {_described(spec)}")


def _described(spec: Spec) -> str:
    described = spec.get("description") or ""
    sentence = plain(described if isinstance(described, str) else described[0])
    return f"one: {sentence}" if sentence else "one."


def plain(text: str) -> str:
    """A description as people read it, without its markup."""
    return _MARKUP.sub(lambda match: re.sub(r"\\(.)", r"\1", match[1]), text)


def _converted(option: str, spec: Spec, value: t.Any) -> tuple[t.Any, Errors]:
    kind = spec.get("type", "str")
    if kind == "str" and isinstance(value, (list, dict)):
        # Ansible would take the text of it.
        return None, [_refused(option, spec, value, *KINDS[kind])]
    if kind == "list" and spec.get("elements") != "str" and isinstance(value, (str, int, float, dict)):
        # Ansible would split it at its commas, which is of use for a list of words only.
        return None, [_refused(option, spec, value, *KINDS[kind])]
    result = ArgumentSpecValidator({"value": {"type": kind}}).validate({"value": value})
    if result.error_messages:
        return None, [_refused(option, spec, value, *KINDS.get(kind, (f"not of the type {kind}", None)))]
    return result.validated_parameters["value"], []


def _shown(option: str, spec: Spec, value: t.Any) -> t.Any:
    """The value, for a refusal; None if it may be or contain a secret."""
    return None if _is_secret(option, spec) else value


def _is_secret(option: str, spec: Spec) -> bool:
    if spec.get("no_log") or _SECRET.search(option):
        return True
    return any(_is_secret(key, inner) for key, inner in (spec.get("options") or {}).items())


def _refused(option: str, spec: Spec, value: t.Any, what: str, remedy: str | None) -> LaunchError:
    return LaunchError(f"it is {what}.", option=option, value=_shown(option, spec, value), remedy=remedy)


def _not_a_choice(option: str, spec: Spec, value: t.Any) -> LaunchError:
    choices = [str(choice) for choice in spec["choices"]]
    near = difflib.get_close_matches(str(value), choices, 1)
    return LaunchError(
        f"it is not one of {', '.join(choices)}.", option=option, value=_shown(option, spec, value),
        remedy=f"Did you mean {near[0]}?" if near else "Choose one of them.",
    )


def _elements(option: str, spec: Spec, values: list[t.Any]) -> tuple[t.Any, Errors]:
    each = {"type": spec["elements"], "options": spec.get("options"), "choices": spec.get("choices"), "no_log": spec.get("no_log")}
    found = [_element(f"{option}[{index}]", each, value) for index, value in enumerate(values)]
    return [value for value, _errors in found], [error for _value, errors in found for error in errors]


def _element(option: str, spec: Spec, value: t.Any) -> tuple[t.Any, Errors]:
    """Null stands for a value that was not given; as an element of a list it is a mistake."""
    return check(option, spec, value) if value is not None else (None, [missing(option, {})])


def _keys(option: str, values: dict[t.Any, t.Any]) -> Errors:
    return [
        LaunchError("its name is not a text.", option=f"{option}.{key}", remedy=f"Write the name in quotes, as in '{key}'.")
        for key in values if not isinstance(key, str)
    ]


def _members(option: str, spec: Spec, values: dict[str, t.Any]) -> tuple[t.Any, Errors]:
    options = spec["options"]
    errors = [_unknown_key(option, str(key), options) for key in values if key not in options]
    errors += [
        missing(f"{option}.{key}", inner) for key, inner in options.items() if inner.get("required") and values.get(key) is None
    ]
    taken = {}
    for key, inner in options.items():
        if values.get(key) is not None:
            hidden = spec.get("no_log") or inner.get("no_log")
            taken[key], found = check(f"{option}.{key}", {**inner, "no_log": hidden}, values[key])
            errors += found
    return taken, errors


def _unknown_key(option: str, key: str, options: t.Collection[str]) -> LaunchError:
    near = difflib.get_close_matches(key, options, 1)
    return LaunchError(
        "there is no such key.", option=f"{option}.{key}", remedy=f"Did you mean {near[0]}?" if near else f"It takes {', '.join(options)}.",
    )
