# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS as a whole: instances, parameter groups, events and snapshots of one account in one region."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.endpoint import changes, members, validation
from local.endpoint.account import Account
from local.endpoint.blue_green import BlueGreen
from local.endpoint.catalog import Catalog
from local.endpoint.events import Events
from local.endpoint.faults import Fault, instance_not_found, invalid_combination, invalid_value, wrong_state
from local.endpoint.groups import DEFAULT_GROUP, Groups
from local.endpoint.instance import INCOMPATIBLE, USABLE, Instance
from local.endpoint.master_secret import MasterSecret
from local.endpoint.postgres import PORT, Server
from local.endpoint.snapshots import Snapshots
from local.endpoint.versions import Versions

DELETABLE = (*USABLE, "failed", INCOMPATIBLE, "stopped")


class Service:
    """What the API's actions act on; every method that changes something holds ``lock``.

    :arg network: name of the podman network the servers live in.
    :arg labels: labels of their containers.
    """

    def __init__(
        self, account: Account, catalog: Catalog, network: str, labels: Mapping[str, str], state: Path
    ) -> None:
        self.account = account
        self.versions = Versions(catalog.installed_minor)
        self.groups = Groups(catalog.parameters, account.arn("pg:"))
        self.events = Events()
        self.snapshots = Snapshots(account)
        self.blue_green = BlueGreen(account)
        self.instances: dict[str, Instance] = {}
        self.lock = threading.RLock()
        self._catalog = catalog.parameters
        self._network = network
        self._labels = dict(labels)
        self._state = state

    def instance(self, identifier: str) -> Instance:
        """Return the instance.

        Raises Fault: DBInstanceNotFound.
        """
        found = self.instances.get(identifier.lower())
        if found is None:
            raise instance_not_found(identifier)
        return found

    def usable(self, identifier: str, *also: str) -> Instance:
        """Return the instance if it is available (or in one of the other statuses), else refuse."""
        instance = self.instance(identifier)
        if instance.status not in (*USABLE, *also):
            raise wrong_state(identifier, instance.status)
        return instance

    def create_instance(self, request: Mapping[str, Any], tags: Mapping[str, str]) -> Instance:
        """Check the request, and start to make the instance."""
        identifier = request["DBInstanceIdentifier"].lower()
        if identifier in self.instances:
            raise Fault("DBInstanceAlreadyExists", "DB instance already exists")
        found = members.for_create(request, self.account, self.versions)
        group = self.groups.get(request.get("DBParameterGroupName") or DEFAULT_GROUP)
        _check_credentials(request)
        instance = Instance(found, group, self._server(found, request), self.account, self.events, self._catalog)
        instance.tags.update(tags)
        self.instances[identifier] = instance
        instance.create(self._password(instance, request))
        return instance

    def _server(self, found: Mapping[str, Any], request: Mapping[str, Any]) -> Server:
        taken = {instance.server.address for instance in self.instances.values()}
        address = self.account.free_address(found["DBSubnetGroup"], found["AvailabilityZone"], taken)
        port = request.get("Port") or PORT
        return Server(found["DBInstanceIdentifier"], self._network, self._state, address, self._labels, port)

    def _password(self, instance: Instance, request: Mapping[str, Any]) -> str:
        if not request.get("ManageMasterUserPassword"):
            return request["MasterUserPassword"]
        return self._manage(instance, request).password

    def _manage(self, instance: Instance, request: Mapping[str, Any]) -> MasterSecret:
        shown = instance.members
        key = request.get("MasterUserSecretKmsKeyId")
        instance.master_secret = MasterSecret(self.account, shown["DBInstanceArn"], shown["MasterUsername"], key)
        return instance.master_secret

    def modify_instance(self, request: Mapping[str, Any]) -> Instance:
        """Check the request as a whole, then change the instance."""
        instance = self.usable(request["DBInstanceIdentifier"], INCOMPATIBLE)
        plan = changes.plan(request, instance.members, instance.pending, self.account, self.versions)
        group = self.groups.get(request.get("DBParameterGroupName") or instance.group.name)
        _check_new_credentials(instance, request)
        port = _checked_port(request, instance)
        instance.modify(plan)
        self._change_credentials(instance, request)
        if group is not instance.group:
            instance.set_group(group)
        if port != instance.server.port:
            instance.set_port(port)
        return instance

    def _change_credentials(self, instance: Instance, request: Mapping[str, Any]) -> None:
        secret, managed = instance.master_secret, request.get("ManageMasterUserPassword")
        if managed and secret is None:
            instance.set_password(self._manage(instance, request).password)
        elif managed is False and secret is not None:
            instance.master_secret = None
            secret.delete()
        if request.get("RotateMasterUserPassword"):
            instance.master_secret.status = "rotating"
            instance.set_password(instance.master_secret.rotate())
        if request.get("MasterUserPassword"):
            instance.set_password(request["MasterUserPassword"])

    def reboot_instance(self, identifier: str) -> Instance:
        """Restart the server with the values of its group."""
        instance = self.usable(identifier, INCOMPATIBLE)
        instance.reboot()
        return instance

    def stop_instance(self, identifier: str) -> Instance:
        """Stop the server."""
        instance = self.usable(identifier)
        instance.stop()
        return instance

    def start_instance(self, identifier: str) -> Instance:
        """Start a stopped server."""
        instance = self.instance(identifier)
        if instance.status != "stopped":
            raise wrong_state(identifier, instance.status)
        instance.start()
        return instance

    def delete_instance(self, identifier: str, skip_snapshot: bool, snapshot: str | None) -> Instance:
        """Start to delete the instance; it is there until its container is gone."""
        instance = self.instance(identifier)
        validation.check_deletion(instance.members["DeletionProtection"], skip_snapshot, snapshot)
        if instance.status not in DELETABLE:
            raise wrong_state(identifier, instance.status)
        if snapshot:
            self.snapshots.add(snapshot, instance, instance.tags if instance.members["CopyTagsToSnapshot"] else {})
        instance.delete(lambda: self.instances.pop(instance.identifier, None))
        return instance

    def users_of_group(self, name: str) -> list[Instance]:
        """Return the instances that have the parameter group."""
        return [instance for instance in list(self.instances.values()) if instance.group.name == name.lower()]

    def users_of_subnets(self, name: str) -> list[str]:
        """Return the identifiers of the instances in the DB subnet group."""
        return [
            one.identifier for one in list(self.instances.values()) if one.members["DBSubnetGroup"].name == name.lower()
        ]

    def modify_group(self, name: str, wanted: list[dict]) -> None:
        """Set parameters of a group and bring them to the servers that have it."""
        self._apply(name, self.groups.modify(name, wanted))

    def reset_group(self, name: str, everything: bool, wanted: list[dict]) -> None:
        """Reset parameters of a group and bring that to the servers that have it."""
        self._apply(name, self.groups.reset(name, everything, wanted))

    def _apply(self, name: str, immediate: set[str]) -> None:
        for instance in self.users_of_group(name):
            instance.apply_parameters(immediate)

    def tags_of(self, arn: str) -> dict[str, str] | None:
        """Return the tags of an instance or a parameter group, to be changed in place; None for other resources."""
        kind, _, name = arn.removeprefix(self.account.arn("")).partition(":")
        if kind == "db":
            return self.instance(name).tags
        return self.groups.get(name).tags if kind == "pg" else None


def _check_credentials(request: Mapping[str, Any]) -> None:
    password, managed = request.get("MasterUserPassword"), request.get("ManageMasterUserPassword")
    if managed and password is not None:
        raise invalid_combination("You can't specify MasterUserPassword when ManageMasterUserPassword is true.")
    if managed:
        return
    if password is None:
        raise invalid_value("The parameter MasterUserPassword must be provided and must not be blank.")
    validation.check_password(password)


def _check_new_credentials(instance: Instance, request: Mapping[str, Any]) -> None:
    password, managed = request.get("MasterUserPassword"), request.get(
        "ManageMasterUserPassword", instance.master_secret is not None
    )
    if password is not None:
        validation.check_password(password)
    if managed and password is not None:
        raise invalid_combination(
            "You can't specify MasterUserPassword for an instance with a managed master user password."
        )
    if instance.master_secret and not managed and password is None:
        raise invalid_combination(
            "You must specify MasterUserPassword when you turn off the managed master user password."
        )
    if request.get("RotateMasterUserPassword") and not (instance.master_secret and request.get("ApplyImmediately")):
        raise invalid_combination(
            "You must specify apply immediately when rotating the master user password, and RDS must manage it."
        )


def _checked_port(request: Mapping[str, Any], instance: Instance) -> int:
    port = request.get("DBPortNumber", instance.server.port)
    if not 1150 <= port <= 65535:
        raise invalid_value(f"Invalid port {port}: must be between 1150 and 65535")
    return port
