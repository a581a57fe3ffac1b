# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say where boto3 would send its calls, on the controller."""
from __future__ import annotations

DOCUMENTATION = r"""
name: aws_effective_endpoints
short_description: Say where boto3 would send its calls
version_added: 0.1.0
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Asks boto3 itself for the address of each service, with everything that it takes one from - the environment (E(AWS_ENDPOINT_URL)
    and the like), the profile in its configuration file or its credentials file, and what lifts these
    (E(AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)).
  - Makes clients and calls nothing. It sends nothing, not even to the instance metadata service, and needs no credentials.
  - E(AWS_URL) isn't looked at. Ansible's modules read it, boto3 doesn't.
options:
  _terms:
    description: Services as boto3 names them, such as V(rds) or V(secretsmanager).
    required: true
  region:
    description: Region of the addresses.
    type: str
    required: true
  profile:
    description:
      - Profile of boto3's files. Without one, the profile V(default) if there is one.
      - If both environment variables are set, E(AWS_PROFILE) counts, as it does for the modules of C(amazon.aws).
    type: str
    env:
      # Ansible takes the last one that is set.
      - name: AWS_DEFAULT_PROFILE
      - name: AWS_PROFILE
requirements:
  - boto3 on the controller
seealso:
  - name: Service-specific endpoints
    description: What an address may come from, in the reference guide of AWS SDKs and Tools.
    link: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

EXAMPLES = r"""
- name: Where the calls go
  ansible.builtin.debug:
    msg: "{{ lookup('launch.database.aws_effective_endpoints', 'rds', 'sts', region='us-west-2') }}"

- name: Where they go with another profile
  ansible.builtin.debug:
    msg: "{{ lookup('launch.database.aws_effective_endpoints', 'rds', region='us-west-2', profile='trial').rds }}"
"""

RETURN = r"""
_raw:
  description: One dictionary, the address of each service by its name.
  type: list
  elements: dict
  sample: [{"rds": "https://rds.us-west-2.amazonaws.com", "sts": "https://sts.us-west-2.amazonaws.com"}]
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError
except ImportError:
    # run() ends with a message before these are missed.
    boto3 = Config = BotoCoreError = None

# With credentials in its hand boto3 searches for none: that could run a command or ask the metadata service.
NOBODY = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[dict[str, str]]:
        self.set_options(var_options=variables, direct=kwargs)
        if boto3 is None:
            raise AnsibleLookupError("boto3: is missing on the controller. Install what requirements.txt names. Nothing was changed.")
        try:
            return [effective_endpoints(terms, self.get_option("region"), self.get_option("profile"))]
        except LaunchError as error:
            # Ansible would print each cause after the message, which says it already.
            raise AnsibleLookupError(error.message) from None


def effective_endpoints(services: t.Iterable[str], region: str, profile: str | None = None) -> dict[str, str]:
    """The address of each service by its name. LaunchError where boto3 can't make a client."""
    try:
        # The modules take an empty profile for none as well.
        session = boto3.session.Session(profile_name=profile or None)
        return {service: _address(session, service, region) for service in services}
    except (BotoCoreError, ValueError) as error:
        raise LaunchError(
            f"boto3 can't tell where its calls go: {error}.", option="profile", value="default" if profile is None else profile,
            remedy="Mend AWS_PROFILE, or boto3's configuration or credentials file. Nothing was changed.",
        ) from error


def _address(session: boto3.session.Session, service: str, region: str) -> str:
    # The mode "auto" asks the metadata service; it changes timeouts and retries, never an address.
    config = Config(defaults_mode="legacy")
    return session.client(service, region_name=region, config=config, **NOBODY).meta.endpoint_url
