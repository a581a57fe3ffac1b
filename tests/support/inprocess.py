# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module run inside the test's process, against clients of the test's choice."""
from __future__ import annotations

import contextlib
import importlib
import io
import json
import typing as t
from unittest import mock

from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.launch.database.plugins.module_utils._aws.instance import waiters

MODULES = "ansible_collections.launch.database.plugins.modules"


def run_aws_module(name: str, args: t.Mapping[str, t.Any], aws: t.Any, check: bool = False) -> dict[str, t.Any]:
    """What a module prints before it exits.

    :arg name: without namespace, as in ``db_secret``.
    :arg aws: a FakeAws; its clock is the module's.
    """
    module = importlib.import_module(f"{MODULES}.{name}")
    arguments = {**args, "region": "us-west-2", "_ansible_check_mode": check, "_ansible_diff": True}
    printed = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(patch_module_args(arguments))
        stack.enter_context(mock.patch.object(AnsibleAWSModule, "client", lambda _self, service, **_kwargs: aws.client(service)))
        stack.enter_context(mock.patch.object(waiters, "time", aws.clock))
        stack.enter_context(mock.patch.object(warnings, "_global_warnings", {}))
        stack.enter_context(contextlib.redirect_stdout(printed))
        with contextlib.suppress(SystemExit):
            module.main()
    return json.loads(printed.getvalue())
