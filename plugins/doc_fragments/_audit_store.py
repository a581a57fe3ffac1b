# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option of modules that keep something of the audit log outside of the database."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  destination:
    description:
      - Where heads and exports are kept, a folder of the host that the module runs on, or a bucket of S3.
      - Nothing there is ever written over. In a folder, whoever may write to it can remove what is in it; a bucket has to have Object Lock.
    type: dict
    required: true
    suboptions:
      folder:
        description: Absolute path of a folder that exists.
        type: str
      bucket:
        description: Name of a bucket with versioning and Object Lock. One without is refused. Credentials are those of the host.
        type: str
      prefix:
        description: What names in the bucket begin with.
        type: str
        default: ""
      region:
        description: Region of the bucket.
        type: str
      endpoint_url:
        description: Address of S3, if it is not AWS's own.
        type: str
      lock_mode:
        description: V(COMPLIANCE) lets nobody remove an object before its time, V(GOVERNANCE) those with a permission of its own.
        type: str
        choices: [GOVERNANCE, COMPLIANCE]
        default: COMPLIANCE
      lock_days:
        description: For how many days each object is locked.
        type: int
        default: 2557
"""
