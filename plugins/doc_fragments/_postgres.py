# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the database modules reach a server."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  login_secret:
    description:
      - Name or ARN of the login's secret in AWS Secrets Manager, a JSON object with C(username), C(password), C(host), C(port) and
        C(dbname), as M(launch.database.db_secret) keeps it.
      - The controller reads it, once a task at most; the host that the module runs on needs no access to AWS. What it holds is in no output.
      - Each of O(login_host), O(login_port), O(login_user), O(login_password) and O(login_db) that is given goes before the secret's. The
        secret needs to have the others, and with all of them given it is not read.
    type: str
  login_secret_source:
    description:
      - Where O(login_secret) is read, on the controller. It is not sent to the host that the module runs on.
      - What is not given, or empty, is left to boto3's own search - environment, files, instance role.
    type: dict
    suboptions:
      region:
        description: Region of the secret. Without one, that of an ARN, then E(AWS_REGION), then boto3's.
        type: str
      endpoint_url:
        description: Address of Secrets Manager, where it is not AWS's own.
        type: str
      access_key:
        description: Id of an access key. Needs O(login_secret_source.secret_key), and excludes O(login_secret_source.profile).
        type: str
      secret_key:
        description: Its secret.
        type: str
      session_token:
        description: Its session token, if it has one.
        type: str
      profile:
        description: Profile of boto3's files.
        type: str
  login_host:
    description:
      - Address of the PostgreSQL server. With O(ssl_mode=verify-full) it must be a name in the server's certificate.
      - Required without O(login_secret).
    type: str
  login_port:
    description: TCP port of the server. With O(login_secret), the secret's.
    type: int
    default: 5432
  login_user:
    description: Login role that does the work. Required without O(login_secret).
    type: str
  login_password:
    description: Its password. Required without O(login_secret).
    type: str
  login_db:
    description: Database to connect to. With O(login_secret), the secret's.
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
  - boto3 on the controller, for O(login_secret)
"""
