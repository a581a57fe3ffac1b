# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The containers that the scenarios run on: python -m molecule_stack create|destroy

Each says on its standard output what it did: `create` names the containers that it started.

Two pool hosts with systemd and sshd, and a PostgreSQL 17 set up as RDS sets one up, in a network of their own.
The keys and passwords are made anew each time and lie in local/state/molecule, readable by their owner only.
"""
from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from local import stack
from local.containers import ensure_network, podman, write_settings
from local.endpoint.postgres import Server
from local.endpoint.scram import verifier
from local.errors import StackError
from local.images import BASE
from local.profiles import MOLECULE

NETWORK = MOLECULE.network
LABEL = MOLECULE.labels
HOSTS = {"launch-molecule-pool-1": "10.63.16.11", "launch-molecule-pool-2": "10.63.16.12"}
DATABASE_ADDRESS = "10.63.16.20"
MASTER = "launch_admin"
DATABASE = "launch"
APPLICATION = "launch_app"
FOLDER = MOLECULE.state


def create() -> None:
    stack.remove(MOLECULE)
    FOLDER.mkdir(parents=True, mode=0o700)
    ensure_network(NETWORK, MOLECULE.subnet, LABEL)
    key = make_key(FOLDER / "ssh")
    for name, address in HOSTS.items():
        start_host(name, address, key)
    start_database()


def destroy() -> None:
    print(stack.remove(MOLECULE))


def make_key(folder: Path) -> Path:
    """Make the key pair that opens the hosts, and return the public one."""
    folder.mkdir(mode=0o700)
    private = folder / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", NETWORK, "-f", str(private)], check=True)
    return private.with_suffix(".pub")


def start_host(name: str, address: str, key: Path) -> None:
    podman(
        "run", "--detach", f"--name={name}", f"--hostname={name}", "--systemd=always",
        f"--network={NETWORK}", f"--ip={address}", f"--volume={key}:/home/ubuntu/.ssh/authorized_keys:ro",
        *(f"--label={label}={value}" for label, value in LABEL.items()), BASE.name,
    )
    print(f"started {name}")


def start_database() -> None:
    server = Server("main", NETWORK, FOLDER, address=DATABASE_ADDRESS, labels=LABEL)
    server.create(MASTER, keep("master-password", secrets.token_urlsafe(18)), DATABASE)
    stored = keep("app-verifier", verifier(keep("app-password", secrets.token_urlsafe(18))))
    # By the master, as on RDS: only who made a role may alter it.
    server.psql(f"set role {MASTER}; create role {APPLICATION} login password '{stored}'", DATABASE)
    print("started the database server")


def keep(name: str, secret: str) -> str:
    """Write a secret for the inventory and the tests to read, and return it."""
    path = FOLDER / name
    path.touch(mode=0o600)
    path.write_text(secret, encoding="utf-8")
    return secret


if __name__ == "__main__":
    write_settings()
    try:
        {"create": create, "destroy": destroy}[sys.argv[1]]()
    except StackError as error:
        sys.exit(f"molecule: {error}")
