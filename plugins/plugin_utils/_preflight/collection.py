# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection's own files say: read on the controller.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.launch.database.plugins.plugin_utils._preflight import declared

if t.TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader

ROLES = pathlib.Path(__file__).resolve().parents[3] / "roles"


def role_names() -> list[str]:
    """The names of all roles."""
    return sorted(path.name for path in ROLES.iterdir() if (path / "meta" / "argument_specs.yml").is_file())


def read_declared(loader: DataLoader, roles: t.Iterable[str]) -> declared.Declared:
    """What some roles declare."""
    return declared.Declared({name: _role(loader, ROLES / name) for name in roles})


def _role(loader: DataLoader, path: pathlib.Path) -> declared.Role:
    return declared.role(path.name, _read(loader, path / "meta" / "argument_specs.yml"), _read(loader, path / "defaults" / "main.yml"))


def _read(loader: DataLoader, file: pathlib.Path) -> t.Any:
    # Trusted: these are files of ours, and defaults may be templates.
    return loader.load_from_file(str(file), trusted_as_template=True) if file.is_file() else {}
