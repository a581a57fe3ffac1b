# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients trust of a fleet of pool hosts, as files in a folder on the controller.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import os
import pathlib
import tempfile
import typing as t

BUNDLE = "ca.pem"
ENDING = ".crt"


def plan_trust(certificates: t.Mapping[str, str], actual: t.Mapping[str, str], keep: t.Collection[str] | None) -> dict[str, str | None]:
    """Files to write, and with None those to remove; empty if the folder is as it should be.

    :arg certificates: what to trust of each host, by its name.
    :arg actual: contents by file name.
    :arg keep: names of other hosts whose certificates stay; None keeps all there are.
    """
    held = {name: text for name, text in actual.items() if name.endswith(ENDING)}
    kept = held if keep is None else {name: text for name, text in held.items() if name.removesuffix(ENDING) in keep}
    desired = {**kept, **{f"{host}{ENDING}": _ended(text) for host, text in certificates.items()}}
    desired[BUNDLE] = "".join(_ended(desired[name]) for name in sorted(desired))
    changes: dict[str, str | None] = {name: text for name, text in desired.items() if actual.get(name) != text}
    return {**changes, **{name: None for name in held if name not in desired}}


def _ended(text: str) -> str:
    """One certificate must not begin on the last line of another."""
    return text.rstrip("\n") + "\n"


def read_folder(folder: pathlib.Path) -> dict[str, str]:
    """The files that this is about; none if there is no such folder."""
    if not folder.is_dir():
        return {}
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and (path.name == BUNDLE or path.suffix == ENDING)]
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def carry_out(folder: pathlib.Path, changes: t.Mapping[str, str | None]) -> None:
    """Each file is the old or the new one at any moment, the bundle last."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for name in sorted(changes, key=lambda name: (name == BUNDLE, name)):
        text = changes[name]
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            _replace(folder / name, text)


def _replace(path: pathlib.Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        pathlib.Path(temporary).unlink(missing_ok=True)
        raise
