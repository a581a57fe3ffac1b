# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.identifiers import check_duration


@pytest.mark.parametrize("value", ["5", "500ms", "30s", "2min", "1h"])
def test_postgresqls_words_are_taken(value):
    assert check_duration(value, "lock_timeout") == value


@pytest.mark.parametrize("value", ["", "soon", "-1s", "5 s", "5s; drop"])
def test_others_are_refused(value):
    with pytest.raises(LaunchError) as refusal:
        check_duration(value, "lock_timeout")
    assert (refusal.value.option, refusal.value.value) == ("lock_timeout", value)
