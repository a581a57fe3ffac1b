# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import hmac

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.context import intake
from ansible_collections.launch.database.plugins.module_utils._postgres.context.tokens import Issuer, Key

TEXT = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
KEY = Key(TEXT)
TENANT, ACTOR = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"
# Made by openssl: printf '%s' '<the rest> launch' | openssl dgst -sha256 -hmac "$KEY".
VECTOR = "0744bfe48fc9cccd2b433466d0fbb1464dee634d1aa86153baf6b0902536b4da" + "be0fe550" + "1700000030" + f"{TENANT} {ACTOR}"


def test_a_token_is_what_another_implementation_makes():
    token = Issuer(KEY, "launch", lambda: 1700000000.9).token(TENANT, ACTOR)
    assert token == VECTOR


@pytest.mark.parametrize("text", [TEXT, "k" * 65, "k" * 200], ids=len)
def test_pads_are_those_of_hmac(text):
    inner, outer = Key(text).pads
    assert hashlib.sha256(outer + hashlib.sha256(inner + b"message").digest()).digest() == hmac.digest(text.encode(), b"message", "sha256")


def test_a_key_has_an_id_that_tells_nothing_of_it():
    other = Key(TEXT[::-1])
    assert len(KEY.id) == len(other.id) == 8 and KEY.id != other.id
    assert KEY.id not in TEXT and TEXT not in repr(KEY)


@pytest.mark.parametrize("text", ["", "short", "k" * 63, "k" * 64 + " ", "k" * 64 + "\n", "\N{LATIN SMALL LETTER E WITH ACUTE}" * 64])
def test_what_is_no_key_is_refused_without_being_shown(text):
    with pytest.raises(ValueError, match="a key has 64 printable") as refusal:
        Key(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize(("tenant", "actor", "life"), [
    ("", ACTOR, 30), (TENANT, "", 30), ("a b", ACTOR, 30), (TENANT, "a b", 30), (TENANT, ACTOR, 0), (TENANT, ACTOR, 301),
])
def test_tokens_that_would_be_refused_or_mistaken_are_not_made(tenant, actor, life):
    with pytest.raises(ValueError, match="ids without a space"):
        Issuer(KEY, "launch").token(tenant, actor, life)


def test_keys_are_rows_of_a_binary_copy():
    assert intake.statement("seal") == 'COPY "seal".token_keys (id, inner_pad, outer_pad) FROM STDIN (FORMAT binary)'
    content = intake.rows([KEY, KEY]).read()
    assert content.startswith(b"PGCOPY\n\xff\r\n\0") and content.endswith(b"\xff\xff")
    assert content.count(KEY.id.encode()) == 2 and TEXT.encode() not in content
