# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""boto3 clients of a module, with a bounded patience.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

try:
    from botocore.config import Config
except ImportError:
    # AnsibleAWSModule has ended the module with a message before this could be missed.
    Config = None

if t.TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

# botocore's own are 60 s and four attempts: minutes until a wrong address is reported.
CONNECT_SECONDS = 5
READ_SECONDS = 60
ATTEMPTS = 3


def client(module: AnsibleAWSModule, service: str) -> t.Any:
    """A client with the module's region, endpoint and credentials; the user's aws_config goes before ours."""
    config = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    return module.client(service, config=config)
