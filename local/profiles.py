# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The independent stacks that can run side by side: a site to look at, one for molecule, one for the stack's tests."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from local.errors import StackError
from local.paths import STATE

HOST = "127.0.0.1"
HEALTH_PATH = "/launch/health"


@dataclass(frozen=True)
class Profile:
    """A stack's name, the port of its endpoint on loopback and the network of its servers and hosts."""

    name: str
    port: int
    subnet: str

    @property
    def network(self) -> str:
        """Name of the podman network, and prefix of every container's name."""
        return f"launch-{self.name}"

    @property
    def gateway(self) -> str:
        """The machine's own address in the profile's network: where every connection to a host begins."""
        return str(ipaddress.ip_network(self.subnet)[1])

    @property
    def labels(self) -> dict[str, str]:
        """Labels of everything that belongs to the profile."""
        return {"launch.profile": self.name}

    @property
    def url(self) -> str:
        """Address of the AWS endpoint."""
        return f"http://{HOST}:{self.port}"

    @property
    def state(self) -> Path:
        """Folder of the profile's files."""
        return STATE / self.name

    @property
    def log(self) -> Path:
        """The endpoint's log, the only one."""
        return self.state / "endpoint.log"

    @property
    def pid_file(self) -> Path:
        """Holds the process id of the endpoint."""
        return self.state / "endpoint.pid"

    @property
    def private_key(self) -> Path:
        """The ssh key that the hosts accept for the user ubuntu."""
        return self.state / "ssh" / "id_ed25519"

    @property
    def public_key(self) -> Path:
        """The public half of the ssh key."""
        return self.private_key.with_suffix(".pub")

    @property
    def ca_file(self) -> Path:
        """The certificate authority of the database servers."""
        return self.state / "ca" / "ca.crt"


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("site", 5577, "10.60.0.0/16"),
        Profile("test", 5578, "10.61.0.0/16"),
        Profile("stacktest", 5579, "10.62.0.0/16"),
        Profile("sitetest", 5580, "10.64.0.0/16"),
        Profile("notes", 5581, "10.65.0.0/16"),
    )
}

# Molecule's hosts: a network without an endpoint.
MOLECULE = Profile("molecule", 0, "10.63.16.0/20")


def find(name: str) -> Profile:
    """Return the profile.

    Raises StackError: there is none of that name.
    """
    if name not in PROFILES:
        raise StackError(f"there is no profile {name}: choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
