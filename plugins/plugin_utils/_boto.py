# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""boto3's sessions on the controller, with one copy of what botocore reads from its own files.

ansible-playbook loads an action before it forks a process for each task. What is read here, at that moment, no task reads again:
four fifths of what a client takes.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import os
import typing as t

try:
    import boto3
    import botocore.exceptions
    import botocore.loaders
    import botocore.session
except ImportError:
    # Whoever reads no secret needs no boto3; who does is told.
    boto3 = botocore = None

_LOADER = botocore and botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))


def session(**given: t.Any) -> t.Any:
    """A session of boto3's. ImportError without boto3.

    :arg given: what boto3.session.Session takes.
    """
    if botocore is None:
        raise ImportError("boto3")
    core = botocore.session.Session()
    core.register_component("data_loader", _LOADER)
    return boto3.session.Session(botocore_session=core, **given)


def _read_ahead() -> None:
    """Make a client and throw it away. If that fails, the first task that needs one says why."""
    try:
        session().client("secretsmanager", region_name="us-east-1", aws_access_key_id="nobody", aws_secret_access_key="nobody")
    except (ImportError, ValueError, *((botocore.exceptions.BotoCoreError,) if botocore else ())):
        return


_read_ahead()
