# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DB instances over the API, and the real server behind one."""

from __future__ import annotations

import json
import re

import psycopg2
import pytest

from tests.integration.stack.clients import PASSWORD, Clients, refused, until
from tests.integration.stack.conftest import PROFILE

NAME = "launch-db-main"
GROUP = "launch-pg-main"
KEY = "arn:aws:kms:us-west-2:597088015766:key/62739486-7aa4-4cdb-9bfc-68dd7d80c7c0"
ROLE = "arn:aws:iam::597088015766:role/launch-role-db-monitoring"

REQUEST = {
    "DBInstanceIdentifier": NAME,
    "DBInstanceClass": "db.t4g.medium",
    "Engine": "postgres",
    "EngineVersion": "17.4",
    "DBName": "launch",
    "MasterUsername": "launch_admin",
    "MasterUserPassword": PASSWORD,
    "AllocatedStorage": 400,
    "StorageType": "gp3",
    "Iops": 12000,
    "StorageThroughput": 500,
    "StorageEncrypted": True,
    "KmsKeyId": KEY,
    "DBSubnetGroupName": "launch-db-subnets",
    "VpcSecurityGroupIds": ["sg-09429267085a63549"],
    "DBParameterGroupName": GROUP,
    "BackupRetentionPeriod": 7,
    "PreferredBackupWindow": "03:00-04:00",
    "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
    "MonitoringInterval": 15,
    "MonitoringRoleArn": ROLE,
    "EnablePerformanceInsights": True,
    "EnableCloudwatchLogsExports": ["postgresql"],
    "Tags": [{"Key": "Name", "Value": NAME}],
}


def setting(name: str, value: str, method: str = "immediate") -> list[dict[str, str]]:
    return [{"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}]


@pytest.fixture(scope="module")
def account(endpoint: Clients) -> Clients:
    """The account with what an instance needs."""
    subnets = ["subnet-0ed0f7d900f687231", "subnet-0be2078d20cec6ee8"]
    endpoint.rds.create_db_subnet_group(
        DBSubnetGroupName="launch-db-subnets", DBSubnetGroupDescription="launch", SubnetIds=subnets
    )
    endpoint.rds.create_db_parameter_group(
        DBParameterGroupName=GROUP, DBParameterGroupFamily="postgres17", Description="launch"
    )
    return endpoint


@pytest.fixture(scope="module")
def instance(account: Clients) -> Clients:
    """The account with an instance that is available; the first statuses are checked on the way."""
    created = account.rds.create_db_instance(**REQUEST)["DBInstance"]
    assert (created["DBInstanceStatus"], "Endpoint" in created) == ("creating", False)
    with refused("InvalidDBInstanceState"):
        account.rds.modify_db_instance(DBInstanceIdentifier=NAME, MultiAZ=True)
    with refused("InvalidDBInstanceState"):
        account.rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    with refused("InvalidDBInstanceState"):
        account.rds.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    assert account.statuses_until(NAME, "available") == ["creating", "backing-up", "available"]
    return account


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DBParameterGroupName": "no-such"}, "DBParameterGroupNotFound"),
        ({"DBSubnetGroupName": "no-such"}, "DBSubnetGroupNotFoundFault"),
        ({"VpcSecurityGroupIds": ["sg-0"]}, "InvalidParameterValue"),
        ({"KmsKeyId": "arn:aws:kms:us-west-2:597088015766:key/no-such"}, "KMSKeyNotAccessibleFault"),
        ({"MonitoringRoleArn": "arn:aws:iam::597088015766:role/no-such"}, "InvalidParameterValue"),
        ({"MonitoringInterval": 7}, "InvalidParameterValue"),
        ({"PerformanceInsightsRetentionPeriod": 94}, "InvalidParameterValue"),
        ({"PreferredBackupWindow": "05:30-06:30"}, "InvalidParameterValue"),
        ({"PreferredBackupWindow": "3-4"}, "InvalidParameterValue"),
        ({"MasterUserPassword": "short"}, "InvalidParameterValue"),
        ({"MasterUserPassword": "with@sign"}, "InvalidParameterValue"),
        ({"ManageMasterUserPassword": True}, "InvalidParameterCombination"),
        ({"MasterUsername": "rdsadmin"}, "InvalidParameterValue"),
        ({"AllocatedStorage": 399}, "InvalidParameterCombination"),
        ({"Iops": 11000}, "InvalidParameterCombination"),
        ({"StorageThroughput": 4000}, "InvalidParameterCombination"),
        ({"EngineVersion": "99.9"}, "InvalidParameterCombination"),
        ({"DBInstanceClass": "db.no.such"}, "InvalidParameterValue"),
        ({"DBInstanceIdentifier": "ends-"}, "InvalidParameterValue"),
        ({"AvailabilityZone": "us-west-2c"}, "InvalidParameterCombination"),
        ({"Engine": "mysql"}, "InvalidParameterValue"),
        ({"StorageEncrypted": False}, "InvalidParameterCombination"),
        ({"DBSubnetGroupName": "default"}, "DBSubnetGroupNotFoundFault"),
    ],
)
def test_creation_refused(account: Clients, change: dict, code: str) -> None:
    with refused(code):
        account.rds.create_db_instance(**(REQUEST | {"DBInstanceIdentifier": "refused"} | change))
    identifiers = {shown["DBInstanceIdentifier"] for shown in account.rds.describe_db_instances()["DBInstances"]}
    assert identifiers <= {NAME}


def test_description(instance: Clients) -> None:
    shown = instance.instance(NAME)
    assert shown["Endpoint"]["Address"] == f"{NAME}.cr4cyac0cdfd.us-west-2.rds.amazonaws.com"
    assert (shown["Endpoint"]["Port"], shown["EngineVersion"], shown["KmsKeyId"]) == (5432, "17.4", KEY)
    assert shown["DBParameterGroups"] == [{"DBParameterGroupName": GROUP, "ParameterApplyStatus": "in-sync"}]
    assert shown["VpcSecurityGroups"] == [{"VpcSecurityGroupId": "sg-09429267085a63549", "Status": "active"}]
    assert (shown["PendingModifiedValues"], shown["Iops"], shown["StorageThroughput"]) == ({}, 12000, 500)
    assert (shown["PerformanceInsightsEnabled"], shown["PerformanceInsightsRetentionPeriod"]) == (True, 7)
    assert (shown["MonitoringInterval"], shown["PubliclyAccessible"], shown["DeletionProtection"]) == (15, False, False)
    assert (shown["AvailabilityZone"], shown["DBSubnetGroup"]["DBSubnetGroupName"]) == (
        "us-west-2a",
        "launch-db-subnets",
    )
    assert shown["TagList"] == REQUEST["Tags"]
    wanted = {
        "CACertificateIdentifier",
        "DbiResourceId",
        "LatestRestorableTime",
        "IAMDatabaseAuthenticationEnabled",
        "DBInstanceArn",
    }
    assert wanted <= set(shown)


def test_identifier_that_is_taken(instance: Clients) -> None:
    with refused("DBInstanceAlreadyExists"):
        instance.rds.create_db_instance(**REQUEST)


def test_server_is_postgresql_with_the_values_of_the_class(instance: Clients) -> None:
    assert instance.value(NAME, "SHOW server_version").startswith("17.")
    assert instance.value(NAME, "SHOW shared_buffers") == "1GB"
    assert instance.value(NAME, "SHOW max_connections") == "450"
    assert instance.value(NAME, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is True


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER SYSTEM SET work_mem = 1",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE ROLE another SUPERUSER",
        "CREATE ROLE another BYPASSRLS",
    ],
)
def test_master_is_no_superuser(instance: Clients, statement: str) -> None:
    with instance.connection(NAME) as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)


def test_master_can_do_what_rds_lets_it(instance: Clients) -> None:
    with instance.connection(NAME) as cursor:
        cursor.execute(
            "CREATE EXTENSION pg_stat_statements; CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman"
        )
        cursor.execute(
            "CREATE ROLE member LOGIN; GRANT pg_monitor TO member; ALTER ROLE member SET log_statement = 'ddl'"
        )


def test_password_in_clear_is_nowhere_on_the_server_or_in_the_log(instance: Clients) -> None:
    assert PASSWORD not in PROFILE.log.read_text(encoding="utf-8")
    with instance.connection(NAME) as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_statements WHERE query LIKE %s", (f"%{PASSWORD}%",))
        assert cursor.fetchone() == (0,)


def test_dynamic_parameter_reaches_the_server(instance: Clients) -> None:
    instance.rds.modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=setting("work_mem", "8192"))
    assert apply_status(instance) == "applying"
    until(lambda: apply_status(instance) == "in-sync")
    assert instance.value(NAME, "SHOW work_mem") == "8MB"


def test_other_parameters_wait_for_a_reboot(instance: Clients) -> None:
    parameters = setting("max_connections", "123", "pending-reboot") + setting("random_page_cost", "1.5", "pending-reboot")
    instance.rds.modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=parameters)
    instance.rds.modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=setting("work_mem", "4096"))
    until(lambda: apply_status(instance) == "pending-reboot")
    assert [instance.value(NAME, f"SHOW {name}") for name in ("max_connections", "random_page_cost", "work_mem")] == [
        "450",
        "4",
        "4MB",
    ]
    instance.rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    assert instance.statuses_until(NAME, "available") == ["rebooting", "available"]
    assert [instance.value(NAME, f"SHOW {name}") for name in ("max_connections", "random_page_cost")] == ["123", "1.5"]
    assert apply_status(instance) == "in-sync"


def apply_status(clients: Clients) -> str:
    return clients.instance(NAME)["DBParameterGroups"][0]["ParameterApplyStatus"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"AllocatedStorage": 300, "Iops": 12000}, "InvalidParameterCombination"),
        ({"AllocatedStorage": 500}, "InvalidParameterCombination"),
        ({"EngineVersion": "17.3"}, "InvalidParameterCombination"),
        ({"MonitoringInterval": 7}, "InvalidParameterValue"),
        ({"PerformanceInsightsRetentionPeriod": 8}, "InvalidParameterValue"),
        ({"PreferredBackupWindow": "05:00-06:00"}, "InvalidParameterValue"),
        ({"MasterUserPassword": "short"}, "InvalidParameterValue"),
        ({"DBParameterGroupName": "no-such"}, "DBParameterGroupNotFound"),
        ({"VpcSecurityGroupIds": ["sg-0"]}, "InvalidParameterValue"),
        ({"PerformanceInsightsKMSKeyId": KEY}, "InvalidParameterCombination"),
        ({"DBPortNumber": 80}, "InvalidParameterValue"),
        ({"RotateMasterUserPassword": True}, "InvalidParameterCombination"),
        ({}, "InvalidParameterCombination"),
    ],
)
def test_modification_refused(instance: Clients, change: dict, code: str) -> None:
    before = instance.instance(NAME)
    with refused(code):
        instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, ApplyImmediately=True, **change)
    after = instance.instance(NAME)
    assert {name for name in after if after[name] != before[name]} <= {"LatestRestorableTime"}


def test_change_waits_shows_that_it_does_and_is_applied_with_the_next(instance: Clients) -> None:
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, AllocatedStorage=500, Iops=13000)
    shown = instance.instance(NAME)
    assert (shown["DBInstanceStatus"], shown["AllocatedStorage"]) == ("available", 400)
    assert shown["PendingModifiedValues"] == {"AllocatedStorage": 500, "Iops": 13000}
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, EngineVersion="17.5", ApplyImmediately=True)
    statuses = instance.statuses_until(NAME, "storage-optimization")
    assert statuses == ["available", "modifying", "upgrading", "storage-optimization"]
    instance.statuses_until(NAME, "available")
    shown = instance.instance(NAME)
    assert (shown["AllocatedStorage"], shown["Iops"], shown["EngineVersion"]) == (500, 13000, "17.5")
    assert shown["PendingModifiedValues"] == {}
    with refused("InvalidParameterCombination", "Cannot upgrade postgres from 17.5 to 17.4"):
        instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, EngineVersion="17.4")


def test_new_master_password(instance: Clients) -> None:
    instance.rds.modify_db_instance(
        DBInstanceIdentifier=NAME, MasterUserPassword="another-password", ApplyImmediately=True
    )
    assert instance.instance(NAME)["PendingModifiedValues"] == {"MasterUserPassword": "****"}
    instance.statuses_until(NAME, "resetting-master-credentials")
    with refused("InvalidDBInstanceState"):
        instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, MultiAZ=True)
    instance.statuses_until(NAME, "available")
    assert instance.value(NAME, "SELECT 1", "another-password") == 1
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        instance.value(NAME, "SELECT 1", PASSWORD)
    instance.rds.modify_db_instance(
        DBInstanceIdentifier=NAME, MasterUserPassword=PASSWORD, PromotionTier=2, ApplyImmediately=True
    )
    assert instance.statuses_until(NAME, "resetting-master-credentials")[:2] == ["available", "modifying"]
    instance.statuses_until(NAME, "available")
    assert (instance.value(NAME, "SELECT 1"), instance.instance(NAME)["PendingModifiedValues"]) == (1, {})


def test_log_exports_change_in_the_background(instance: Clients) -> None:
    exports = {"EnableLogTypes": ["upgrade"]}
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, CloudwatchLogsExportConfiguration=exports)
    pending = instance.instance(NAME)["PendingModifiedValues"]
    assert pending == {"PendingCloudwatchLogsExports": {"LogTypesToEnable": ["upgrade"]}}
    instance.statuses_until(NAME, "configuring-log-exports")
    instance.statuses_until(NAME, "available")
    assert instance.instance(NAME)["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]


def test_memory_that_does_not_fit_the_class(instance: Clients) -> None:
    too_much = setting("shared_buffers", "500000", "pending-reboot")
    instance.rds.modify_db_parameter_group(DBParameterGroupName=GROUP, Parameters=too_much)
    instance.rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    instance.statuses_until(NAME, "incompatible-parameters")
    with pytest.raises(psycopg2.OperationalError):
        instance.value(NAME, "SELECT 1")
    events = instance.rds.describe_events(SourceIdentifier=NAME, SourceType="db-instance", EventCategories=["failure"])[
        "Events"
    ]
    assert "more than 90 percent of the memory of db.t4g.medium" in events[-1]["Message"]
    reset = [{"ParameterName": "shared_buffers", "ApplyMethod": "pending-reboot"}]
    instance.rds.reset_db_parameter_group(DBParameterGroupName=GROUP, Parameters=reset)
    instance.rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    instance.statuses_until(NAME, "available")
    assert instance.value(NAME, "SHOW shared_buffers") == "1GB"


def test_another_port_restarts_at_once(instance: Clients) -> None:
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, DBPortNumber=5433)
    assert instance.statuses_until(NAME, "available") == ["rebooting", "available"]
    assert (instance.instance(NAME)["Endpoint"]["Port"], instance.value(NAME, "SHOW port")) == (5433, "5433")


def test_another_group_waits_for_a_reboot(instance: Clients) -> None:
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, DBParameterGroupName="default.postgres17")
    assert apply_status(instance) == "applying"
    until(lambda: apply_status(instance) == "pending-reboot")
    assert instance.value(NAME, "SHOW max_connections") == "123"
    instance.statuses_until(NAME, "available")
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, DBParameterGroupName=GROUP)
    until(lambda: apply_status(instance) == "in-sync")
    instance.statuses_until(NAME, "available")


def test_stop_and_start(instance: Clients) -> None:
    instance.rds.stop_db_instance(DBInstanceIdentifier=NAME)
    assert instance.statuses_until(NAME, "stopped") == ["stopping", "stopped"]
    with refused("InvalidDBInstanceState"):
        instance.rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    instance.rds.start_db_instance(DBInstanceIdentifier=NAME)
    instance.statuses_until(NAME, "available")
    assert instance.value(NAME, "SELECT 1") == 1


def test_password_that_rds_manages(account: Clients) -> None:
    request = {name: value for name, value in REQUEST.items() if name != "MasterUserPassword"}
    account.rds.create_db_instance(
        **(request | {"DBInstanceIdentifier": "managed", "ManageMasterUserPassword": True, "BackupRetentionPeriod": 0})
    )
    account.statuses_until("managed", "available")
    secret = account.instance("managed")["MasterUserSecret"]
    assert secret["SecretStatus"] == "active"
    first = managed_password(account, secret["SecretArn"])
    assert account.value("managed", "SELECT 1", first) == 1
    account.rds.modify_db_instance(DBInstanceIdentifier="managed", RotateMasterUserPassword=True, ApplyImmediately=True)
    account.statuses_until("managed", "resetting-master-credentials")
    account.statuses_until("managed", "available")
    second = managed_password(account, secret["SecretArn"])
    assert (first != second, account.value("managed", "SELECT 1", second)) == (True, 1)
    with refused("InvalidParameterCombination", "when you turn off"):
        account.rds.modify_db_instance(DBInstanceIdentifier="managed", ManageMasterUserPassword=False)
    with refused("InvalidParameterCombination", "with a managed master user password"):
        account.rds.modify_db_instance(DBInstanceIdentifier="managed", MasterUserPassword=PASSWORD)
    account.rds.delete_db_instance(DBInstanceIdentifier="managed", SkipFinalSnapshot=True)
    until(lambda: is_gone(account, "managed"))


def managed_password(clients: Clients, arn: str) -> str:
    return json.loads(clients.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])["password"]


def is_gone(clients: Clients, name: str) -> bool:
    return name not in {shown["DBInstanceIdentifier"] for shown in clients.rds.describe_db_instances()["DBInstances"]}


def test_groups_that_are_in_use(instance: Clients) -> None:
    with refused("InvalidDBParameterGroupState"):
        instance.rds.delete_db_parameter_group(DBParameterGroupName=GROUP)
    with refused("InvalidDBSubnetGroupStateFault"):
        instance.rds.delete_db_subnet_group(DBSubnetGroupName="launch-db-subnets")


def test_deletion(instance: Clients) -> None:
    with refused("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required"):
        instance.rds.delete_db_instance(DBInstanceIdentifier=NAME)
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, DeletionProtection=True)
    instance.statuses_until(NAME, "modifying")
    instance.statuses_until(NAME, "available")
    with refused("InvalidParameterCombination", "Cannot delete protected DB Instance"):
        instance.rds.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    instance.rds.modify_db_instance(DBInstanceIdentifier=NAME, DeletionProtection=False)
    instance.statuses_until(NAME, "modifying")
    instance.statuses_until(NAME, "available")
    deleted = instance.rds.delete_db_instance(DBInstanceIdentifier=NAME, FinalDBSnapshotIdentifier="last")["DBInstance"]
    assert deleted["DBInstanceStatus"] == "deleting"
    until(lambda: is_gone(instance, NAME))
    assert (
        instance.rds.describe_db_snapshots(DBSnapshotIdentifier="last")["DBSnapshots"][0]["DBInstanceIdentifier"]
        == NAME
    )
    with refused("DBInstanceNotFound"):
        instance.instance(NAME)
    instance.rds.delete_db_parameter_group(DBParameterGroupName=GROUP)


def test_log_holds_no_password() -> None:
    text = PROFILE.log.read_text(encoding="utf-8")
    assert re.search(r"password", text, re.IGNORECASE) is None
