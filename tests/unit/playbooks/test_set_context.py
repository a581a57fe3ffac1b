# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line of the summary that sets a context with a token."""
from __future__ import annotations

import pathlib
import re
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "playbooks" / "files" / "set_context.py"
KEY = "k" * 64
BOTO3 = f"""
import json
class Client:
    def get_secret_value(self, SecretId):
        return {{"SecretString": json.dumps({{"key": "{KEY}", "asked": SecretId}})}}
def client(service, region):
    assert (service, region) == ("secretsmanager", "us-west-2")
    return Client()
"""


def test_it_prints_a_transaction_of_the_tenant_and_no_key(tmp_path: pathlib.Path) -> None:
    (tmp_path / "boto3.py").write_text(BOTO3, encoding="utf-8")
    command = [sys.executable, SCRIPT, "--secret", "/key", "--region", "us-west-2", "--database", "shop", "--schema", "app", "T1", "A1", "select 1"]
    done = subprocess.run(command, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"select app\.set_context\('[0-9a-f]{64}[0-9a-f]{8}[0-9]{10}T1 A1'\) as tenant;\nselect 1;\n", done.stdout)
    assert KEY not in done.stdout + done.stderr
