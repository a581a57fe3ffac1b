# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import types
import uuid

import pytest
from ansible.errors import AnsibleActionFail
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError, ProfileNotFound, SSLError

from ansible_collections.launch.database.plugins.action import pgbouncer_userlist, postgres_context, postgres_role
from ansible_collections.launch.database.plugins.action.postgres_tenant import ActionModule
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._scram import verifier
from ansible_collections.launch.database.plugins.plugin_utils import _boto, _secret

MASTER = {"username": "master", "password": "hidden-master", "host": "db.example.org", "port": 5433, "dbname": "launch"}
APP = {"username": "app", "password": "hidden-app", "scram_verifier": verifier("hidden-app")}
LOGIN = {
    "login_host": "db.example.org", "login_port": "5433", "login_user": "master", "login_password": "hidden-master", "login_db": "launch",
}


class Client:
    """Secrets Manager as the action may use it: any other call is an AttributeError.

    :arg contents: text, or the exception to raise, by the secret's name.
    """

    def __init__(self, contents):
        self.contents = contents
        self.read = []

    def get_secret_value(self, *, SecretId):
        self.read.append(SecretId)
        if SecretId not in self.contents:
            raise answer("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        content = self.contents[SecretId]
        if isinstance(content, Exception):
            raise content
        return {"Name": SecretId} if content is None else {"SecretString": content}


def answer(code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetSecretValue")


@pytest.fixture
def aws(monkeypatch):
    """The account; ``made`` has source and region of each client."""
    client = Client({"/master": json.dumps(MASTER), "/app": json.dumps(APP)})
    client.made = []
    monkeypatch.setattr(_secret, "boto3_client", lambda source, region: client.made.append((source, region)) or client)
    monkeypatch.delenv("AWS_REGION", raising=False)
    return client


def action(plugin=ActionModule, task=None, async_val=0, **arguments):
    """The plugin as a task has it; what it hands to the module is what it returns."""
    task = types.SimpleNamespace(
        args=arguments, async_val=async_val, check_mode=False, diff=True, action="launch.database.any", _uuid=task or str(uuid.uuid4()),
    )
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    made = plugin(task, connection, types.SimpleNamespace(), None, None, None)
    made._execute_module = lambda module_args, task_vars, wrap_async: {"handed": module_args, "wrap_async": wrap_async}
    return made


def handed(*args, **arguments):
    return action(*args, **arguments).run(task_vars={})["handed"]


def refusal(*args, **arguments):
    with pytest.raises(AnsibleActionFail) as raised:
        action(*args, **arguments).run(task_vars={})
    assert "hidden" not in str(raised.value) + str(raised.value.result)
    # Ansible would print each cause after the message, which says it already.
    assert raised.value.__suppress_context__ and not raised.value.__cause__
    # From 2.21 on, Ansible puts the message into the result only where it hands that on.
    return {"msg": str(raised.value), **raised.value.result}


def test_the_module_gets_what_the_secret_holds_and_no_key_to_it(aws):
    source = {"region": "us-west-2", "access_key": "id", "secret_key": "hidden-key"}
    assert handed(login_secret="/master", login_secret_source=source, actor="a") == {"login_secret": "/master", "actor": "a", **LOGIN}
    assert aws.read == ["/master"]


def test_the_task_itself_keeps_no_secret(aws):
    plugin = action(login_secret="/master")
    plugin.run(task_vars={})
    assert plugin._task.args == {"login_secret": "/master"}


@pytest.mark.parametrize(("option", "value"), [(option, "given") for option in LOGIN])
def test_what_is_given_goes_before_the_secret(aws, option, value):
    assert handed(login_secret="/master", **{option: value}) == {"login_secret": "/master", **LOGIN, option: value}


def test_a_secret_that_nothing_is_left_to_is_not_read(aws):
    assert handed(login_secret="/missing", **LOGIN) == {"login_secret": "/missing", **LOGIN}
    assert handed(login_secret="", login_host="h") == {"login_secret": "", "login_host": "h"}
    assert handed(login_host="h") == {"login_host": "h"}
    assert aws.made == []


def test_an_asynchronous_task_gets_it_as_well(aws):
    outcome = action(async_val=60, login_secret="/master").run(task_vars={})
    assert outcome["wrap_async"] is True and outcome["handed"]["login_password"] == "hidden-master"


def test_the_rounds_of_a_loop_read_a_secret_once(aws):
    for _round in range(3):
        assert handed(task="one", login_secret="/master")["login_user"] == "master"
    handed(task="another", login_secret="/master")
    assert (aws.read, len(aws.made)) == (["/master", "/master"], 2)


def test_a_refusal_is_not_remembered(aws):
    refusal(task="retried", login_secret="/late")
    aws.contents["/late"] = json.dumps(MASTER)
    assert handed(task="retried", login_secret="/late")["login_user"] == "master"


ARN = "arn:aws:secretsmanager:eu-west-1:597088015766:secret:/master-8kPXvh"


@pytest.mark.parametrize(("name", "source", "environment", "region"), [
    ("/master", {"region": "us-west-2"}, "us-east-1", "us-west-2"),
    (ARN, {"region": "us-west-2"}, None, "us-west-2"),
    (ARN, {"region": ""}, "us-east-1", "eu-west-1"),
    (ARN.replace("eu-west-1", ""), None, None, None),
    ("arn:of:its:own:kind", None, "us-east-1", "us-east-1"),
    ("a:name:of:eu-west-1:with:seven:parts", None, "us-east-1", "us-east-1"),
    ("/master", None, "us-east-1", "us-east-1"),
    ("/master", {}, None, None),
])
def test_the_region_is_the_one_that_was_given_or_that_of_the_arn_or_boto3s(aws, monkeypatch, name, source, environment, region):
    aws.contents[name] = json.dumps(MASTER)
    if environment:
        monkeypatch.setenv("AWS_REGION", environment)
    handed(login_secret=name, login_secret_source=source)
    assert [made[1] for made in aws.made] == [region]


def test_what_is_empty_is_left_to_boto3(aws):
    handed(login_secret="/master", login_secret_source={"endpoint_url": "", "profile": None, "access_key": "", "secret_key": ""})
    assert aws.made[0][0] == _secret.Source("login_secret_source")


@pytest.mark.parametrize(("source", "words"), [
    ("us-west-2", "it is not a dictionary"),
    ({"regio": "us-west-2"}, "'regio': it is not an option of it. Give some of region, endpoint_url"),
    ({"access_key": "id"}, "only one was given"),
    ({"secret_key": "hidden-key"}, "only one was given"),
    ({"profile": "p", "access_key": "id", "secret_key": "hidden-key"}, "two sources of credentials"),
    ({"z": 1, "b": 1, "y": 1, "a": 1, 7: 1}, "'7': it is not an option of it."),
])
def test_a_source_that_is_none_is_refused_without_a_call(aws, source, words):
    result = refusal(login_secret="/master", login_secret_source=source)
    assert words in result["msg"] and result["option"] == "login_secret_source" and result["remedy"]
    assert aws.made == []


@pytest.mark.parametrize(("content", "words"), [
    (None, "it holds something else than a JSON object"),
    ("hidden-text", "it holds something else than a JSON object"),
    ('["hidden"]', "it holds something else than a JSON object"),
    (json.dumps({**MASTER, "host": None}), "has no host"),
    (json.dumps({**MASTER, "password": ""}), "has no password"),
    (json.dumps({key: value for key, value in MASTER.items() if key != "dbname"}), "has no dbname"),
    (json.dumps({**MASTER, "password": ["hidden"]}), "has a password that is not a text"),
    (json.dumps({**MASTER, "host": True}), "has a host that is not a text"),
    (json.dumps({**MASTER, "port": "hidden"}), "has a port that is not a number"),
    (answer("ResourceNotFoundException", "x"), "there is no such secret, or it has no value yet"),
    (answer("InvalidRequestException", "it was marked for deletion."), "is scheduled for deletion"),
    (answer("AccessDeniedException", "User: u is not\nauthorized."), "it can't be read: AccessDeniedException: User: u is not authorized. Allow"),
    (answer("InternalServiceError", "try later"), "InternalServiceError: try later. Check the secret and its region"),
    (answer("AccessDeniedException", "x"), "x. Allow the credentials secretsmanager:GetSecretValue"),
    (answer("DecryptionFailure", "x"), "x. Allow the credentials kms:Decrypt"),
    (answer("ExpiredTokenException", "x"), "x. Sign in again."),
    (answer("InvalidClientTokenId", "x"), "x. Check access_key and region in login_secret_source."),
    (answer("UnrecognizedClientException", "x"), "x. Check access_key and region in login_secret_source."),
    (answer("InvalidRequestException", "it is owned by another service."), "InvalidRequestException: it is owned by another service. Check the secret"),
    (answer("LimitExceeded", "in the state of deletion."), "LimitExceeded: in the state of deletion. Check the secret"),
    (SSLError(endpoint_url="https://x", error="hostname"), "Check AWS_CA_BUNDLE and login_secret_source.endpoint_url"),
    (NoCredentialsError(), "Unable to locate credentials. Give login_secret_source access_key"),
    (EndpointConnectionError(endpoint_url="https://x"), "Check login_secret_source.endpoint_url"),
])
def test_a_secret_that_can_not_be_used_is_refused_without_what_it_holds(aws, content, words):
    aws.contents["/master"] = content
    result = refusal(login_secret="/master")
    assert words in result["msg"] and result["msg"].startswith("login_secret: '/master': ")
    assert (result["option"], result["value"], bool(result["remedy"])) == ("login_secret", "/master", True)


@pytest.mark.parametrize(("error", "words"), [
    (ImportError("boto3"), "boto3 is missing on the controller. Install what requirements.txt names."),
    (NoRegionError(), "You must specify a region. Give login_secret_source.region"),
    (ProfileNotFound(profile="p"), "The config profile (p) could not be found. Check login_secret_source.profile"),
    (ValueError("Invalid endpoint: x"), "Invalid endpoint: x. Check login_secret_source.endpoint_url"),
])
def test_a_client_that_can_not_be_made_is_refused(monkeypatch, error, words):
    def refuse(source, region):
        raise error

    monkeypatch.setattr(_secret, "boto3_client", refuse)
    result = refusal(login_secret="/master")
    assert words in result["msg"] and (result["option"], result["value"]) == ("login_secret", "/master")


def test_roles_get_password_and_verifier_of_their_secrets(aws):
    roles = [{"name": "rw"}, {"name": "app", "login": True, "secret": "/app"}]
    result = handed(postgres_role.ActionModule, login_secret="/master", roles=roles)
    assert result["roles"] == [roles[0], {**roles[1], "password": APP["password"], "password_verifier": APP["scram_verifier"]}]
    assert (result["missing_secrets"], result["login_password"]) == ([], "hidden-master")
    assert roles[1] == {"name": "app", "login": True, "secret": "/app"}


def test_a_secret_that_is_named_twice_in_a_task_is_read_once(aws):
    aws.contents["/app"] = json.dumps({**MASTER, **APP})
    role = {"name": "app", "login": True, "secret": "/app"}
    result = handed(postgres_role.ActionModule, login_secret="/app", roles=[role, role])
    assert result["login_user"] == "app" and aws.read == ["/app"]


def test_what_a_role_gives_itself_goes_before_its_secret(aws):
    role = {"name": "app", "login": True, "secret": "/missing", "password": "p", "password_verifier": "v"}
    assert handed(postgres_role.ActionModule, roles=[role], **LOGIN)["roles"] == [role]
    assert aws.read == []


def test_the_secret_of_an_absent_login_is_not_read(aws):
    role = {"name": "app", "login": True, "secret": "/gone", "state": "absent"}
    result = handed(postgres_role.ActionModule, roles=[role], **LOGIN)
    assert (result["roles"], result["missing_secrets"], aws.read) == ([role], [], [])


def test_a_secret_that_does_not_exist_yet_is_named_to_the_module(aws):
    aws.contents["/deleted"] = answer("InvalidRequestException", "marked for deletion")
    roles = [{"name": "a", "secret": "/new"}, {"name": "b", "secret": "/deleted"}]
    result = handed(postgres_role.ActionModule, roles=roles, **LOGIN)
    assert (result["roles"], result["missing_secrets"]) == (roles, ["/new", "/deleted"])


def test_everything_that_is_wrong_with_the_roles_secrets_is_refused_together(aws):
    aws.contents["/empty"] = "{}"
    aws.contents["/half"] = json.dumps({**APP, "scram_verifier": None})
    roles = [{"name": "other", "secret": "/app"}, {"name": "app", "secret": "/half"}, {"name": "x", "secret": "/empty"}]
    result = refusal(postgres_role.ActionModule, roles=roles, **LOGIN)
    assert [error["value"] for error in result["errors"]] == ["/app", "/half", "/empty"]
    assert "roles[0].secret: '/app': it is not the secret of 'other': it has another username." in result["msg"]
    assert "roles[1].secret: '/half': it has no scram_verifier." in result["msg"]


@pytest.mark.parametrize("roles", ["app", None, ["app"], [7]])
def test_what_is_no_list_of_roles_is_left_for_the_module_to_refuse(aws, roles):
    assert handed(postgres_role.ActionModule, roles=roles, **LOGIN)["roles"] == roles


def test_only_a_secret_needs_boto3(monkeypatch):
    """A run with logins of its own does without."""
    monkeypatch.setattr(_boto, "botocore", None)
    assert handed(**LOGIN) == LOGIN
    assert "boto3 is missing" in refusal(login_secret="/master", login_secret_source={"region": "us-west-2"})["msg"]


@pytest.mark.parametrize("error", [ImportError("hidden"), NoRegionError(), answer("AccessDeniedException", "x"), ValueError("x")])
def test_a_refusal_carries_no_cause_that_would_be_printed_after_it(error):
    def refuse(_source, _region):
        raise error

    with pytest.raises(LaunchError) as refused:
        _secret.Secrets(_secret.Source("s"), refuse).read("/master", "login_secret")
    assert refused.value.__suppress_context__ and not refused.value.__cause__


def test_a_profile_goes_without_keys_and_keys_without_a_profile(aws):
    handed(login_secret="/master", login_secret_source={"profile": "p"})
    handed(login_secret="/master", login_secret_source={"access_key": "id", "secret_key": "k", "session_token": "t"})
    assert [made[0] for made in aws.made] == [
        _secret.Source("login_secret_source", profile="p"), _secret.Source("login_secret_source", access_key="id", secret_key="k", session_token="t"),
    ]


def test_a_source_shows_none_of_its_keys():
    given = {"region": "us-west-2", "access_key": "hidden-id", "secret_key": "hidden-key", "session_token": "hidden-token"}
    assert "hidden" not in repr(_secret.source_from("s", given)) and "us-west-2" in repr(_secret.source_from("s", given))


def test_a_client_signs_with_what_the_source_gives(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    source = _secret.source_from("s", {"access_key": "id", "secret_key": "key", "session_token": "token"})
    client = _secret.boto3_client(source, "us-west-2")
    assert client._request_signer._credentials.get_frozen_credentials()[:3] == ("id", "key", "token")
    assert (client.meta.config.connect_timeout, client.meta.config.read_timeout, client.meta.config.retries["total_max_attempts"]) == (5, 60, 3)


def test_a_client_is_of_the_profile_that_the_source_names(monkeypatch, tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[p]\naws_access_key_id = of-p\naws_secret_access_key = key\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    client = _secret.boto3_client(_secret.source_from("s", {"profile": "p"}), "us-west-2")
    assert client._request_signer._credentials.access_key == "of-p"


def test_one_region_has_one_client(aws):
    aws.contents["/other"] = aws.contents[ARN] = json.dumps({**MASTER, **APP})
    roles = [{"name": "app", "login": True, "secret": secret} for secret in ("/other", ARN, "/app")]
    handed(postgres_role.ActionModule, login_secret="/other", roles=roles)
    assert [made[1] for made in aws.made] == [None, "eu-west-1"]


@pytest.mark.parametrize("planned", [False, "no"])
def test_a_key_secret_that_is_not_there_is_refused(aws, planned):
    result = refusal(postgres_context.ActionModule, key_secret="/typo", key_secret_planned=planned, **LOGIN)
    assert (result["option"], result["value"]) == ("key_secret", "/typo") and "check the name" in result["remedy"], result


def test_a_key_secret_that_the_run_makes_is_named_to_the_module(aws):
    result = handed(postgres_context.ActionModule, key_secret="/new", key_secret_planned=True, **LOGIN)
    assert result["missing_secret"] == "/new"


def test_users_of_pools_get_the_verifiers_of_their_secrets_and_the_missing_are_named(aws):
    users = [{"name": "app", "secret": "/app"}, {"name": "new", "secret": "/new"}]
    source = {"region": "us-west-2", "access_key": "id", "secret_key": "hidden-key"}
    result = handed(pgbouncer_userlist.ActionModule, path="/etc/userlist.txt", users=users, secret_source=source)
    assert result == {"path": "/etc/userlist.txt", "users": [{**users[0], "verifier": APP["scram_verifier"]}, users[1]], "missing_secrets": ["/new"]}
    assert refusal(pgbouncer_userlist.ActionModule, users=users[:1], secret_source={"regio": 1})["msg"].startswith("secret_source: 'regio': it is not")


def test_a_client_goes_where_the_source_says(monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    source = _secret.source_from("s", {"endpoint_url": "http://127.0.0.1:5577", "access_key": "id", "secret_key": "key"})
    client = _secret.boto3_client(source, "us-west-2")
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://127.0.0.1:5577", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5578")
    assert _secret.boto3_client(_secret.source_from("s", {"region": ""}), "us-west-2").meta.endpoint_url == "http://127.0.0.1:5578"
