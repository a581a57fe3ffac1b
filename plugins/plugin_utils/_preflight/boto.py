# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What boto3 is asked on the controller: where its calls would go, and whose account answers.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import endpoint
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings

try:
    import boto3
    from botocore import exceptions
    from botocore.config import Config
except ImportError:
    # missing() is asked before these are missed.
    boto3 = exceptions = Config = None

# With credentials in its hand boto3 searches for none: that could run a command or ask the metadata service.
NOBODY = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}
# One question, asked once more: whoever does not answer that is not there.
SECONDS = {"connect_timeout": 3, "read_timeout": 5, "retries": {"total_max_attempts": 2}}


def missing() -> list[LaunchError]:
    """Refuse a controller without boto3."""
    if boto3 is not None:
        return []
    return [LaunchError("it is missing on the controller.", option="boto3", remedy="Install what requirements.txt names. Nothing was changed.")]


def effective_endpoints(services: t.Iterable[str], region: str, profile: str | None = None) -> dict[str, str]:
    """The address of each service by its name. LaunchError where boto3 can't make a client.

    :arg profile: of boto3's files. Without one, the profile that boto3 itself would take.
    """
    try:
        # The modules take an empty profile for none as well.
        session = boto3.session.Session(profile_name=profile or None)
        return {service: _address(session, service, region) for service in services}
    except (exceptions.BotoCoreError, ValueError) as error:
        raise LaunchError(
            f"boto3 can't tell where its calls go: {error}.", option="profile", value="default" if profile is None else profile,
            remedy="Fix AWS_PROFILE, or boto3's configuration or credentials file. Nothing was changed.",
        ) from error


def _address(session: t.Any, service: str, region: str) -> str:
    # The mode "auto" asks the metadata service; it changes timeouts and retries, never an address.
    config = Config(defaults_mode="legacy")
    return session.client(service, region_name=region, config=config, **NOBODY).meta.endpoint_url


def account(settings: Settings) -> str:
    """The account that answers. LaunchError, in words for the situation, where none does."""
    try:
        return _client(settings).get_caller_identity()["Account"]
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError, exceptions.CredentialRetrievalError) as error:
        raise endpoint.no_credentials(settings, _reason(error)) from error
    except (exceptions.SSOError, exceptions.ProfileNotFound) as error:
        raise endpoint.no_credentials(settings, _reason(error)) from error
    except exceptions.ClientError as error:
        raise endpoint.refused_credentials(settings, _reason(error)) from error
    except (exceptions.BotoCoreError, ValueError) as error:
        raise endpoint.no_answer(settings, _reason(error)) from error


def _client(settings: Settings) -> t.Any:
    session = boto3.session.Session(
        aws_access_key_id=settings.get(endpoint.KEY) or None, aws_secret_access_key=settings.get(endpoint.SECRET) or None,
    )
    return session.client(
        "sts", region_name=settings["aws_endpoint_region"], endpoint_url=settings.get(endpoint.URL) or None, config=Config(**SECONDS),
    )


def _reason(error: Exception) -> str:
    return str(error).rstrip(".")
