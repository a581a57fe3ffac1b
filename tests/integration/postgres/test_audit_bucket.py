# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads and exports in a bucket with Object Lock: moto's S3, which keeps locks, refuses and counts as AWS describes it."""
from __future__ import annotations

import gzip
import json

import boto3
import botocore.exceptions
import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.audit import verification
from ansible_collections.launch.database.plugins.module_utils._postgres.audit.store import Bucket, Taken

CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local-stack-only", "region_name": "us-west-2"}
NAME = "shop-audit"
REGION = {"CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}}


@pytest.fixture
def s3(secrets_manager, monkeypatch):
    """A client; the modules find credentials as on a host of their own."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name.upper() if name != "region_name" else "AWS_DEFAULT_REGION", value)
    return boto3.client("s3", endpoint_url=secrets_manager.url, **CREDENTIALS)


@pytest.fixture
def bucket(s3, request):
    """A name of its own for each test: what is locked can't be removed."""
    name = f"{NAME}-{abs(hash(request.node.nodeid)) % 10**9}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True, **REGION)
    return name


@pytest.fixture
def destination(bucket, secrets_manager):
    return {"bucket": bucket, "prefix": "log/", "region": "us-west-2", "endpoint_url": secrets_manager.url, "lock_days": 800}


def test_heads_and_exports_go_to_a_bucket_and_are_locked(sealed, s3, bucket, destination, secrets_manager):
    sealed.write(2)
    partition = sealed.past("2025-01", 4)
    sealed.target.execute("SET LOCAL ROLE launch_audit_owner; SELECT audit.set_retention(1200)")
    heads = [sealed.make(destination=destination) for _hour in range(3)]
    assert sealed.head(destination=destination)["changed"] is False
    sealed.target.execute("SET LOCAL ROLE launch_audit_owner; SELECT audit.set_retention(12)")
    outcome = sealed.archive(destination=destination, remove=True)
    assert (outcome["exported"], outcome["dropped"]) == ([partition], [partition]), outcome
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert len(keys) == 5 and all(key.startswith(f"log/{sealed.target.name}/") for key in keys)
    for key in keys:
        found = s3.head_object(Bucket=bucket, Key=key)
        assert found["ObjectLockMode"] == "COMPLIANCE" and (found["ObjectLockRetainUntilDate"] - found["LastModified"]).days in (799, 800)
    (export,) = [key for key in keys if key.endswith(".jsonl.gz")]
    lines = gzip.decompress(s3.get_object(Bucket=bucket, Key=export)["Body"].read()).splitlines(keepends=True)
    assert verification.verify(lines, heads, "2025-01").verdict == "verified"
    # Nobody removes a version before its time.
    version = s3.list_object_versions(Bucket=bucket, Prefix=export)["Versions"][0]["VersionId"]
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=export, VersionId=version, BypassGovernanceRetention=True)


def hide(s3, bucket, key):
    s3.delete_object(Bucket=bucket, Key=key)


def replace(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=b"{}")


@pytest.mark.parametrize("change", [hide, replace])
@pytest.mark.parametrize("number", [1, 2])
def test_what_was_hidden_or_written_over_in_the_bucket_is_found(sealed, s3, bucket, destination, change, number):
    """Object Lock keeps the version; a delete marker and another version on top of it are not prevented, and are no answer either."""
    sealed.write(1)
    sealed.past("2025-01")
    first, _second = (sealed.make(destination=destination) for _hour in range(2))
    change(s3, bucket, f"log/{sealed.target.name}/heads/{first['chain']}/{number:08d}.json")
    for outcome in (sealed.archive(destination=destination), sealed.head(check=True, destination=destination), sealed.head(destination=destination)):
        assert outcome.get("failed") and "it was deleted or written over" in outcome["msg"], outcome


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_head_that_is_gone_from_the_bucket_is_missed_in_each_run(sealed, s3, bucket, destination, number):
    """As after its lock, or by who may go past one in mode GOVERNANCE."""
    loose = {**destination, "lock_mode": "GOVERNANCE"}
    chain = [sealed.make(destination=loose) for _hour in range(3)][0]["chain"]
    key = f"log/{sealed.target.name}/heads/{chain}/{number:08d}.json"
    version = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"][0]["VersionId"]
    s3.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)
    for options in ({"max_age": 0}, {}, {"check": True}):
        outcome = sealed.head(destination=loose, **options)
        assert outcome.get("failed") and f"head {number} of chain {chain} is missing outside, and the database remembers it" in outcome["msg"], outcome
    assert sealed.make(destination=loose, new_chain=True)["chain"] > chain
    assert sealed.head(check=True, destination=loose)["changed"] is False


@pytest.mark.parametrize(("make", "words"), [
    ({}, "its versioning is not enabled"),
    (None, "NoSuchBucket"),
])
def test_a_bucket_that_does_not_lock_is_refused(sealed, s3, destination, make, words):
    name = f"{NAME}-plain-{len(words)}"
    if make is not None:
        s3.create_bucket(Bucket=name, **REGION)
    outcome = sealed.head(destination={**destination, "bucket": name})
    assert outcome["failed"] and words in outcome["msg"], outcome["msg"]


def test_a_bucket_with_versions_and_without_locks_is_refused(sealed, s3, destination):
    s3.create_bucket(Bucket=f"{NAME}-versions", **REGION)
    s3.put_bucket_versioning(Bucket=f"{NAME}-versions", VersioningConfiguration={"Status": "Enabled"})
    outcome = sealed.head(destination={**destination, "bucket": f"{NAME}-versions"})
    assert outcome["failed"] and "it has no Object Lock" in outcome["msg"], outcome["msg"]


def test_credentials_that_are_missing_are_told(sealed, bucket, destination, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    outcome = sealed.head(destination=destination)
    assert outcome["failed"] and "it is refused by S3" in outcome["msg"]


class Recorded:
    """A client that notes what it is asked, and answers as a bucket with locks."""

    def __init__(self):
        self.calls, self.handlers = [], {}
        self.meta = self.events = self

    def register(self, event, handler):
        self.handlers[event] = handler

    def get_bucket_versioning(self, **given):
        return {"Status": "Enabled"}

    def get_object_lock_configuration(self, **given):
        return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}

    def put_object(self, **given):
        self.calls.append(given)
        if len(self.calls) > 1:
            raise botocore.exceptions.ClientError({"Error": {"Code": "PreconditionFailed", "Message": "At least one"}}, "PutObject")


def test_an_object_is_put_once_with_its_checksum_and_its_lock():
    client = Recorded()
    bucket = Bucket(client, "b", "/p/", "GOVERNANCE", 5)
    bucket.put("a/1.json", b"x")
    (call,) = client.calls
    assert (call["Bucket"], call["Key"], call["Body"], call["ObjectLockMode"]) == ("b", "p/a/1.json", b"x", "GOVERNANCE")
    client.handlers["before-call.s3.PutObject"]({"headers": (headers := {})}, model=None)
    assert headers == {"If-None-Match": "*"}
    assert call["ChecksumSHA256"] == "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    assert set(call) == {"Bucket", "Key", "Body", "ChecksumAlgorithm", "ChecksumSHA256", "ObjectLockMode", "ObjectLockRetainUntilDate"}
    with pytest.raises(Taken):
        bucket.put("a/1.json", b"y")


POLICY = {"s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration", "s3:ListBucketVersions", "s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"}


def test_the_policy_of_the_documentation_allows_what_is_asked_and_nothing_that_removes():
    text = (sealed_docs() / "audit.md").read_text(encoding="utf-8")
    statements = json.loads(text.split("```json\n", 1)[1].split("```", 1)[0])["Statement"]
    allowed = {action for statement in statements for action in statement["Action"]}
    assert allowed == POLICY and all(statement["Effect"] == "Allow" for statement in statements)


def sealed_docs():
    import pathlib

    return pathlib.Path(__file__).resolve().parents[3] / "docs"
