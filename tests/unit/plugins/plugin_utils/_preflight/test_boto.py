# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where boto3's calls go, by what its files and the environment say."""
from __future__ import annotations

import os
import socket

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import endpoint
from ansible_collections.launch.database.plugins.plugin_utils._preflight.boto import effective_endpoints

TRIAL = "http://127.0.0.1:4566"
AWS = {"rds": "https://rds.us-west-2.amazonaws.com", "sts": "https://sts.us-west-2.amazonaws.com"}
TRIAL_FOR_ALL = dict.fromkeys(AWS, TRIAL)
TRIAL_FOR_RDS = AWS | {"rds": TRIAL}


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No variable and no file of whoever runs the tests; and whatever a test asks for, nothing is sent."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    sent = []

    def no_way_out(*arguments, **_keywords):
        sent.append(arguments)  # botocore swallows most errors of this kind
        raise OSError("no way out")

    monkeypatch.setattr(socket.socket, "connect", no_way_out)
    monkeypatch.setattr(socket, "getaddrinfo", no_way_out)
    yield
    assert sent == []


CONFIGURED = [
    ("nothing", "", AWS),
    ("the default profile", f"[default]\nendpoint_url = {TRIAL}\n", TRIAL_FOR_ALL),
    ("capitals and a colon", f"[default]\nENDPOINT_URL: {TRIAL}\n", TRIAL_FOR_ALL),
    ("a comment", f"[default]\n# endpoint_url = {TRIAL}\n", AWS),
    ("another profile", f"[profile trial]\nendpoint_url = {TRIAL}\n", AWS),
    ("one service", f"[default]\nservices = here\n[services here]\nrds =\n  endpoint_url = {TRIAL}\n", TRIAL_FOR_RDS),
    ("services that no profile takes", f"[default]\nregion = us-west-2\n[services here]\nrds =\n  endpoint_url = {TRIAL}\n", AWS),
    ("a service nobody calls", f"[default]\nservices = here\n[services here]\ns3 =\n  endpoint_url = {TRIAL}\n", AWS),
    ("lifted in the file", f"[default]\nignore_configured_endpoint_urls = true\nendpoint_url = {TRIAL}\n", AWS),
    ("a command for credentials", "[default]\ncredential_process = false\n", AWS),
    ("defaults that the metadata service knows", "[default]\ndefaults_mode = auto\n", AWS),
    (
        "AWS's own",
        "[default]\nservices = here\n[services here]\nrds =\n  endpoint_url = https://vpce-1a-b2.rds.us-west-2.vpce.amazonaws.com\n",
        AWS | {"rds": "https://vpce-1a-b2.rds.us-west-2.vpce.amazonaws.com"},
    ),
]


@pytest.mark.parametrize(("configuration", "expected"), [case[1:] for case in CONFIGURED], ids=[case[0] for case in CONFIGURED])
def test_the_configuration_file(tmp_path, configuration, expected):
    (tmp_path / "config").write_text(configuration, encoding="utf-8")
    assert effective_endpoints(["rds", "sts"], "us-west-2") == expected


@pytest.mark.parametrize(("section", "expected"), [("default", TRIAL_FOR_ALL), ("trial", AWS)])
def test_the_credentials_file(tmp_path, section, expected):
    (tmp_path / "credentials").write_text(f"[{section}]\naws_access_key_id = A\nendpoint_url = {TRIAL}\n", encoding="utf-8")
    assert effective_endpoints(["rds", "sts"], "us-west-2") == expected


@pytest.mark.parametrize(("profile", "expected"), [(None, AWS), ("", AWS), ("mine", AWS), ("trial", TRIAL_FOR_ALL)])
def test_the_profile(tmp_path, profile, expected):
    (tmp_path / "config").write_text(f"[profile mine]\nregion = us-west-2\n[profile trial]\nendpoint_url = {TRIAL}\n", encoding="utf-8")
    assert effective_endpoints(["rds", "sts"], "us-west-2", profile) == expected


# Only botocore knows which words it takes for yes.
@pytest.mark.parametrize(("ignore", "expected"), [("true", AWS), ("True", AWS), ("1", TRIAL_FOR_ALL), ("yes", TRIAL_FOR_ALL)])
def test_what_lifts_it(tmp_path, monkeypatch, ignore, expected):
    (tmp_path / "config").write_text(f"[default]\nendpoint_url = {TRIAL}\n", encoding="utf-8")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ignore)
    assert effective_endpoints(["rds", "sts"], "us-west-2") == expected


@pytest.mark.parametrize(("name", "expected"), [
    ("AWS_ENDPOINT_URL", TRIAL_FOR_ALL), ("AWS_ENDPOINT_URL_RDS", TRIAL_FOR_RDS), ("AWS_ENDPOINT_URL_S3", AWS),
])
def test_the_environment(monkeypatch, name, expected):
    monkeypatch.setenv(name, TRIAL)
    assert effective_endpoints(["rds", "sts"], "us-west-2") == expected


@pytest.mark.parametrize(("configuration", "profile", "start"), [
    ("", "gone", "profile: 'gone': boto3 can't tell where its calls go: The config profile (gone) could not be found"),
    ("[default]\nendpoint_url = localhost:4566\n", None, "profile: 'default': boto3 can't tell where its calls go: Invalid endpoint: localhost:4566"),
    ("[default]\nservices = gone\n", None, "profile: 'default': boto3 can't tell where its calls go: "),
    ("no section\n", None, "profile: 'default': boto3 can't tell where its calls go: Unable to parse config file"),
])
def test_what_boto3_refuses(tmp_path, configuration, profile, start):
    (tmp_path / "config").write_text(configuration, encoding="utf-8")
    with pytest.raises(LaunchError) as caught:
        effective_endpoints(["rds", "sts"], "us-west-2", profile)
    assert caught.value.message.startswith(start)
    assert caught.value.message.endswith("Nothing was changed.")


@pytest.mark.parametrize("region", ["us-west-2", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1"])
@pytest.mark.parametrize("dualstack", ["false", "true"])
def test_addresses_of_aws_are_known_everywhere(monkeypatch, region, dualstack):
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", dualstack)
    addresses = effective_endpoints(endpoint.SERVICES, region)
    assert [address for address in addresses.values() if not endpoint.AWS.fullmatch(address)] == []
