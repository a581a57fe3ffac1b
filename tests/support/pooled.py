# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PgBouncer in front of a test's database: transaction pooling, one server connection for each login, TLS on both sides.

Debian's package, in the container of the server. What a client can notice is set as the role does by default; the role itself
is tested by molecule and by the site.
"""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

import yaml

from local.containers import podman
from local.endpoint.authority import Authority
from local.endpoint.postgres import Server
from tests.support.ansible import ROOT
from tests.support.postgres import Database

PORT = 6432
DEFAULTS = yaml.safe_load((ROOT / "roles/pgbouncer/defaults/main.yml").read_text(encoding="utf-8"))
INI = f"""\
[databases]
{{database}} = host={{host}} port={{port}}

[pgbouncer]
listen_addr = *
listen_port = {{listen}}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {{folder}}/userlist.txt
pool_mode = {DEFAULTS["pgbouncer_pool_mode"]}
default_pool_size = 1
ignore_startup_parameters = {DEFAULTS["pgbouncer_ignore_startup_parameters"]}
query_wait_timeout = {DEFAULTS["pgbouncer_query_wait_timeout"]}
server_login_retry = 1
client_tls_sslmode = {DEFAULTS["pgbouncer_client_tls_sslmode"]}
client_tls_cert_file = {{folder}}/client.crt
client_tls_key_file = {{folder}}/client.key
server_tls_sslmode = {DEFAULTS["pgbouncer_server_tls_sslmode"]}
server_tls_ca_file = {{folder}}/server-ca.pem
{{others}}"""
# The lists that the image brought along may name a package that the archive has replaced.
INSTALL = """\
set -e
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
get() {{ apt-get install -qq -y --no-install-recommends {package} >/dev/null 2>&1 </dev/null; }}
test -e {program} || get || {{ apt-get update -qq </dev/null && get; }}
"""
START = """\
setsid setpriv --reuid=postgres --regid=postgres --init-groups pgbouncer -q {folder}/pgbouncer.ini >{folder}/log 2>&1 </dev/null &
for _ in $(seq 100); do (: </dev/tcp/127.0.0.1/{listen}) 2>/dev/null && exit 0; sleep 0.1; done
cat {folder}/log >&2
exit 1
"""


@dataclasses.dataclass(frozen=True)
class Pool:
    """Where clients find the pool.

    :arg host: a name that is in its certificate; ``address`` is what it stands for.
    :arg ca_file: what to trust.
    """

    host: str
    address: str
    port: int
    ca_file: pathlib.Path
    database: Database

    def dsn(self, user: str, **parameters: str) -> str:
        """A connection string in libpq's form, with the login's password."""
        options = {
            "host": self.host, "hostaddr": self.address, "port": self.port, "dbname": self.database.name, "user": user,
            "password": self.database.passwords[user], "sslmode": "verify-full", "sslrootcert": self.ca_file,
        }
        return " ".join(f"{key}={value}" for key, value in {**options, **parameters}.items())


def install(server: Server, package: str, program: str) -> None:
    """Install one of Debian's packages in the container of a server, unless its program is there."""
    podman("exec", "--interactive", server.name, "bash", "-s", data=INSTALL.format(package=package, program=program), timeout=300)


def start_pool(database: Database, users: t.Iterable[str], folder: pathlib.Path, port: int = PORT, settings: str = "") -> Pool:
    """Start PgBouncer for logins that exist; it goes away with the database's container.

    :arg folder: an empty one, for the authority of the pool's certificate.
    :arg settings: further lines of pgbouncer.ini, which count before those above them.
    """
    server, place = database.server, f"/etc/pgbouncer/{port}"
    authority = Authority(folder / "ca")
    certificate, key = authority.issue("pool.test", server.address)
    stored = server.psql("select rolname || ' ' || rolpassword from pg_authid where rolpassword is not null")
    verifiers = dict(line.split(" ", 1) for line in stored.splitlines())
    contents = {
        "pgbouncer.ini": INI.format(database=database.name, host=server.host, port=server.port, listen=port, folder=place, others=settings),
        "userlist.txt": "".join(f'"{user}" "{verifiers[user]}"\n' for user in users),
        "client.crt": certificate,
        "client.key": key,
        "server-ca.pem": server.ca_file.read_text(encoding="utf-8"),
    }
    files = "".join(f"install -o postgres -m 600 /dev/stdin {place}/{name} <<'LAUNCH_END'\n{text}\nLAUNCH_END\n" for name, text in contents.items())
    install(server, "pgbouncer", "/usr/sbin/pgbouncer")
    script = f"set -e\ninstall -d -o postgres {place}\n{files}{START.format(folder=place, listen=port)}"
    podman("exec", "--interactive", server.name, "bash", "-s", data=script)
    return Pool("pool.test", server.address, port, authority.certificate_file, database)
