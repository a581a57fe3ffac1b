# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian and Ubuntu packages the machine itself needs for the local stack."""

from __future__ import annotations

# debian-archive-keyring: Ubuntu does not trust Debian's archive on its own, and the images are Debian's.
HOST_PACKAGES = (
    "aardvark-dns",
    "debian-archive-keyring",
    "iproute2",
    "iptables",
    "mmdebstrap",
    "netavark",
    "nftables",
    "openssh-client",
    "openssl",
    "podman",
    "runc",
    "uidmap",
)
