# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint's process: ``python -m local.endpoint PROFILE``, started by ``python -m local up``."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import sys

from local.containers import ensure_network, write_settings
from local.paths import STATE
from local.profiles import Profile, find


def main(name: str) -> None:
    """Serve a profile until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    write_settings()
    serve(find(name))


def serve(profile: Profile) -> None:
    """Put the account together and answer requests."""
    from local.endpoint import account, authority, catalog, ec2, rds, seed, server, service

    authority.Authority(profile.ca_file.parent)
    ensure_network(profile.network, profile.subnet, profile.labels)
    owner = account.Account(ipaddress.IPv4Network(profile.subnet))
    found = catalog.load(STATE)
    rds.install(service.Service(owner, found, profile.network, profile.labels, profile.state))
    seed.plant(owner, profile.public_key)
    ec2.install(ec2.Machines(owner, profile.network, profile.labels))
    server.bind(profile).serve_forever()


if __name__ == "__main__":
    # before moto is imported: it reads these once
    os.environ["MOTO_ACCOUNT_ID"] = "597088015766"
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    main(sys.argv[1])
