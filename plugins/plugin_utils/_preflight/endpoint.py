# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the calls may go, and what no answer or another account means: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, Unjudged, each

URL = "aws_endpoint_url"
ACCOUNT = "aws_endpoint_account_id"
KEY, SECRET = "aws_endpoint_access_key", "aws_endpoint_secret_key"
PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
# What the playbooks call, as boto3 names it.
SERVICES = ("ec2", "iam", "kms", "rds", "secretsmanager", "sts")
# The environment may name an address for all services or for one of those. boto3 doesn't read AWS_URL, Ansible does.
INHERITED = (
    "AWS_ENDPOINT_URL", "AWS_URL", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_RDS",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL_STS",
)
LOOPBACK = re.compile(r"https?://(127(\.[0-9]{1,3}){3}|localhost|\[::1\])(:[0-9]+)?/?")
# The names of all partitions (China, Europe, the isolated ones), of both kinds, and with them those of VPC endpoints:
# what botocore's partitions.json calls dnsSuffix and dualStackDnsSuffix.
AWS = re.compile(
    r"""https://[a-z0-9.-]+\.(
    amazonaws\.(com|com\.cn|eu) | aws | api\.amazonwebservices\.(com\.cn|eu) |
    c2s\.ic\.gov | sc2s\.sgov\.gov | cloud\.adc-e\.uk | csp\.hci\.ic\.gov |
    api\.aws\.(ic\.gov|scloud|hci\.ic\.gov) | api\.cloud-aws\.adc-e\.uk
    )(:443)?/?""", re.VERBOSE,
)
NOTHING_CHANGED = "Nothing was changed."
START = "Start the local stack (make up, or python -m local up)."


def _is_real(settings: Settings) -> bool:
    return settings["aws_endpoint_scope"] == "aws"


def shown(url: str) -> str:
    """An address without what it may hold of a login."""
    return re.sub(r"//[^/@]*@", "//(hidden)@", url)


def _url(settings: Settings) -> t.Iterator[LaunchError]:
    url = settings.get(URL, "")
    if not _is_real(settings) and not LOOPBACK.fullmatch(url):
        yield LaunchError(
            "aws_endpoint_scope is loopback, and this address is not on this machine.", option=URL, value=shown(url),
            remedy="Give an address such as http://127.0.0.1:5577, or use the inventory of the account you mean.",
        )
    if _is_real(settings) and url and not AWS.fullmatch(url):
        yield LaunchError(
            "aws_endpoint_scope is aws, and this address is not AWS's.", option=URL, value=shown(url),
            remedy="Leave it empty for AWS's own endpoints, or use an inventory whose scope is loopback.",
        )


def _inherited(settings: Settings) -> t.Iterator[LaunchError]:
    if not _is_real(settings):
        return
    for name in INHERITED:
        address = settings.world.environment.get(name, "")
        if address and not AWS.fullmatch(address):
            yield LaunchError(
                "aws_endpoint_scope is aws, and the environment sends the calls elsewhere.", option=name, value=shown(address),
                remedy=f"Unset {name}, or use an inventory whose scope is loopback.",
            )


def _configured(settings: Settings) -> t.Iterator[LaunchError]:
    """An address of the inventory's goes before all that boto3 is configured with; what the environment says was refused above."""
    if not _is_real(settings) or settings.get(URL):
        return
    endpoints, environment = settings.world.endpoints, settings.world.environment
    if isinstance(endpoints, LaunchError):
        yield from each(endpoints)
        return
    inherited = {environment.get(name) for name in INHERITED}
    strange = [f"{service} {address}" for service, address in endpoints.items() if not AWS.fullmatch(address) and address not in inherited]
    if strange:
        files = [environment.get("AWS_CONFIG_FILE") or "~/.aws/config", environment.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"]
        yield LaunchError(
            f"aws_endpoint_scope is aws, and boto3 is configured to send these calls elsewhere, by endpoint_url in {' or '.join(files)}.",
            option=", ".join(strange), remedy=f"Take it out there, or export AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true. {NOTHING_CHANGED}",
        )


def _credentials(settings: Settings) -> t.Iterator[LaunchError]:
    given = [name for name in (KEY, SECRET) if settings.get(name)]
    if len(given) == 1:
        yield LaunchError(f"{KEY} and {SECRET} belong together, and only one was given.", option=given[0], remedy="Give both, or none.")
    profile = next((settings.world.environment[name] for name in PROFILES if settings.world.environment.get(name)), None)
    if settings.get(KEY) and profile:
        yield LaunchError(
            f"the inventory gives credentials ({KEY}), and the environment names a profile.", option=PROFILES[0], value=profile,
            remedy=f"Unset {' and '.join(PROFILES)}. {NOTHING_CHANGED}",
        )


def _profiles(settings: Settings) -> t.Iterator[LaunchError]:
    """Modules take the first of them, lookups and boto3 the second."""
    first, second = (settings.world.environment.get(name) for name in PROFILES)
    if first and second and first != second:
        yield LaunchError(
            f"{PROFILES[1]} is {second!r}, so that some calls would go to one account and some to another.", option=PROFILES[0], value=first,
            remedy=f"Unset one of them. {NOTHING_CHANGED}",
        )


def _account(settings: Settings) -> t.Iterator[LaunchError]:
    if not re.fullmatch(r"\d{12}", settings[ACCOUNT]):
        yield LaunchError("it is not an account: those have twelve digits.", option=ACCOUNT, value=settings[ACCOUNT], remedy="Write all of them, in quotes.")


CHECKS: tuple[Check, ...] = (_url, _inherited, _configured, _credentials, _profiles, _account)


def is_certain(settings: Settings) -> bool:
    """Whether a call goes where the inventory means, as far as that is known without one."""
    try:
        return all(not list(check(settings)) for check in CHECKS) and bool(settings["aws_endpoint_region"])
    except Unjudged:
        return False


def another(settings: Settings, answered: str) -> list[LaunchError]:
    """The refusal of an account that is not the one that is meant."""
    if answered == settings[ACCOUNT]:
        return []
    return [LaunchError(
        f"account {answered} answered.", option=ACCOUNT, value=settings[ACCOUNT],
        remedy=f"Use the credentials of the account that the inventory means. {NOTHING_CHANGED}",
    )]


def no_credentials(settings: Settings, reason: str) -> LaunchError:
    """The refusal where boto3 has nothing to sign a call with."""
    if not _is_real(settings):
        return LaunchError(
            f"there are no credentials for the local stack: {reason}.", option=KEY, remedy=f"Give {KEY} and {SECRET}; it takes any words. {NOTHING_CHANGED}",
        )
    return LaunchError(
        f"there are no credentials for this account: {reason}.", option=ACCOUNT, value=settings[ACCOUNT],
        remedy="Export AWS_PROFILE (and log in: aws sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run this on a machine with a role "
        f"of that account. {NOTHING_CHANGED}",
    )


def refused_credentials(settings: Settings, reason: str) -> LaunchError:
    """The refusal where the endpoint answers, and does not take the credentials."""
    remedy = "Log in again, or use other credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    if not _is_real(settings):
        remedy = f"Give the credentials of the local stack as {KEY} and {SECRET}."
    return LaunchError(
        f"the credentials were not accepted: {reason}.", option=ACCOUNT, value=settings[ACCOUNT], remedy=f"{remedy} {NOTHING_CHANGED}",
    )


def no_answer(settings: Settings, reason: str) -> LaunchError:
    """The refusal where nobody answers."""
    if not _is_real(settings):
        return LaunchError(f"no answer: {reason}.", option=URL, value=shown(settings.get(URL, "")), remedy=f"{START} {NOTHING_CHANGED}")
    return LaunchError(
        f"AWS does not answer: {reason}.", option="aws_endpoint_region", value=settings["aws_endpoint_region"],
        remedy=f"Look at the network, the proxy (HTTPS_PROXY) and the region. {NOTHING_CHANGED}",
    )
