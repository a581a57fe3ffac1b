# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, domains and settings that a registry takes or not, for the rules and for the database's own constraints."""
from __future__ import annotations

LABEL = "a" * 63
LONGEST = ".".join([LABEL] * 3 + ["b" * 61])

DOMAINS = (
    "a.test", "localhost", "a-b.example", "1.example", "a--b.example", "xn--mnchen-3ya.example", "3com.example", f"{LABEL}.example", LONGEST,
    "x.xn--p1ai", "a.b.c.d.e.f.example", "a.t1",
)
NO_DOMAINS = (
    "a'); drop table tenants", "A.test", "a.test.", ".a.test", "a..test", "-a.test", "a-.test", "a.-test", "a.test-", "a_b.test", "a b.test", "a.test\n",
    "a.test:443", "10.65.0.1", "a.1", "1", ".", "*.test", "a/b.test", "m\u00fcnchen.example", "\u212aelvin.example", f"{LABEL}a.example", f"{LONGEST}b",
    "a.test\t", "[::1]", "a@b.test",
)
NAMES = ("a", " ", "n" * 255, "\u00e9" * 255, "\U0001f680" * 255, "a'); drop table tenants", "a\nb", "\x01")
NO_NAMES = ("", "n" * 256, "\u00e9" * 256)
# As Python has them; what is said of each is how many bytes PostgreSQL writes.
SETTINGS = (
    {}, {"a": 1}, {"a": 1.5, "b": [True, None, {"c": "\u00e9\"\\\n\x1f\x7f\u2028"}]}, {"a": 1e300}, {"a": 1e-7}, {"a": -0.0}, {"a": 12345678901234567890123},
    {"\u00e9 \"": ""}, {"a": 1.0}, {"a": 1e22}, {"a": "\U0001f680"}, {"a": [[[]]], "b": {}},
)


def padded(size: int) -> dict[str, str]:
    """Settings of so many bytes, ``{"a": "xx..."}``."""
    return {"a": "x" * (size - len('{"a": ""}'))}
