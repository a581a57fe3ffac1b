# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS in memory: as strict as AWS where that matters to the modules."""
from __future__ import annotations

import copy
import typing as t

from tests.support.fake_aws import Clock, Refused

ARN = "arn:aws:rds:us-west-2:597088015766"
MEMORY = {"t4g.medium": 4096, "r6g.xlarge": 32768}


def parameter(name, data_type="integer", allowed="", apply_type="dynamic", value=None, description="", modifiable=True):
    raw = {"ParameterName": name, "DataType": data_type, "AllowedValues": allowed, "ApplyType": apply_type, "IsModifiable": modifiable,
           "Description": description, "Source": "engine-default" if value is None else "system"}
    return raw if value is None else {**raw, "ParameterValue": value}


CATALOG = [
    parameter("shared_buffers", "integer", "16-1073741823", "static", "{DBInstanceClassMemory/32768}", "(8kB) Sets the shared buffers."),
    parameter("effective_cache_size", "integer", "1-2147483647", "dynamic", "{DBInstanceClassMemory/16384}", "(8kB) Sets the cache."),
    parameter("maintenance_work_mem", "integer", "1024-2147483647", description="(kB) Sets the memory."),
    parameter("work_mem", "integer", "64-2147483647", description="(kB) Sets the memory."),
    parameter("wal_buffers", "integer", "-1-262143", "static", description="(8kB) Sets the buffers."),
    parameter("max_connections", "integer", "6-8388607", "static", "LEAST({DBInstanceClassMemory/9531392},5000)"),
    parameter("random_page_cost", "float", "0-1.79769e+308"),
    parameter("log_min_duration_statement", "integer", "-1-2147483647", description="(ms) Sets the time."),
    parameter("autovacuum", "boolean", "0,1"),
    parameter("synchronous_commit", "string", "local,on,off"),
    parameter("shared_preload_libraries", "list", "pg_stat_statements,pgaudit,pg_cron", "static", "pg_stat_statements"),
    parameter("rds.extensions", "list", "", "static", "plpgsql", modifiable=False),
    *[parameter(f"spare_{number:02}", "integer", "0-100") for number in range(30)],
]


class FakeRds:
    """The calls of RDS that the modules make.

    :arg slow_to_begin: seconds in which a modified instance still says "available", and a broken one what it is.
    :arg starts: whether a reboot ends with a server that runs.
    :arg refusal: what is answered to who asks for blue/green deployments.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.slow_to_begin = 5
        self.starts = True
        self.groups: dict[str, dict[str, t.Any]] = {}
        self.instances: dict[str, dict[str, t.Any]] = {}
        self.passwords: dict[str, str] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.events: list[str] = []
        self.deployments: list[dict[str, t.Any]] = []
        self.refusal: Refused | None = None

    # Blue/green deployments

    def DescribeBlueGreenDeployments(self, Marker=None):
        """Pages of one."""
        if self.refusal:
            raise self.refusal
        start = int(Marker or 0)
        page = {"BlueGreenDeployments": self.deployments[start:start + 1]}
        return {**page, "Marker": str(start + 1)} if start + 1 < len(self.deployments) else page

    # Parameter groups

    def DescribeDBParameterGroups(self, DBParameterGroupName):
        return {"DBParameterGroups": [self._group(DBParameterGroupName)["group"]]}

    def _group(self, name):
        if name not in self.groups:
            raise Refused("DBParameterGroupNotFound", f"DBParameterGroup {name} not found.")
        return self.groups[name]

    def DescribeDBParameters(self, DBParameterGroupName, Source=None, Filters=(), Marker=None):
        known = self._group(DBParameterGroupName)["parameters"].values()
        names = [set(each["Values"]) for each in Filters if each["Name"] == "parameter-name"]
        if any(len(each) > 100 for each in names):
            raise Refused("InvalidParameterValue", "At most 100 values for a filter.")
        found = [raw for raw in known if Source in (None, raw["Source"]) and all(raw["ParameterName"] in each for each in names)]
        return self._page(found, Marker)

    def DescribeEngineDefaultParameters(self, DBParameterGroupFamily, Marker=None):
        if DBParameterGroupFamily != "postgres17":
            raise Refused("InvalidParameterValue", f"Could not find family {DBParameterGroupFamily}")
        return {"EngineDefaults": self._page(CATALOG, Marker)}

    @staticmethod
    def _page(parameters, marker):
        """Pages of five, so that whoever reads only the first is found out."""
        start = int(marker or 0)
        page = {"Parameters": copy.deepcopy(parameters[start:start + 5])}
        return {**page, "Marker": str(start + 5)} if start + 5 < len(parameters) else page

    def CreateDBParameterGroup(self, DBParameterGroupName, DBParameterGroupFamily, Description, Tags=()):
        if DBParameterGroupName in self.groups:
            raise Refused("DBParameterGroupAlreadyExists", "Parameter group already exists")
        arn = f"{ARN}:pg:{DBParameterGroupName}"
        self.groups[DBParameterGroupName] = {
            "group": {"DBParameterGroupName": DBParameterGroupName, "DBParameterGroupFamily": DBParameterGroupFamily,
                      "Description": Description, "DBParameterGroupArn": arn},
            "parameters": {raw["ParameterName"]: copy.deepcopy(raw) for raw in CATALOG},
        }
        self._tag(arn, Tags)

    def ModifyDBParameterGroup(self, DBParameterGroupName, Parameters):
        known = self._group(DBParameterGroupName)["parameters"]
        self._check_call(known, Parameters)
        for raw in Parameters:
            known[raw["ParameterName"]].update(ParameterValue=raw["ParameterValue"], Source="user")
        self._parameters_changed(DBParameterGroupName, Parameters)

    @staticmethod
    def _check_call(known, parameters):
        if len(parameters) > 20:
            raise Refused("InvalidParameterValue", "A maximum of 20 parameters can be modified in a single request.")
        for raw in parameters:
            definition = known.get(raw["ParameterName"])
            if definition is None or not definition["IsModifiable"]:
                raise Refused("InvalidParameterValue", f"The parameter {raw['ParameterName']} cannot be modified.")
            if definition["ApplyType"] == "static" and raw["ApplyMethod"] == "immediate":
                raise Refused("InvalidParameterCombination", "cannot use immediate apply method for static parameter")
            if definition["DataType"] == "integer" and not raw.get("ParameterValue", "0").lstrip("-").isdigit() and "{" not in raw["ParameterValue"]:
                raise Refused("InvalidParameterValue", f"Invalid parameter value: {raw['ParameterValue']}")

    def ResetDBParameterGroup(self, DBParameterGroupName, ResetAllParameters=True, Parameters=()):
        known = self._group(DBParameterGroupName)["parameters"]
        self._check_call(known, Parameters)
        names = set(known) if ResetAllParameters else {raw["ParameterName"] for raw in Parameters}
        known.update({raw["ParameterName"]: copy.deepcopy(raw) for raw in CATALOG if raw["ParameterName"] in names})
        self._parameters_changed(DBParameterGroupName, Parameters)

    def _parameters_changed(self, name, parameters):
        static = any(raw["ApplyMethod"] == "pending-reboot" for raw in parameters)
        for instance in self.instances.values():
            for used in instance["DBParameterGroups"]:
                if used["DBParameterGroupName"] == name and static:
                    used["ParameterApplyStatus"] = "pending-reboot"

    def DeleteDBParameterGroup(self, DBParameterGroupName):
        self._group(DBParameterGroupName)
        del self.groups[DBParameterGroupName]

    # Tags

    def _tag(self, arn, tags):
        self.tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})

    def ListTagsForResource(self, ResourceName):
        return {"TagList": self._tag_list(ResourceName)}

    def _tag_list(self, arn):
        return [{"Key": key, "Value": value} for key, value in self.tags.get(arn, {}).items()]

    def AddTagsToResource(self, ResourceName, Tags):
        self._tag(ResourceName, Tags)

    def RemoveTagsFromResource(self, ResourceName, TagKeys):
        for key in TagKeys:
            del self.tags[ResourceName][key]

    # Instances

    def DescribeDBInstances(self, DBInstanceIdentifier=None):
        found = self.instances.values() if DBInstanceIdentifier is None else [self._instance(DBInstanceIdentifier)]
        return {"DBInstances": [{**copy.deepcopy(one), "TagList": self._tag_list(one["DBInstanceArn"])} for one in found]}

    def _instance(self, identifier):
        if identifier not in self.instances:
            raise Refused("DBInstanceNotFound", f"DBInstance {identifier} not found.")
        return self.instances[identifier]

    def DescribeDBEngineVersions(self, Engine):
        return {"DBEngineVersions": [{"EngineVersion": version} for version in ("16.6", "17.6", "17.7")]}

    def DescribeEvents(self, SourceIdentifier, SourceType, Duration):
        return {"Events": [{"Message": message} for message in self.events]}

    def CreateDBInstance(self, DBInstanceIdentifier, MasterUserPassword, Tags=(), **params):
        if DBInstanceIdentifier in self.instances:
            raise Refused("DBInstanceAlreadyExists", "DB instance already exists")
        if "Iops" in params and params["AllocatedStorage"] < 400 and params.get("StorageType") == "gp3":
            raise Refused("InvalidParameterCombination", "You can't specify IOPS or storage throughput below 400.")
        self.passwords[DBInstanceIdentifier] = MasterUserPassword
        groups, port = params.pop("VpcSecurityGroupIds", ["sg-default"]), params.pop("Port", 5432)
        arn = f"{ARN}:db:{DBInstanceIdentifier}"
        instance = {
            "DBInstanceIdentifier": DBInstanceIdentifier, "DBInstanceStatus": "creating", "DBInstanceArn": arn,
            "DbiResourceId": "db-ABC", "PendingModifiedValues": {},
            "DBParameterGroups": [{"DBParameterGroupName": params.pop("DBParameterGroupName", "default.postgres17"),
                                   "ParameterApplyStatus": "in-sync"}],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": group, "Status": "active"} for group in groups],
            "DBSubnetGroup": {"DBSubnetGroupName": params.pop("DBSubnetGroupName", "default")},
            "EnabledCloudwatchLogsExports": params.pop("EnableCloudwatchLogsExports", []),
            "PerformanceInsightsEnabled": params.pop("EnablePerformanceInsights", False),
            **params,
        }
        if params.get("KmsKeyId") == "alias/launch":
            instance["KmsKeyId"] = FakeKms.ARN
        self.instances[DBInstanceIdentifier] = instance
        self._tag(arn, Tags)
        endpoint = {"Address": f"{DBInstanceIdentifier}.example.com", "Port": port}
        self.clock.after(60, lambda: instance.update(DBInstanceStatus="backing-up", Endpoint=endpoint))
        self.clock.after(90, lambda: instance.update(DBInstanceStatus="available"))

    def ModifyDBInstance(self, DBInstanceIdentifier, ApplyImmediately=False, **params):
        instance = self._usable(DBInstanceIdentifier)
        self._check_storage(instance, params)
        if "MasterUserPassword" in params:
            self.passwords[DBInstanceIdentifier] = params.pop("MasterUserPassword")
            self._busy(instance, "resetting-master-credentials", lambda: None)
        self._at_once(instance, params)
        instance["PendingModifiedValues"].update(params)
        if ApplyImmediately and instance["PendingModifiedValues"]:
            self._busy(instance, "modifying", lambda: self._commit(instance))

    def _usable(self, identifier, *also):
        instance = self._instance(identifier)
        if instance["DBInstanceStatus"] not in ("available", "storage-optimization", *also):
            raise Refused("InvalidDBInstanceState", f"Database instance is not in available state: {instance['DBInstanceStatus']}")
        return instance

    @staticmethod
    def _check_storage(instance, params):
        size = params.get("AllocatedStorage", instance["AllocatedStorage"])
        if size < instance["AllocatedStorage"]:
            raise Refused("InvalidParameterCombination", "Invalid storage size for engine name postgres")
        if size >= 400 and ("AllocatedStorage" in params) != ("Iops" in params):
            raise Refused("InvalidParameterCombination", "You must specify both the storage size and iops")

    def _at_once(self, instance, params):
        """Takes out of the arguments what RDS does not queue."""
        for member in ("DeletionProtection", "PreferredBackupWindow", "PreferredMaintenanceWindow", "MaxAllocatedStorage", "MonitoringInterval",
                       "MonitoringRoleArn", "AutoMinorVersionUpgrade", "BackupRetentionPeriod", "PerformanceInsightsRetentionPeriod"):
            if member in params:
                instance[member] = params.pop(member)
        if "EnablePerformanceInsights" in params:
            instance["PerformanceInsightsEnabled"] = params.pop("EnablePerformanceInsights")
        if "DBParameterGroupName" in params:
            instance["DBParameterGroups"] = [{"DBParameterGroupName": params.pop("DBParameterGroupName"), "ParameterApplyStatus": "pending-reboot"}]
        if "VpcSecurityGroupIds" in params:
            groups = [{"VpcSecurityGroupId": group, "Status": "adding"} for group in params.pop("VpcSecurityGroupIds")]
            instance["VpcSecurityGroups"] = groups
            self.clock.after(8, lambda: [group.update(Status="active") for group in groups])
        if "CloudwatchLogsExportConfiguration" in params:
            self._logs(instance, params.pop("CloudwatchLogsExportConfiguration"))

    def _logs(self, instance, wanted):
        enable, disable = wanted.get("EnableLogTypes", []), wanted.get("DisableLogTypes", [])
        logs = (set(instance["EnabledCloudwatchLogsExports"]) | set(enable)) - set(disable)
        instance["PendingModifiedValues"]["PendingCloudwatchLogsExports"] = {"LogTypesToEnable": enable, "LogTypesToDisable": disable}

        def done():
            instance["EnabledCloudwatchLogsExports"] = sorted(logs)
            instance["PendingModifiedValues"].pop("PendingCloudwatchLogsExports")

        self._busy(instance, "configuring-log-exports", done)

    def _busy(self, instance, status, done):
        def end():
            done()
            instance["DBInstanceStatus"] = "available"

        self.clock.after(self.slow_to_begin, lambda: instance.update(DBInstanceStatus=status))
        self.clock.after(self.slow_to_begin + 30, end)

    @staticmethod
    def _commit(instance):
        pending = instance["PendingModifiedValues"]
        logs = pending.pop("PendingCloudwatchLogsExports", None)
        instance.update(pending)
        instance["PendingModifiedValues"] = {"PendingCloudwatchLogsExports": logs} if logs else {}

    def RebootDBInstance(self, DBInstanceIdentifier):
        instance = self._usable(DBInstanceIdentifier, "incompatible-parameters")
        delay = self.slow_to_begin if instance["DBInstanceStatus"] == "incompatible-parameters" else 0

        def done():
            instance["DBInstanceStatus"] = "available" if self.starts else "incompatible-parameters"
            instance["DBParameterGroups"][0]["ParameterApplyStatus"] = "in-sync"

        self.clock.after(delay, lambda: instance.update(DBInstanceStatus="rebooting"))
        self.clock.after(delay + 20, done)

    def DeleteDBInstance(self, DBInstanceIdentifier, SkipFinalSnapshot=False, FinalDBSnapshotIdentifier=None):
        instance = self._instance(DBInstanceIdentifier)
        if instance.get("DeletionProtection"):
            raise Refused("InvalidParameterCombination", "Cannot delete protected DB Instance")
        if SkipFinalSnapshot == bool(FinalDBSnapshotIdentifier):
            raise Refused("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
        instance["DBInstanceStatus"] = "deleting"
        self.clock.after(45, lambda: self.instances.pop(DBInstanceIdentifier))


class FakeEc2:
    """What EC2 knows about classes."""

    @staticmethod
    def DescribeInstanceTypes(InstanceTypes):
        if InstanceTypes[0] not in MEMORY:
            raise Refused("InvalidInstanceType", f"The following supplied instance types do not exist: {InstanceTypes}")
        return {"InstanceTypes": [{"MemoryInfo": {"SizeInMiB": MEMORY[InstanceTypes[0]]}, "VCpuInfo": {"DefaultVCpus": 2}}]}


class FakeKms:
    """One key with one alias."""

    ARN = "arn:aws:kms:us-west-2:597088015766:key/62739486-7aa4-4cdb-9bfc-68dd7d80c7c0"

    def DescribeKey(self, KeyId):
        if KeyId != "alias/launch":
            raise Refused("NotFoundException", f"Alias {KeyId} is not found.")
        return {"KeyMetadata": {"KeyId": self.ARN.rpartition("/")[2], "Arn": self.ARN}}
