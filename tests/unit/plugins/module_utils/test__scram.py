# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest

from ansible_collections.launch.database.plugins.module_utils._scram import belongs, is_verifier, verifier

# RFC 7677, section 3: user "user", password "pencil".
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
KNOWN = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)


def test_the_vector_of_the_rfc():
    assert verifier("pencil", SALT, 4096) == KNOWN


def test_each_verifier_has_a_salt_of_its_own():
    assert verifier("pencil") != verifier("pencil")


def test_a_verifier_belongs_to_its_password():
    assert belongs("pencil", KNOWN)
    assert belongs("another", verifier("another"))


@pytest.mark.parametrize(("password", "known"), [("pen", KNOWN), ("pencil", None), ("pencil", ""), ("pencil", "md5abc")])
def test_a_verifier_does_not_belong_to_another(password, known):
    assert not belongs(password, known)


def test_a_password_that_needs_preparing_is_not_judged():
    assert belongs("pencíl", KNOWN)


@pytest.mark.parametrize("text", ["pencil", "md5" + "0" * 32, "SCRAM-SHA-256$4096:abc$def:ghi", KNOWN + " ", ""])
def test_anything_else_is_no_verifier(text):
    assert is_verifier(KNOWN)
    assert not is_verifier(text)
    assert not belongs("pencil", text)
