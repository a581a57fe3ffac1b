# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.scram import belongs_to, is_verifier

# What PostgreSQL 17 stored for the password "pencil".
VERIFIER = "SCRAM-SHA-256$4096:soqDMGOrVrnGYRi2MCGgsQ==$VvqvztluP5PlmJMBc5zuFBB7ZGSgSfFp/lCbjlwFpJY=:og8jUfB8f2oL09XAx3pISGwcJA8NAvWzIhuKnjmWXdA="


def test_a_verifier_belongs_to_its_password_only():
    assert belongs_to(VERIFIER, "pencil")
    assert not belongs_to(VERIFIER, "pencils")


def test_a_password_that_needs_preparing_is_not_judged():
    assert belongs_to(VERIFIER, "pencíl")


@pytest.mark.parametrize("text", ["pencil", "md5" + "0" * 32, "SCRAM-SHA-256$4096:abc$def:ghi", VERIFIER + " ", ""])
def test_anything_else_is_no_verifier(text):
    assert not is_verifier(text)
    assert not belongs_to(text, "pencil")
