# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of boto3's: what a process read before it was forked is read by no task again, and settings still count."""
from __future__ import annotations

import runpy

import botocore.exceptions
import botocore.loaders
import pytest

from ansible_collections.launch.database.plugins.plugin_utils import _boto

NOBODY = {"region_name": "eu-west-1", "aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}


def test_a_client_reads_no_file_of_botocores_that_was_read_already(monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    read = []
    original = botocore.loaders.JSONFileLoader.load_file
    monkeypatch.setattr(botocore.loaders.JSONFileLoader, "load_file", lambda self, path: read.append(path) or original(self, path))
    _boto.session().client("secretsmanager", **NOBODY)
    assert read == []


def test_a_profile_is_looked_for(monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with pytest.raises(botocore.exceptions.ProfileNotFound, match="elsewhere"):
        _boto.session(profile_name="elsewhere").client("secretsmanager", **NOBODY)
    monkeypatch.setenv("AWS_PROFILE", "of_the_environment")
    with pytest.raises(botocore.exceptions.ProfileNotFound, match="of_the_environment"):
        _boto.session().client("secretsmanager", **NOBODY)


@pytest.mark.parametrize(("variable", "value"), [("AWS_PROFILE", "elsewhere"), ("AWS_ENDPOINT_URL", "nowhere")])
def test_reading_ahead_leaves_what_makes_no_client_to_the_task_that_needs_one(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises((ValueError, botocore.exceptions.BotoCoreError)):
        _boto.session().client("secretsmanager", **NOBODY)
    _boto._read_ahead()


def test_models_of_the_environment_are_read_as_boto3_reads_them(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert str(tmp_path) in runpy.run_path(_boto.__file__)["_LOADER"].search_paths


def test_a_session_without_boto3_says_so(monkeypatch):
    monkeypatch.setattr(_boto, "botocore", None)
    _boto._read_ahead()
    with pytest.raises(ImportError, match="boto3"):
        _boto.session()
