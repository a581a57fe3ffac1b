# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specifications that can be put together.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass(frozen=True)
class ArgumentSpec:
    """The options of a module, and which of them it can't do without."""

    options: t.Mapping[str, t.Mapping[str, t.Any]] = dataclasses.field(default_factory=dict)
    required_if: tuple[t.Sequence[t.Any], ...] = ()
    required_one_of: tuple[t.Sequence[str], ...] = ()

    def merge(self, other: ArgumentSpec) -> ArgumentSpec:
        """Both together. An option that both have is a mistake of ours, not of the user."""
        twice = set(self.options) & set(other.options)
        if twice:
            raise ValueError(f"options named by both: {', '.join(sorted(twice))}")
        return ArgumentSpec(
            options={**self.options, **other.options},
            required_if=self.required_if + other.required_if,
            required_one_of=self.required_one_of + other.required_one_of,
        )

    def to_kwargs(self) -> dict[str, t.Any]:
        """The keyword arguments of AnsibleModule and of its descendants."""
        return {
            "argument_spec": {name: dict(option) for name, option in self.options.items()},
            "required_if": list(self.required_if),
            "required_one_of": list(self.required_one_of),
        }


TAGS = ArgumentSpec(options={
    "tags": {"type": "dict"},
    "purge_tags": {"type": "bool", "default": False},
})

# Where Secrets Manager is; only action plugins use it, so that no key to the secrets leaves the controller.
SECRET_SOURCE = {
    "type": "dict",
    "no_log": False,
    "options": {
        "region": {"type": "str"},
        "endpoint_url": {"type": "str"},
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "session_token": {"type": "str", "no_log": True},
        "profile": {"type": "str"},
    },
}

POSTGRES_CONNECTION = ArgumentSpec(options={
    "login_secret": {"type": "str", "no_log": False},
    "login_secret_source": SECRET_SOURCE,
    "login_host": {"type": "str"},
    "login_port": {"type": "int", "default": 5432},
    "login_user": {"type": "str"},
    "login_password": {"type": "str", "no_log": True},
    "login_db": {"type": "str", "default": "postgres"},
    "ssl_mode": {
        "type": "str",
        "default": "verify-full",
        "choices": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
    },
    "ca_cert": {"type": "path"},
    "connect_timeout": {"type": "int", "default": 10},
}, required_one_of=(("login_host", "login_secret"), ("login_user", "login_secret"), ("login_password", "login_secret")))
