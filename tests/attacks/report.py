# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables for people, and the same for programs, in reports/attacks."""
from __future__ import annotations

import json
import typing as t

from tests.support.ansible import ROOT

FOLDER = ROOT / "reports" / "attacks"


def as_text(heads: t.Sequence[str], rows: t.Sequence[t.Sequence[t.Any]]) -> str:
    """Columns as wide as what is in them; numbers to the right."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) if place and cell.isdecimal() else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def write(name: str, text: str, data: t.Any) -> None:
    """Write <name>.txt and <name>.json."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
    (FOLDER / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
