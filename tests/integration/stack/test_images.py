# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the images, and what is deliberately not."""

from __future__ import annotations

import pytest

from local.containers import podman
from local.images import BASE, DB


@pytest.fixture(scope="module")
def base() -> str:
    """The answers of the base image to the questions of this module, one per line."""
    script = """
    ls /etc/ssh/ssh_host_* 2>/dev/null | wc -l
    dpkg-query -W -f '${Package}\n' pgbouncer python3-psycopg2 2>/dev/null | wc -l
    ls /var/lib/apt/lists/*_Packages* | wc -l
    stat -c %s /etc/machine-id
    getent shadow ubuntu root | cut -d: -f2 | tr '\n' ' '
    ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; mkdir -p /run/sshd
    echo; sshd -T | grep -E '^(permitrootlogin|passwordauthentication|kbdinteractiveauthentication) ' | sort | tr '\n' ';'
    """
    return podman("run", "--rm", "--interactive", "--network=none", BASE.name, "bash", "-s", data=script)


def test_identity_is_made_at_the_first_boot(base: str) -> None:
    host_keys, _, _, machine_id, *_ = base.splitlines()
    assert (host_keys, machine_id) == ("0", "0")


def test_pool_software_is_left_to_the_role_and_its_package_lists_are_there(base: str) -> None:
    _, installed, lists, *_ = base.splitlines()
    assert (installed, int(lists) > 0) == ("0", True)


def test_nobody_has_a_password_and_sshd_takes_none(base: str) -> None:
    *_, passwords, sshd = base.splitlines()
    assert [hash_[0] for hash_ in passwords.split()] == ["!", "*"]
    assert sshd == "kbdinteractiveauthentication no;passwordauthentication no;permitrootlogin no;"


def test_database_image_has_the_extensions_and_no_cluster() -> None:
    script = """
    grep -l '^trusted = true' /usr/share/postgresql/17/extension/{pg_cron,pg_partman,pgaudit,pg_repack,pgtap}.control | wc -l
    ls /var/lib/postgresql/17 2>/dev/null | wc -l
    """
    assert podman("run", "--rm", "--interactive", "--network=none", DB.name, "bash", "-s", data=script).split() == [
        "5",
        "0",
    ]
