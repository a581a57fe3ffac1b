# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight import endpoint
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings, World, judge

TRIAL = "http://127.0.0.1:5577"
REAL = {"aws_endpoint_scope": "aws", "aws_endpoint_url": "", "aws_endpoint_region": "us-west-2", "aws_endpoint_account_id": "597088015766"}
LOCAL = REAL | {"aws_endpoint_scope": "loopback", "aws_endpoint_url": TRIAL, "aws_endpoint_access_key": "a", "aws_endpoint_secret_key": "b"}


def said(values, environment=None, endpoints=None):
    return judge(endpoint.CHECKS, Settings(values, world=World(environment or {}, endpoints or {})))


def options(values, environment=None, endpoints=None):
    return [error.option for error in said(values, environment, endpoints)]


def test_what_fits_is_not_refused():
    assert options(REAL) == options(LOCAL) == []


@pytest.mark.parametrize("url", ["https://rds.us-west-2.amazonaws.com", "http://127.0.0.1.example.com:5577", "http://127.0.0.1:5577/x", ""])
def test_a_trial_goes_to_this_machine_only(url):
    assert options(LOCAL | {"aws_endpoint_url": url}) == ["aws_endpoint_url"]


@pytest.mark.parametrize("url", [TRIAL, "http://localhost:5577", "http://[::1]:5577", "https://aws.example.com"])
def test_an_account_is_reached_by_addresses_of_aws_only(url):
    assert options(REAL | {"aws_endpoint_url": url}) == ["aws_endpoint_url"]


@pytest.mark.parametrize("name", endpoint.INHERITED)
def test_nor_does_the_environment_send_the_calls_elsewhere(name):
    # boto3 sees it too, and says so; it is one refusal.
    (error,) = said(REAL, {name: TRIAL}, {"rds": TRIAL})
    assert error.option == name and f"Unset {name}" in error.remedy
    assert options(LOCAL, {name: TRIAL}) == []


def test_nor_boto3s_files():
    (error,) = said(REAL, {"AWS_CONFIG_FILE": "/etc/aws"}, {"rds": TRIAL, "sts": "https://sts.us-west-2.amazonaws.com"})
    assert error.option == f"rds {TRIAL}" and "/etc/aws or ~/.aws/credentials" in error.problem
    assert "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true" in error.remedy


def test_what_boto3_can_not_say_is_said():
    assert said(REAL, endpoints=LaunchError("gone.", option="profile"))[0].option == "profile"


def test_an_address_of_the_inventory_goes_before_those_files():
    assert options(REAL | {"aws_endpoint_url": "https://vpce-1.rds.us-west-2.vpce.amazonaws.com"}, endpoints={"rds": TRIAL}) == []


@pytest.mark.parametrize(("values", "environment", "expected"), [
    (LOCAL, {"AWS_PROFILE": "mine"}, ["AWS_PROFILE"]),
    (LOCAL, {"AWS_DEFAULT_PROFILE": "mine"}, ["AWS_PROFILE"]),
    (REAL, {"AWS_PROFILE": "mine"}, []),
    (REAL, {"AWS_PROFILE": "mine", "AWS_DEFAULT_PROFILE": "mine"}, []),
    (REAL, {"AWS_PROFILE": "mine", "AWS_DEFAULT_PROFILE": "other"}, ["AWS_PROFILE"]),
    (REAL | {"aws_endpoint_access_key": "a"}, {}, ["aws_endpoint_access_key"]),
    (REAL | {"aws_endpoint_secret_key": "b"}, {}, ["aws_endpoint_secret_key"]),
])
def test_credentials_have_one_source(values, environment, expected):
    assert options(values, environment) == expected


@pytest.mark.parametrize("account", ["59708801576", "launch", "5970880157660"])
def test_an_account_has_twelve_digits(account):
    assert options(REAL | {"aws_endpoint_account_id": account}) == ["aws_endpoint_account_id"]


def test_secrets_are_not_shown():
    assert all("hunter2" not in error.message for error in said(REAL | {"aws_endpoint_secret_key": "hunter2"}))


@pytest.mark.parametrize(("values", "certain"), [
    (REAL, True), (LOCAL, True), (REAL | {"aws_endpoint_url": TRIAL}, False), ({**REAL, "aws_endpoint_account_id": None}, False),
    ({**REAL, "aws_endpoint_region": None}, False),
])
def test_nobody_is_asked_where_the_question_might_go_astray(values, certain):
    assert endpoint.is_certain(Settings(values)) is certain


def test_another_account():
    assert endpoint.another(Settings(REAL), "597088015766") == []
    (error,) = endpoint.another(Settings(REAL), "111111111111")
    assert error.message.startswith("aws_endpoint_account_id: '597088015766': account 111111111111 answered. Use the credentials")


@pytest.mark.parametrize(("refuse", "real", "trial"), [
    (endpoint.no_credentials, ("aws_endpoint_account_id", "AWS_PROFILE"), ("aws_endpoint_access_key", "any words")),
    (endpoint.refused_credentials, ("aws_endpoint_account_id", "Log in again"), ("aws_endpoint_account_id", "of the local stack")),
    (endpoint.no_answer, ("aws_endpoint_region", "HTTPS_PROXY"), ("aws_endpoint_url", "python -m local up")),
])
def test_no_answer_is_explained_for_the_situation(refuse, real, trial):
    for values, (option, words) in ((REAL, real), (LOCAL, trial)):
        error = refuse(Settings(values), "a reason")
        assert error.option == option and words in error.remedy and "a reason" in error.problem
    assert "python -m local" not in refuse(Settings(REAL), "a reason").message


@pytest.mark.parametrize(("address", "own"), [
    ("https://vpce-0a1b-c2.rds.us-west-2.vpce.amazonaws.com", True),
    ("https://vpce-0a1b-c2-us-west-2a.sts.us-west-2.vpce.amazonaws.com:443/", True),
    ("https://vpce-0a1b-c2.kms.cn-north-1.vpce.amazonaws.com.cn", True),
    ("https://rds-fips.us-gov-west-1.api.aws", True),
    ("http://rds.us-west-2.amazonaws.com", False),
    ("https://rds.us-west-2.amazonaws.com:4566", False),
    ("https://rds.us-west-2.amazonaws.com.example.com", False),
    ("https://rds.us-west-2.amazonaws.com\n", False),
    ("https://example.com/.amazonaws.com", False),
    ("https://amazonaws.example.com", False),
    ("https://notamazonaws.com", False),
    ("https://localhost.localstack.cloud:4566", False),
    (TRIAL, False),
])
def test_addresses_of_aws(address, own):
    assert bool(endpoint.AWS.fullmatch(address)) is own


def test_each_service_that_is_called_has_its_variable():
    names = [f"AWS_ENDPOINT_URL_{service.upper()}" for service in endpoint.SERVICES]
    inherited = [name.replace("SECRETS_MANAGER", "SECRETSMANAGER") for name in endpoint.INHERITED]
    assert ["AWS_ENDPOINT_URL", "AWS_URL", *names] == inherited


def test_a_login_in_an_address_is_not_shown():
    assert endpoint.shown("http://user:pw@10.0.0.1:5577") == "http://(hidden)@10.0.0.1:5577"
    assert endpoint.shown("http://127.0.0.1:5577") == "http://127.0.0.1:5577"


def test_an_address_that_only_begins_as_one_of_awss():
    assert endpoint.AWS.fullmatch("https://sts.amazonaws.com") and not endpoint.AWS.fullmatch("https://sts.amazonaws.com.evil.org")
