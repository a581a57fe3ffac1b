# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2 instances that are real: systemd containers with the instance's private address."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from local.containers import podman, remove_containers, succeeds
from local.errors import StackError
from local.images import BASE

LOG = logging.getLogger(__name__)

STOP_TIMEOUT = 10  # seconds until systemd's shutdown is cut short

AUTHORIZE = """\
set -e
install -d -m 700 -o ubuntu -g ubuntu /home/ubuntu/.ssh
install -m 600 -o ubuntu -g ubuntu /dev/stdin /home/ubuntu/.ssh/authorized_keys <<'LAUNCH_END'
{key}
LAUNCH_END
"""

# As cloud-init does: once, as root, when the system is up. Others cannot read it, it may hold secrets.
USER_DATA = """\
set -e
install -D -m 700 /dev/stdin /var/lib/launch/user-data <<'LAUNCH_END'
{script}
LAUNCH_END
systemctl is-system-running --wait >/dev/null || true
umask 077
/var/lib/launch/user-data >/var/log/user-data.log 2>&1
"""


@dataclass(frozen=True)
class Host:
    """The machine of one EC2 instance.

    :arg name: name of the container.
    :arg network: podman network; the address must be free in it.
    :arg public_key: of the key pair, for the user ``ubuntu``; empty for none.
    :arg user_data: script to run once after the first boot; anything else than ``#!`` is ignored, as it is
        cloud-init's own language.
    """

    name: str
    network: str
    address: str
    labels: Mapping[str, str]
    public_key: str = ""
    user_data: str = ""

    def boot(self) -> None:
        """Make the container and let its first boot begin.

        Raises StackError: podman's words.
        """
        podman(
            "run",
            "--detach",
            "--systemd=always",
            f"--name={self.name}",
            f"--hostname=ip-{self.address.replace('.', '-')}",
            f"--network={self.network}",
            f"--ip={self.address}",
            *(f"--label={key}={value}" for key, value in self.labels.items()),
            BASE.name,
            "/lib/systemd/systemd",
        )
        self._shell(AUTHORIZE.format(key=self.public_key))
        if self.user_data.startswith("#!"):
            threading.Thread(target=self._first_boot, name=self.name, daemon=True).start()

    def _first_boot(self) -> None:
        try:
            self._shell(USER_DATA.format(script=self.user_data))
        except StackError as error:
            LOG.error("user data of %s failed, see /var/log/user-data.log there: %s", self.name, error)

    def _shell(self, script: str) -> None:
        podman("exec", "--interactive", self.name, "bash", "-s", data=script, timeout=600)

    def start(self) -> None:
        """Start the stopped machine; one whose container is gone is made anew."""
        if succeeds("container", "exists", self.name):
            podman("start", self.name)
        else:
            self.boot()

    def stop(self) -> None:
        """Shut down; the disk stays."""
        if succeeds("container", "exists", self.name):
            podman("stop", f"--time={STOP_TIMEOUT}", self.name)

    def reboot(self) -> None:
        """Shut down and start again."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Remove the machine with its disk."""
        remove_containers([self.name])
