# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of the RDS API that the local stack answers itself; moto answers the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import moto.rds.urls
from moto.core.parse import XFormedDict
from moto.core.responses import ActionResult, EmptyResult
from moto.rds.responses import RDSResponse

from local.endpoint import classes, members, versions
from local.endpoint.faults import Fault, group_not_found, not_offered
from local.endpoint.service import Service

PAGE = 100


class StrictResponse(RDSResponse):
    """RDS with AWS's refusals and real servers; ``service`` is set once, before the first request."""

    service: ClassVar[Service]

    @property
    def request_members(self) -> dict[str, Any]:
        """The request's members by their API names, as plain data."""
        if self.region != self.service.account.region:
            raise not_offered(f"RDS in the region {self.region}, only in {self.service.account.region}")
        return _plain(self.params)

    # -- instances -------------------------------------------------------------------------------

    def create_db_instance(self) -> ActionResult:
        request = self.request_members
        tags = _tags(request.pop("Tags", []))
        with self.service.lock:
            return _instance(self.service.create_instance(request, tags).describe())

    def describe_db_instances(self) -> ActionResult:
        request = self.request_members
        found = list(self.service.instances.values())
        if identifier := request.get("DBInstanceIdentifier"):
            found = [self.service.instance(identifier.rpartition(":")[2])]
        shown = [one.describe() for one in found if _matches(one.members, request.get("Filters", []))]
        return self._page("DBInstances", shown)

    def modify_db_instance(self) -> ActionResult:
        with self.service.lock:
            return _instance(self.service.modify_instance(self.request_members).describe())

    def delete_db_instance(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            instance = self.service.delete_instance(
                request["DBInstanceIdentifier"],
                request.get("SkipFinalSnapshot", False),
                request.get("FinalDBSnapshotIdentifier"),
            )
            return _instance(instance.describe())

    def reboot_db_instance(self) -> ActionResult:
        with self.service.lock:
            return _instance(self.service.reboot_instance(self.request_members["DBInstanceIdentifier"]).describe())

    def stop_db_instance(self) -> ActionResult:
        with self.service.lock:
            return _instance(self.service.stop_instance(self.request_members["DBInstanceIdentifier"]).describe())

    def start_db_instance(self) -> ActionResult:
        with self.service.lock:
            return _instance(self.service.start_instance(self.request_members["DBInstanceIdentifier"]).describe())

    def create_db_instance_read_replica(self) -> ActionResult:
        raise not_offered("read replicas")

    def restore_db_instance_from_db_snapshot(self) -> ActionResult:
        raise not_offered("restoring a snapshot")

    def restore_db_instance_to_point_in_time(self) -> ActionResult:
        raise not_offered("restoring to a point in time")

    # -- parameter groups ------------------------------------------------------------------------

    def create_db_parameter_group(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            group = self.service.groups.create(
                request["DBParameterGroupName"],
                request["DBParameterGroupFamily"],
                request["Description"],
                _tags(request.get("Tags", [])),
            )
        return ActionResult({"DBParameterGroup": group.describe()})

    def describe_db_parameter_groups(self) -> ActionResult:
        name = self.request_members.get("DBParameterGroupName")
        groups = [self.service.groups.get(name)] if name else self.service.groups.all()
        return self._page("DBParameterGroups", [group.describe() for group in groups])

    def describe_db_parameters(self) -> ActionResult:
        request = self.request_members
        found = self.service.groups.get(request["DBParameterGroupName"]).parameters(self.service.groups.catalog)
        source = request.get("Source")
        wanted = [entry for entry in found if source in (None, entry["Source"])]
        return self._page("Parameters", _named(wanted, request.get("Filters", [])))

    def describe_engine_default_parameters(self) -> ActionResult:
        request = self.request_members
        family = request["DBParameterGroupFamily"]
        if family != versions.FAMILY:
            raise group_not_found(f"default.{family}")
        page, marker = self._slice(_named(list(self.service.groups.catalog.values()), request.get("Filters", [])))
        defaults = {"DBParameterGroupFamily": family, "Parameters": page, "Marker": marker}
        return ActionResult({"EngineDefaults": defaults})

    def modify_db_parameter_group(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            self.service.modify_group(request["DBParameterGroupName"], request.get("Parameters", []))
        return ActionResult({"DBParameterGroupName": request["DBParameterGroupName"].lower()})

    def reset_db_parameter_group(self) -> ActionResult:
        request = self.request_members
        wanted = request.get("Parameters", [])
        everything = request.get("ResetAllParameters", not wanted)
        with self.service.lock:
            self.service.reset_group(request["DBParameterGroupName"], everything, wanted)
        return ActionResult({"DBParameterGroupName": request["DBParameterGroupName"].lower()})

    def delete_db_parameter_group(self) -> ActionResult:
        name = self.request_members["DBParameterGroupName"]
        with self.service.lock:
            users = [instance.identifier for instance in self.service.users_of_group(name)]
            self.service.groups.delete(name, users)
        return EmptyResult()

    def copy_db_parameter_group(self) -> ActionResult:
        raise not_offered("copying parameter groups")

    # -- subnet groups ---------------------------------------------------------------------------

    def create_db_subnet_group(self) -> ActionResult:
        name = self.request_members["DBSubnetGroupName"].lower()
        if name in self.backend.subnet_groups:
            raise Fault("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
        self.params["DBSubnetGroupName"] = name
        return super().create_db_subnet_group()

    def modify_db_subnet_group(self) -> ActionResult:
        group = self.service.account.subnet_group(self.request_members["DBSubnetGroupName"])
        self.params["DBSubnetGroupName"] = group.name
        try:
            return super().modify_db_subnet_group()
        finally:  # moto drops the group
            self.backend.subnet_groups[group.name] = group

    def delete_db_subnet_group(self) -> ActionResult:
        name = self.service.account.subnet_group(self.request_members["DBSubnetGroupName"]).name
        if users := self.service.users_of_subnets(name):
            raise Fault(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{name}' because at least one database instance: {users[0]} is still using it.",
            )
        self.params["DBSubnetGroupName"] = name
        return super().delete_db_subnet_group()

    # -- snapshots -------------------------------------------------------------------------------

    def create_db_snapshot(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            instance = self.service.usable(request["DBInstanceIdentifier"])
            snapshot = self.service.snapshots.add(
                request["DBSnapshotIdentifier"], instance, _tags(request.get("Tags", []))
            )
        return ActionResult({"DBSnapshot": snapshot})

    def describe_db_snapshots(self) -> ActionResult:
        request = self.request_members
        found = self.service.snapshots.find(request.get("DBSnapshotIdentifier"), request.get("DBInstanceIdentifier"))
        return self._page("DBSnapshots", found)

    def delete_db_snapshot(self) -> ActionResult:
        with self.service.lock:
            return ActionResult(
                {"DBSnapshot": self.service.snapshots.remove(self.request_members["DBSnapshotIdentifier"])}
            )

    # -- blue/green deployments ------------------------------------------------------------------

    def create_blue_green_deployment(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            instance = self.service.usable(request["Source"].rpartition(":")[2])
            made = self.service.blue_green.add(
                request["BlueGreenDeploymentName"], instance.identifier, _tags(request.get("Tags", []))
            )
        return ActionResult({"BlueGreenDeployment": {**made, "Status": "PROVISIONING"}})

    def describe_blue_green_deployments(self) -> ActionResult:
        request = self.request_members
        if request.get("Filters"):
            raise not_offered("filters of blue/green deployments")
        key = request.get("BlueGreenDeploymentIdentifier")
        found = [self.service.blue_green.get(key)] if key else self.service.blue_green.all()
        return self._page("BlueGreenDeployments", found)

    def switchover_blue_green_deployment(self) -> ActionResult:
        with self.service.lock:
            switched = self.service.blue_green.switch(self.request_members["BlueGreenDeploymentIdentifier"])
        return ActionResult({"BlueGreenDeployment": switched})

    def delete_blue_green_deployment(self) -> ActionResult:
        with self.service.lock:
            removed = self.service.blue_green.remove(self.request_members["BlueGreenDeploymentIdentifier"])
        return ActionResult({"BlueGreenDeployment": removed})

    # -- tags ------------------------------------------------------------------------------------

    def list_tags_for_resource(self) -> ActionResult:
        tags = self.service.tags_of(self.request_members["ResourceName"])
        if tags is None:
            return super().list_tags_for_resource()
        return ActionResult({"TagList": [{"Key": key, "Value": value} for key, value in tags.items()]})

    def add_tags_to_resource(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            tags = self.service.tags_of(request["ResourceName"])
            if tags is None:
                return super().add_tags_to_resource()
            tags.update(_tags(request.get("Tags", [])))
        return EmptyResult()

    def remove_tags_from_resource(self) -> ActionResult:
        request = self.request_members
        with self.service.lock:
            tags = self.service.tags_of(request["ResourceName"])
            if tags is None:
                return super().remove_tags_from_resource()
            for key in request.get("TagKeys", []):
                tags.pop(key, None)
        return EmptyResult()

    # -- what is on offer ------------------------------------------------------------------------

    def describe_db_engine_versions(self) -> ActionResult:
        request = self.request_members
        found = self.service.versions.describe() if request.get("Engine", versions.ENGINE) == versions.ENGINE else []
        wanted = request.get("EngineVersion")
        if wanted == str(versions.MAJOR):
            wanted = None
        shown = [one for one in found if wanted in (None, one["EngineVersion"])]
        return self._page("DBEngineVersions", shown[-1:] if request.get("DefaultOnly") else shown)

    def describe_orderable_db_instance_options(self) -> ActionResult:
        request = self.request_members
        names = [request["DBInstanceClass"]] if "DBInstanceClass" in request else classes.names()
        version = self.service.versions.resolve(request.get("EngineVersion"))
        return self._page("OrderableDBInstanceOptions", [_option(name, version) for name in names])

    def describe_certificates(self) -> ActionResult:
        wanted = self.request_members.get("CertificateIdentifier")
        if wanted and wanted not in members.AUTHORITIES:
            raise Fault("CertificateNotFound", f"Certificate not found: {wanted}")
        shown = [
            {"CertificateIdentifier": name, "CertificateType": "CA"}
            for name in members.AUTHORITIES
            if wanted in (None, name)
        ]
        return self._page("Certificates", shown)

    def describe_pending_maintenance_actions(self) -> ActionResult:
        return ActionResult({"PendingMaintenanceActions": []})

    def describe_events(self) -> ActionResult:
        request = self.request_members
        found = self.service.events.find(
            request.get("SourceIdentifier"),
            request.get("EventCategories", []),
            request.get("StartTime"),
            request.get("EndTime"),
            request.get("Duration"),
        )
        return self._page("Events", found)

    # -- paging ----------------------------------------------------------------------------------

    def _page(self, name: str, items: list) -> ActionResult:
        page, marker = self._slice(items)
        return ActionResult({name: page, "Marker": marker})

    def _slice(self, items: list) -> tuple[list, str | None]:
        size, start = int(self.params.get("MaxRecords") or PAGE), int(self.params.get("Marker") or 0)
        end = start + size
        return items[start:end], str(end) if end < len(items) else None


def install(service: Service) -> None:
    """Make moto's application use these actions; to be called before it is built."""
    StrictResponse.service = service
    moto.rds.urls.url_paths = dict.fromkeys(moto.rds.urls.url_paths, StrictResponse.dispatch)


def _plain(value: Any) -> Any:
    if isinstance(value, XFormedDict):
        value = value.original_dict()
    if isinstance(value, Mapping):
        return {key: _plain(content) for key, content in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _tags(items: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {item["Key"]: item.get("Value", "") for item in items}


def _instance(shown: dict) -> ActionResult:
    return ActionResult({"DBInstance": shown})


FILTERS = {"db-instance-id": "DBInstanceIdentifier", "dbi-resource-id": "DbiResourceId", "engine": "Engine"}


def _matches(found: Mapping[str, Any], filters: Iterable[Mapping[str, Any]]) -> bool:
    for one in filters:
        if one["Name"] not in FILTERS:
            raise Fault("InvalidParameterValue", f"Unrecognized filter name: {one['Name']}")
        names = [value.rpartition(":")[2] for value in one["Values"]]
        if found[FILTERS[one["Name"]]] not in names:
            return False
    return True


def _named(entries: list[dict], filters: Iterable[Mapping[str, Any]]) -> list[dict]:
    """Return the parameters that a filter `parameter-name` lets through."""
    for one in filters:
        if one["Name"] == "parameter-name":
            entries = [entry for entry in entries if entry["ParameterName"] in one["Values"]]
    return entries


def _option(name: str, version: str) -> dict[str, Any]:
    classes.find(name)
    return {
        "Engine": versions.ENGINE,
        "EngineVersion": version,
        "DBInstanceClass": name,
        "LicenseModel": "postgresql-license",
        "StorageType": "gp3",
        "MultiAZCapable": True,
        "SupportsStorageEncryption": True,
        "SupportsEnhancedMonitoring": True,
        "SupportsPerformanceInsights": True,
        "SupportsIAMDatabaseAuthentication": True,
        "Vpc": True,
    }
