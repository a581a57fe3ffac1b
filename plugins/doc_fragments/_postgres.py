# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the database modules reach a server."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  login_host:
    description: Address of the PostgreSQL server. With O(ssl_mode=verify-full) it must be a name in the server's certificate.
    type: str
    required: true
  login_port:
    description: TCP port of the server.
    type: int
    default: 5432
  login_user:
    description: Login role that does the work.
    type: str
    required: true
  login_password:
    description: Its password.
    type: str
    required: true
  login_db:
    description: Database to connect to.
    type: str
    default: postgres
  ssl_mode:
    description: How much of TLS is demanded, in libpq's words.
    type: str
    default: verify-full
    choices: [disable, allow, prefer, require, verify-ca, verify-full]
  ca_cert:
    description: File with the certificate authorities to trust, on the host that the module runs on.
    type: path
  connect_timeout:
    description: Seconds to wait for a connection.
    type: int
    default: 10
requirements:
  - psycopg2 >= 2.9 on the host that the module runs on
"""
