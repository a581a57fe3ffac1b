# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host with a certificate that an authority signed, in place of its own; then with its own again."""
from __future__ import annotations

import pytest

from local.endpoint.authority import Authority
from tests.support.pool_host import NAME, changed, connected, converge

HOST_FILE = "/etc/pgbouncer/client.crt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("given")


@pytest.fixture(scope="module")
def given(first, folder):
    """The variables that give the certificate, on a host that has it."""
    authority = Authority(folder / "authority")
    certificate, key = authority.issue(NAME, first.ansible.get_variables()["ansible_host"])
    variables = {
        "pgbouncer_client_tls_cert": certificate,
        "pgbouncer_client_tls_key": key,
        "pgbouncer_client_ca_content": authority.certificate_file.read_text(encoding="utf-8"),
        "pgbouncer_client_ca_folder": str(folder / "published"),
    }
    assert "Install the given certificate" in changed(converge(**variables))
    yield variables
    assert "Sign it with the same key" in changed(converge())
    with connected(first):
        pass


@pytest.fixture(params=["the authority", "what is published", "the file on the host"])
def trust(request, first, folder, given):
    """What a client may trust: for people, for the line that the summary prints, and for the proof on the host."""
    (folder / "host.crt").write_text(first.file(HOST_FILE).content_string, encoding="utf-8")
    return {
        "the authority": folder / "authority" / "ca.crt",
        "what is published": folder / "published" / "ca.pem",
        "the file on the host": folder / "host.crt",
    }[request.param]


def test_a_client_verifies_the_host_by_address_and_by_name(first, trust):
    address = first.ansible.get_variables()["ansible_host"]
    for name in ({"host": address}, {"host": NAME, "hostaddr": address}):
        with connected(first, sslrootcert=str(trust), **name) as connection, connection.cursor() as cursor:
            cursor.execute("select current_user")
            assert cursor.fetchone() == ("launch_app",)


def test_the_given_key_is_for_root_and_the_process_only(first, given):
    key = first.file("/etc/pgbouncer/client.key")
    assert key.content_string.strip() == given["pgbouncer_client_tls_key"].strip()
    assert (key.user, key.group, key.mode) == ("root", "postgres", 0o640)


def test_a_second_run_changes_nothing(given):
    assert changed(converge(**given)) == {}
