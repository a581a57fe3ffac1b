# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
import pathlib

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.checksum import checksum, decode

# Byte strings and what Flyway 9.22.3 says about them.
VECTORS = json.loads(pathlib.Path(__file__).with_name("data").joinpath("flyway_checksum_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_every_checksum_is_the_one_that_flyway_computes(vector):
    content = base64.b64decode(vector["bytes_b64"])
    if vector["checksum"] == "ERROR":
        with pytest.raises(UnicodeDecodeError):
            decode(content)
    else:
        assert checksum(decode(content)) == vector["checksum"]
