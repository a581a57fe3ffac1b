# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client meets: from this machine through each pool host to the database server."""
from __future__ import annotations

import psycopg2
import pytest

from tests.support.pool_host import FOLDER, connected


def refusal(host, **options):
    with pytest.raises(psycopg2.OperationalError) as refused:
        with connected(host, **options):
            pass
    return str(refused.value)


def test_the_application_gets_through_with_tls_on_both_sides(host):
    with connected(host) as connection, connection.cursor() as cursor:
        assert connection.info.ssl_in_use
        cursor.execute("select current_user, ssl from pg_stat_ssl where pid = pg_backend_pid()")
        assert cursor.fetchall() == [("launch_app", True)]


def test_in_clear_is_refused(host):
    assert "SSL required" in refusal(host, sslmode="disable")


def test_a_wrong_password_is_refused(host):
    assert "SASL authentication failed" in refusal(host, password="wrong")


def test_an_unknown_user_is_refused(host):
    assert "SASL authentication failed" in refusal(host, user="nobody")


def test_a_user_of_the_server_that_is_not_pooled_is_refused(host):
    password = (FOLDER / "master-password").read_text(encoding="utf-8")
    assert "SASL authentication failed" in refusal(host, user="launch_admin", password=password)


def test_the_console_is_closed_to_the_network(host):
    assert "not allowed" in refusal(host, dbname="pgbouncer")


def test_a_host_is_not_taken_for_another(host):
    assert "certificate verify failed" in refusal(host, sslrootcert=str(FOLDER / "ca" / "ca.crt"))


def test_options_of_a_client_are_ignored_and_not_refused(host):
    with connected(host, options="-c search_path=elsewhere") as connection, connection.cursor() as cursor:
        cursor.execute("show search_path")
        assert cursor.fetchone() != ("elsewhere",)
