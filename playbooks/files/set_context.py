# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print statements that psql runs as a tenant: set_context() with a token that is valid for seconds, then those given.

    set_context.py --secret /shop/db/context-key --region us-west-2 --database shop --schema app TENANT ACTOR STATEMENT |
        psql --single-transaction --file - "host=... dbname=shop"

Neither the key nor the token is in an argument of a process: the key is read with boto3's own credentials, and the token goes
through the pipe.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "plugins" / "module_utils" / "_postgres" / "context"))

from tokens import Issuer, Key  # pylint: disable=wrong-import-position


def read_key(secret: str, region: str) -> Key:
    """The key in a secret. Ends the program with a sentence where there is none, and shows nothing of what else is there."""
    try:
        text = boto3.client("secretsmanager", region).get_secret_value(SecretId=secret)["SecretString"]
    except (BotoCoreError, ClientError, KeyError) as error:
        sys.exit(f"--secret: {secret!r}: it can't be read in {region}. {error}\nSee that name, region, credentials and endpoint are right.")
    try:
        return Key(json.loads(text)["key"])
    except (AttributeError, KeyError, TypeError, ValueError):
        sys.exit(f"--secret: {secret!r}: it holds no key of the context. Give the one that key_secret of database_schema_context names.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Print statements that psql runs as a tenant.")
    parser.add_argument("--secret", required=True, help="name of the key's secret")
    parser.add_argument("--region", required=True, help="its region")
    parser.add_argument("--database", required=True, help="the database, as current_database() calls it")
    parser.add_argument("--schema", default="app", help="schema of set_context()")
    parser.add_argument("tenant", help="id of the tenant")
    parser.add_argument("actor", help="id of the actor, for the audit log")
    parser.add_argument("statement", nargs="*", help="SQL statement to run")
    given = parser.parse_args()
    token = Issuer(read_key(given.secret, given.region), given.database).token(given.tenant, given.actor)
    for statement in (f"select {given.schema}.set_context('{token}') as tenant", *given.statement):
        print(f"{statement};")


if __name__ == "__main__":
    main()
