# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes moto's EC2 instances real ones: each has a host, and answers tell the state its host really has."""

from __future__ import annotations

import base64
import binascii
import functools
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.launch_templates import LaunchTemplateBackend

from local.containers import containers_of
from local.endpoint.account import Account
from local.endpoint.hosts import Host
from local.errors import StackError

LOG = logging.getLogger(__name__)

CODES = {"running": 16, "terminated": 48, "stopped": 80}


class Machines:
    """The hosts of an account's EC2 instances, by instance id.

    moto answers the API; its changes of state are followed by the hosts before the answer goes out.
    """

    def __init__(self, account: Account, network: str, labels: Mapping[str, str]) -> None:
        self._account = account
        self._network = network
        self._labels = dict(labels)
        self._label = next(f"{key}={value}" for key, value in labels.items())
        self._hosts: dict[str, Host] = {}
        self._lock = threading.RLock()

    def boot(self, backend: Any, instances: Iterable[Any]) -> None:
        """Start a host for each new instance."""
        with self._lock:
            for instance in instances:
                self._check_subnet(backend, instance)
                self._boot(instance, self._host(backend, instance))

    def _boot(self, instance: Any, host: Host) -> None:
        try:
            host.boot()
        except StackError as error:
            LOG.error("%s cannot be started: %s", host.name, error)
            host.remove()
            instance.terminate()
            # a code that clients do not try again by themselves: podman will not change its mind
            raise EC2ClientError(
                "InsufficientInstanceCapacity", f"The local stack cannot start a host: {error}"
            ) from error
        self._hosts[instance.id] = host
        set_state(instance, "running")

    def _check_subnet(self, backend: Any, instance: Any) -> None:
        subnet = backend.get_subnet(instance.subnet_id)
        if not subnet.cidr.subnet_of(self._account.network):
            instance.terminate()
            raise EC2ClientError(
                "UnsupportedOperation",
                f"The local stack has hosts in {self._account.network} only, not in {subnet.id} ({subnet.cidr}).",
            )

    def _host(self, backend: Any, instance: Any) -> Host:
        pair = backend.key_pairs.get(instance.key_name)
        return Host(
            f"{self._network}-{instance.id}",
            self._network,
            instance.private_ip,
            self._labels,
            public_key=pair.material_public.decode().strip() if pair else "",
            user_data=_script(instance.user_data),
        )

    def follow(self, instances: Iterable[Any], action: str, state: str) -> None:
        """Do to the hosts what was asked of their instances."""
        with self._lock:
            for instance in instances:
                if instance.id in self._hosts:
                    getattr(self._hosts[instance.id], action)()
                    set_state(instance, state)
                if action == "remove":
                    self._hosts.pop(instance.id, None)

    def observe(self, backend: Any) -> None:
        """Give instances the state of their hosts, which people may stop, start or remove behind our back."""
        with self._lock:
            running = {name for one in containers_of(self._label) if one["State"] == "running" for name in one["Names"]}
            for identifier, host in self._hosts.items():
                set_state(backend.get_instance(identifier), "running" if host.name in running else "stopped")


def set_state(instance: Any, name: str) -> None:
    """Set an instance's state by its name."""
    instance._state.name, instance._state.code = name, CODES[name]


def _script(user_data: Any) -> str:
    """Return user data as text; requests carry it in base64."""
    try:
        return base64.b64decode(str(user_data or ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def install(machines: Machines) -> None:
    """Make moto's instances real from now on."""
    _after("run_instances", lambda backend, result: machines.boot(backend, result.instances))
    for name, action, state in (
        ("start_instances", "start", "running"),
        ("stop_instances", "stop", "stopped"),
        ("terminate_instances", "remove", "terminated"),
    ):
        _after(name, _follower(machines, action, state))
    _after("reboot_instances", lambda _, result: machines.follow(result, "reboot", "running"))
    for name in ("describe_instances", "describe_instance_status", "get_reservations_by_instance_ids"):
        _before(name, machines.observe)
    _keep_template_tags_apart()


def _follower(machines: Machines, action: str, state: str) -> Callable[[Any, Any], None]:
    return lambda _, result: machines.follow([instance for instance, _ in result], action, state)


def _after(name: str, follow: Callable[[Any, Any], None]) -> None:
    original = getattr(InstanceBackend, name)

    @functools.wraps(original)
    def wrapper(backend: Any, *arguments: Any, **options: Any) -> Any:
        result = original(backend, *arguments, **options)
        follow(backend, result)
        return result

    setattr(InstanceBackend, name, wrapper)


def _before(name: str, look: Callable[[Any], None]) -> None:
    original = getattr(InstanceBackend, name)

    @functools.wraps(original)
    def wrapper(backend: Any, *arguments: Any, **options: Any) -> Any:
        look(backend)
        return original(backend, *arguments, **options)

    setattr(InstanceBackend, name, wrapper)


def _keep_template_tags_apart() -> None:
    """A launch template's own tags are no part of what it makes instances from; moto puts them there."""
    original = LaunchTemplateBackend.create_launch_template

    @functools.wraps(original)
    def wrapper(backend: Any, name: str, description: str, template_data: dict, tag_spec: dict) -> Any:
        given = template_data.pop("TagSpecifications", [])
        if kept := [one for one in given if one["ResourceType"] != "launch-template"]:
            template_data["TagSpecifications"] = kept
        return original(backend, name, description, template_data, tag_spec)

    LaunchTemplateBackend.create_launch_template = wrapper
