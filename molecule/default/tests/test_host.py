# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts look like: files, unit, socket, and what the running process says."""
from __future__ import annotations

import json

import pytest

FOLDER = "/etc/pgbouncer"
# Run on the host as the user of the process, which is what lets it in.
SHOW_CONFIG = """
import json, psycopg2
console = psycopg2.connect(host="/run/pgbouncer", port=6432, user="pgbouncer", dbname="pgbouncer")
console.autocommit = True
cursor = console.cursor()
cursor.execute("SHOW CONFIG")
print(json.dumps({row[0]: row[1] for row in cursor.fetchall()}))
"""


def show_config(host, user="postgres"):
    return host.run("sudo -u %s python3 -c %s", user, SHOW_CONFIG)


def test_the_service_runs_and_starts_with_the_host(host):
    service = host.service("pgbouncer")
    assert service.is_running
    assert service.is_enabled


def test_it_listens_to_all(host):
    assert host.socket("tcp://0.0.0.0:6432").is_listening


@pytest.mark.parametrize(("path", "owner", "group", "mode"), [
    (f"{FOLDER}/pgbouncer.ini", "root", "postgres", 0o640),
    (f"{FOLDER}/userlist.txt", "root", "postgres", 0o640),
    (f"{FOLDER}/client.key", "root", "postgres", 0o640),
    (f"{FOLDER}/client.crt", "root", "root", 0o644),
    (f"{FOLDER}/server-ca.pem", "root", "root", 0o644),
    ("/run/pgbouncer", "postgres", "postgres", 0o750),
])
def test_files_belong_to_root_and_the_process_only(host, path, owner, group, mode):
    file = host.file(path)
    assert (file.user, file.group, file.mode) == (owner, group, mode)


def test_verifiers_only(host):
    lines = host.file(f"{FOLDER}/userlist.txt").content_string.splitlines()
    assert [line.startswith('"launch_app" "SCRAM-SHA-256$') for line in lines] == [True]


def test_the_running_process_has_the_settings_of_the_inventory(host):
    config = json.loads(show_config(host).stdout)
    expected = {
        "pool_mode": "transaction",
        "auth_type": "scram-sha-256",
        "admin_users": "",
        "default_pool_size": "20",
        "reserve_pool_size": "5",
        "max_db_connections": "25",
        "max_packet_size": "67108864",
        "query_wait_timeout": "30",
        "server_lifetime": "900",
        "server_tls_sslmode": "verify-full",
        "client_tls_sslmode": "require",
        "ignore_startup_parameters": "extra_float_digits,options",
        "tcp_user_timeout": "10000",
        "dns_max_ttl": "3",
    }
    assert {key: config[key] for key in expected} == expected


def test_the_console_is_closed_to_other_users_of_the_host(host):
    refused = show_config(host, user="ubuntu")
    assert refused.rc != 0
    assert "Permission denied" in refused.stderr


def test_a_restart_lets_clients_finish_and_the_unit_is_sandboxed(host):
    shown = host.check_output("systemctl show pgbouncer")
    for line in (
        "KillSignal=15", "TimeoutStopUSec=1min", "Restart=on-failure", "LimitNOFILE=65536", "NoNewPrivileges=yes",
        "ProtectSystem=strict",
    ):
        assert line in shown.splitlines()


@pytest.mark.parametrize(("line", "accepted"), [
    ("pool_mode = transaction", True),
    ("pool_mode = transactional", False),
    ("no_such_setting = 1", False),
])
def test_a_configuration_is_tried_before_it_is_installed(host, line, accepted):
    candidate = f"/tmp/candidate-{accepted}.ini"
    host.check_output("printf '[databases]\\n[pgbouncer]\\nauth_file = /etc/pgbouncer/userlist.txt\\n%%s\\n' %s > %s", line, candidate)
    assert (host.run("python3 /usr/local/lib/pgbouncer_check.py %s", candidate).rc == 0) is accepted
