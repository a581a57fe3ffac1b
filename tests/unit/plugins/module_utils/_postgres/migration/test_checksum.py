# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum, decode

# Byte strings and what Flyway 9.22.3 says about them.
VECTORS = json.loads(pathlib.Path(__file__).with_name("data").joinpath("flyway_checksum_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_every_checksum_is_the_one_that_flyway_computes(vector):
    content = base64.b64decode(vector["bytes_b64"])
    if vector["checksum"] == "ERROR":
        with pytest.raises(LaunchError, match="it is not UTF-8"):
            decode(content, "locations", "V1__x.sql")
    else:
        assert checksum(decode(content, "locations", "V1__x.sql")) == vector["checksum"]


@pytest.mark.parametrize(("content", "words"), [
    (b"SELECT 1;\n-- Z\xfcrich\n", "line 2: it is not UTF-8: byte 0xfc, number 15 of the file, can't be read."),
    ("-- Zürich\n".encode() + "-- Zürich".encode("latin-1"), "line 2: it is not UTF-8: byte 0xfc, number 16 of the file"),
    ("SELECT 1;".encode("utf-16"), "line 1: it is not UTF-8: byte 0xff, number 1 of the file"),
    ("SELECT 1;\n".encode("utf-16-le"), "line 1: it has a NUL byte, number 2 of the file."),
    (b"SELECT 1;\n\nSELECT 2\0; DROP TABLE t;", "line 3: it has a NUL byte, number 20 of the file."),
    (b"SELECT '\xed\xa0\x80'", "byte 0xed, number 9"),
    (b"SELECT '\xc0\xaf'", "byte 0xc0, number 9"),
    (b"SELECT '\xf0\x9f\x98", "byte 0xf0, number 9"),
])
def test_what_the_server_would_read_as_something_else_is_refused_with_its_place(content, words):
    with pytest.raises(LaunchError) as refusal:
        decode(content, "locations", "V1__x.sql")
    assert refusal.value.message.startswith("locations: 'V1__x.sql': line ") and words in refusal.value.message


def test_only_the_first_byte_order_mark_is_none_of_the_text():
    assert decode("\ufeff\ufeffSELECT 1;\ufeff".encode(), "locations", "V1__x.sql") == "\ufeffSELECT 1;\ufeff"
