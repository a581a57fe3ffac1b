# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line of the summary that sets a context with a token."""
from __future__ import annotations

import pathlib
import re
import subprocess
import sys

import pytest

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

REFUSAL = """
import botocore.exceptions
def client(service, region):
    raise botocore.exceptions.EndpointConnectionError(endpoint_url="http://nowhere")
"""
COMMAND = [sys.executable, SCRIPT, "--secret", "/key", "--region", "us-west-2", "--database", "shop", "--schema", "app", "T1", "A1", "select 1"]


@pytest.mark.parametrize(("boto3", "said"), [
    pytest.param(REFUSAL, "--secret: '/key': it can't be read in us-west-2. Could not connect to the endpoint URL", id="nobody answers"),
    pytest.param(BOTO3.replace('"key"', '"password"'), "--secret: '/key': it holds no key of the context.", id="another secret"),
    pytest.param(BOTO3.replace(KEY, "short"), "--secret: '/key': it holds no key of the context.", id="no key"),
    pytest.param(BOTO3.replace("json.dumps(", "str("), "--secret: '/key': it holds no key of the context.", id="no JSON"),
])
def test_what_gives_no_key_is_said_without_a_traceback(tmp_path: pathlib.Path, boto3: str, said: str) -> None:
    (tmp_path / "boto3.py").write_text(boto3, encoding="utf-8")
    done = subprocess.run(COMMAND, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith(said) and "Traceback" not in done.stderr
    assert KEY not in done.stderr


def test_it_prints_a_transaction_of_the_tenant_and_no_key(tmp_path: pathlib.Path) -> None:
    (tmp_path / "boto3.py").write_text(BOTO3, encoding="utf-8")
    done = subprocess.run(COMMAND, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"select app\.set_context\('[0-9a-f]{64}[0-9a-f]{8}[0-9]{10}T1 A1'\) as tenant;\nselect 1;\n", done.stdout)
    assert KEY not in done.stdout + done.stderr
