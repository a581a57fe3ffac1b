# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules of the collection run in this process, as their own programs would be."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import typing as t
from unittest import mock

from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

PACKAGE = "ansible_collections.launch.database.plugins.modules."


def run_module(name: str, arguments: t.Mapping[str, t.Any], check: bool = False) -> dict[str, t.Any]:
    """Return what a module prints.

    :arg name: without namespace, as in ``postgres_role``.
    """
    main = importlib.import_module(PACKAGE + name).main
    output = io.StringIO()
    everything = {**arguments, "_ansible_check_mode": check, "_ansible_diff": True}
    # Warnings are kept by the process: those of a module that ran before are not this one's.
    own = mock.patch.object(warnings, "_global_warnings", {})
    with patch_module_args(everything), own, contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main()
    return json.loads(output.getvalue())
