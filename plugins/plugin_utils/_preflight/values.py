# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of variables: each templated once on the controller, in the type that its role declares.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError
from ansible.parsing.vault import AnsibleVaultError

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import specs
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Role
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings

# What a value is made from where only the host itself knows it. It is looked at where the role runs.
_OF_A_HOST = re.compile(r"\bansible_|\binventory_hostname|\bhostvars\b|\brole_path\b")

Template = t.Callable[[t.Any], t.Any]


def read(
    roles: t.Iterable[Role], variables: t.Mapping[str, t.Any], given: t.Collection[str], template: Template, written: t.Collection[str] | None = None,
) -> tuple[Settings, list[LaunchError]]:
    """All values that some roles declare, and what is wrong with those that were given.

    :arg variables: not templated, defaults of roles included.
    :arg given: the names of those that the inventory or a role's caller gives.
    :arg written: the names of all that somebody wrote, plays included, and who hears of what is wrong; those that are given by default.
    """
    values: dict[str, t.Any] = {}
    refused: set[str] = set()
    sound: dict[str, t.Mapping[int, t.Any]] = {}
    found: list[LaunchError] = []
    for option, spec in sorted({option: spec for role in roles for option, spec in role.options.items()}.items()):
        value, errors, known = one(option, spec, variables, template)
        if not known:
            refused.add(option)
            if isinstance(value, list):
                sound[option] = _sound(option, value, errors)
        elif value is not None:
            values[option] = value
        if option in (given if written is None else written):
            found += errors
    return Settings(values, frozenset(given), frozenset(refused), sound=sound), found


def _sound(option: str, elements: list[t.Any], errors: t.Sequence[LaunchError]) -> dict[int, t.Any]:
    """The elements of a list in which nothing was refused, by their places."""
    refused = {index for index in range(len(elements)) for error in errors if (error.option or "").startswith(f"{option}[{index}]")}
    return {index: element for index, element in enumerate(elements) if index not in refused}


def one(option: str, spec: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any], template: Template) -> tuple[t.Any, list[LaunchError], bool]:
    """A variable's value, what is wrong with it, and whether it is known."""
    raw = variables.get(option, spec.get("default"))
    try:
        value = template(raw)
        # What a vault holds is decrypted only when it is looked at.
        taken, errors = specs.check(option, spec, value)
    except AnsibleError as error:
        return None, [] if _is_of_a_host(raw) else [unresolved(option, error)], False
    return taken, errors, not errors


def _is_of_a_host(raw: t.Any) -> bool:
    try:
        return bool(_OF_A_HOST.search(str(raw)))
    except AnsibleError:
        return False


def unresolved(option: str, error: AnsibleError) -> LaunchError:
    """The refusal of a variable whose template fails, or whose vault can't be opened."""
    if isinstance(error, AnsibleVaultError) or "decrypt" in str(error):
        remedy = "Give the password of its vault, as in --vault-password-file. Nothing was changed."
        return LaunchError(f"it can't be decrypted: {_words(error)}", option=option, remedy=remedy)
    return LaunchError(f"its template fails: {_words(error)}", option=option, remedy="Fix the template, or give what it is made from.")


def _words(error: AnsibleError) -> str:
    """What Ansible says, in one line."""
    words = " ".join(str(error).split())
    return words if words.endswith(".") else f"{words}."
