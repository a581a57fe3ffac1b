# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_first(sealed):
    outcome = sealed.head()
    assert not outcome.get("failed"), outcome
    assert outcome["changed"] and outcome["head"]["number"] == 1, outcome
    assert sealed.head()["changed"] is False
