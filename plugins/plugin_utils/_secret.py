# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of Secrets Manager, read on the controller for modules that run elsewhere.

Nothing here logs, and no refusal holds anything of what a secret holds. Whoever reads no secret needs no boto3.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import functools
import json
import os
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils import _boto

# botocore's own are 60 s and four attempts: minutes until a wrong address is refused.
CONNECT_SECONDS = 5
READ_SECONDS = 60
ATTEMPTS = 3

PORT = "port"
_MISSING = "ResourceNotFoundException"
_REMEDIES = {
    "AccessDeniedException": "Allow the credentials secretsmanager:GetSecretValue, and kms:Decrypt where the secret has a key of its own.",
    "DecryptionFailure": "Allow the credentials kms:Decrypt on the secret's key.",
    "ExpiredTokenException": "Sign in again.",
    "InvalidClientTokenId": "Check access_key and region in {source}.",
    "UnrecognizedClientException": "Check access_key and region in {source}.",
    "NoRegionError": "Give {source}.region, or set AWS_DEFAULT_REGION.",
    "NoCredentialsError": "Give {source} access_key and secret_key, or a profile, or set boto3's environment variables.",
    "ProfileNotFound": "Check {source}.profile and AWS_PROFILE.",
    "SSLError": "Check AWS_CA_BUNDLE and {source}.endpoint_url.",
}
_UNREACHABLE = "Check {source}.endpoint_url, region and the way to the network."


class SecretMissing(LaunchError):
    """There is no such secret, or nothing in it: it may be made before it is needed."""


@dataclasses.dataclass(frozen=True)
class Source:
    """Where secrets are read: boto3's own search for each field that is None.

    :arg option: what it is called where it comes from.
    """

    option: str
    region: str | None = None
    endpoint_url: str | None = None
    access_key: str | None = dataclasses.field(default=None, repr=False)
    secret_key: str | None = dataclasses.field(default=None, repr=False)
    session_token: str | None = dataclasses.field(default=None, repr=False)
    profile: str | None = None


FIELDS = tuple(field.name for field in dataclasses.fields(Source) if field.name != "option")


def source_from(option: str, value: t.Any) -> Source:
    """The source that a task names; an empty field is one that is not given. LaunchError for what makes none.

    :arg option: the task's option, whose value it is.
    """
    if not isinstance(value or {}, t.Mapping):
        raise LaunchError("it is not a dictionary.", option=option, remedy=f"Give some of {', '.join(FIELDS)}.")
    given = {str(name): text for name, text in (value or {}).items() if text not in (None, "")}
    unknown = sorted(set(map(str, value or {})) - set(FIELDS))
    if unknown:
        raise LaunchError("it is not an option of it.", option=option, value=unknown[0], remedy=f"Give some of {', '.join(FIELDS)}.")
    if ("access_key" in given) != ("secret_key" in given):
        raise LaunchError("access_key and secret_key belong together, and only one was given.", option=option, remedy="Give both, or none.")
    if "profile" in given and "access_key" in given:
        raise LaunchError("profile and access_key are two sources of credentials.", option=option, remedy="Give one of them.")
    return Source(option=option, **{name: str(text) for name, text in given.items()})


class Secrets:
    """The secrets of one source, each read once.

    :arg make_client: gives a client of Secrets Manager for a source and a region; called at the first secret.
    """

    def __init__(self, source: Source, make_client: t.Callable[[Source, str | None], t.Any]) -> None:
        self._source = source
        self._make_client = make_client
        self._clients: dict[str | None, t.Any] = {}
        self._contents: dict[str, dict[str, t.Any]] = {}

    def read(self, name: str, option: str) -> dict[str, t.Any]:
        """What a secret holds. LaunchError if that can't be read, SecretMissing if there is none.

        :arg name: its name or ARN.
        :arg option: the task's option that names it.
        """
        if name not in self._contents:
            self._contents[name] = _parsed(self._text(name, option), name, option)
        return self._contents[name]

    def _text(self, name: str, option: str) -> str | None:
        try:
            return self._client(name).get_secret_value(SecretId=name).get("SecretString")
        except ImportError:
            raise LaunchError("it can't be read: boto3 is missing on the controller.", option=option, value=name,
                              remedy="Install what requirements.txt names.") from None
        except _boto3_errors() as error:
            # Ansible would print a cause after the message, which says it already.
            raise _refusal(error, name, option, self._source) from None

    def _client(self, name: str) -> t.Any:
        region = self._source.region or _region_of(name) or os.environ.get("AWS_REGION")
        if region not in self._clients:
            self._clients[region] = self._make_client(self._source, region)
        return self._clients[region]


def boto3_client(source: Source, region: str | None) -> t.Any:
    """A client with a bounded patience."""
    session = _boto.session(profile_name=source.profile)
    from botocore.config import Config

    return session.client(
        "secretsmanager", region_name=region, endpoint_url=source.endpoint_url, aws_access_key_id=source.access_key,
        aws_secret_access_key=source.secret_key, aws_session_token=source.session_token,
        config=Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"mode": "standard", "total_max_attempts": ATTEMPTS}),
    )


def _boto3_errors() -> tuple[type[Exception], ...]:
    """What boto3 raises: AWS's answers, what keeps it from asking, and for an address that is none a plain ValueError."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError, ValueError


@functools.cache
def secrets_of(task: str, source: Source) -> Secrets:
    """The secrets of a task, the same for all rounds of its loop: they run in one process, which ends with the task.

    :arg task: unique id of the task.
    """
    return Secrets(source, boto3_client)


def field(content: t.Mapping[str, t.Any], key: str, name: str, option: str) -> str:
    """A text of a secret. LaunchError, without the text, if there is none.

    :arg name: of the secret, for the refusal.
    """
    value = content.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    problem = None
    if value in (None, ""):
        problem = f"it has no {key}."
    elif not isinstance(value, str):
        problem = f"it has a {key} that is not a text."
    elif key == PORT and not value.isdecimal():
        problem = f"it has a {key} that is not a number."
    if problem:
        raise LaunchError(problem, option=option, value=name, remedy=f"Set the field {key} of the secret, or take another secret.")
    return t.cast("str", value)


def _parsed(text: str | None, name: str, option: str) -> dict[str, t.Any]:
    try:
        content = json.loads(text or "")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise LaunchError("it holds something else than a JSON object.", option=option, value=name,
                          remedy="Name the secret of a login: an object with username, password, host, port and dbname.")
    return content


def _region_of(name: str) -> str | None:
    """arn:partition:secretsmanager:region:account:secret:name"""
    parts = name.split(":")
    return parts[3] if parts[0] == "arn" and len(parts) > 6 else None


def _refusal(error: Exception, name: str, option: str, source: Source) -> LaunchError:
    """An error of boto3's in one sentence. AWS's messages name callers and actions, never a secret's value."""
    answer: t.Mapping[str, t.Any] = getattr(error, "response", {}).get("Error", {})
    code = answer.get("Code", type(error).__name__)
    message = " ".join(str(answer.get("Message") or error).split()).rstrip(".")
    if code == _MISSING:
        return SecretMissing("there is no such secret, or it has no value yet.", option=option, value=name,
                             remedy=f"Create it with launch.database.db_secret, or check the name and the region in {source.option}.")
    if code == "InvalidRequestException" and "deletion" in message:
        return SecretMissing("is scheduled for deletion.", option=option, value=name,
                             remedy="Restore it with launch.database.db_secret and state: present.")
    remedy = _REMEDIES.get(code, "Check the secret and its region." if answer else _UNREACHABLE).format(source=source.option)
    return LaunchError(f"it can't be read: {code}: {message}.", option=option, value=name, remedy=remedy)
