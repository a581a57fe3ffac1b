# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL 17 behind each DB instance, set up the way RDS sets one up.

Stand-alone, for tests that need a server and no endpoint (the image comes from ``python -m local images``)::

    from local.containers import ensure_network, remove_network, write_settings
    from local.endpoint.postgres import Server

    write_settings()                                     # podman's settings for this machine
    ensure_network("mytest", "10.70.0.0/24")
    server = Server("db1", "mytest", tmp_path)
    server.create("launch_admin", "a-password", "launch")        # about 1.5 s
    psycopg2.connect(host=server.address, port=server.port, user="launch_admin", password="a-password",
                     dbname="launch", sslmode="verify-full", sslrootcert=str(server.ca_file))
    server.psql("SELECT ...", "launch")                  # as rdsadmin, the superuser nobody logs in as
    server.remove()
    remove_network("mytest")

The master is not a superuser: CREATEROLE, CREATEDB and member of rds_superuser; extensions that RDS
supports are marked trusted in the image. One difference that cannot be had without RDS's patches: only
a superuser can create event triggers here, on RDS the master can as well. The server writes without
fsync: it is thrown away with its container and proves nothing about durability.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from local.containers import address_of, make_network, podman, remove_containers, remove_network, write_settings
from local.endpoint import sql
from local.endpoint.authority import Authority
from local.endpoint.scram import verifier
from local.errors import StackError
from local.images import DB

DNS_SUFFIX = "cr4cyac0cdfd.us-west-2.rds.amazonaws.com"
BIN = "/usr/lib/postgresql/17/bin"
PORT = 5432
PRELOAD = "pg_stat_statements"  # RDS's default of shared_preload_libraries
START_TIMEOUT = 60  # seconds
_NUMBERS = itertools.count(1)

SETTINGS = """\
listen_addresses = '*'
ssl = on
ssl_cert_file = '/rds/conf/server.crt'
ssl_key_file = '/rds/conf/server.key'
hba_file = '/rds/conf/pg_hba.conf'
logging_collector = on
log_directory = '/rds/log'
log_filename = 'postgresql.log'
log_file_mode = 0600
cron.database_name = 'postgres'
fsync = off
include_if_exists = '/rds/conf/parameters.conf'
"""

# The first line that fits decides: rdsadmin comes in over the socket only.
ACCESS = """\
local all rdsadmin trust
local all all scram-sha-256
host all rdsadmin all reject
{kind} replication +rds_replication all scram-sha-256
{kind} all all all scram-sha-256
"""

READY = """\
for _ in $(seq {tries}); do {bin}/pg_isready -q -p {port} && exit 0; sleep 0.1; done
tail -n 4 /rds/log/startup.log /rds/log/postgresql.log >&2; exit 1"""


class Server:
    """The server of one DB instance, in the container ``<network>-db-<identifier>``.

    :arg identifier: the DB instance's identifier; the host name is made of it, as RDS does.
    :arg network: name of an existing podman network; also the prefix of the container's name.
    :arg state_dir: folder with the certificate authority (``ca/``), shared by a profile's servers.
    :arg address: fixed address within the network; without it podman chooses, at every start anew (and
        the certificate names only the first one).
    :arg labels: labels of the container.
    :arg port: port the server listens on.
    """

    def __init__(
        self,
        identifier: str,
        network: str,
        state_dir: Path,
        address: str | None = None,
        labels: Mapping[str, str] | None = None,
        port: int = PORT,
    ) -> None:
        self.identifier = identifier
        self.network = network
        self.name = f"{network}-db-{identifier}"
        self.host = f"{identifier}.{DNS_SUFFIX}"
        self.port = port
        self.labels = dict(labels or {})
        self._wanted_address = address
        self._authority = Authority(Path(state_dir) / "ca")

    @property
    def ca_file(self) -> Path:
        """The certificate that clients must trust."""
        return self._authority.certificate_file

    @cached_property
    def address(self) -> str:
        """The server's address, reachable from the machine itself and from the network's containers."""
        return self._wanted_address or address_of(self.name)

    def create(
        self,
        master_user: str,
        password: str,
        dbname: str | None = None,
        parameters: Mapping[str, str] | None = None,
        force_ssl: bool = True,
    ) -> None:
        """Start the container and in it the server, with its master user and first database.

        :arg parameters: PostgreSQL settings in their own units, as a DB parameter group has them.
        :arg force_ssl: refuse connections without TLS (rds.force_ssl, on by default since PostgreSQL 15).
        Raises StackError: podman or the server refused; the server's last log lines are in the text.
        """
        self._run_container()
        certificate, key = self._authority.issue(self.host, self.address)
        self._shell(
            f"{BIN}/initdb -D /rds/data -U rdsadmin --auth=trust --encoding=UTF8 --locale=C.UTF-8"
            " --data-checksums --no-sync --no-instructions >/rds/log/initdb.log",
            _file("/rds/data/postgresql.conf", SETTINGS),
            _file("/rds/conf/server.crt", certificate),
            _file("/rds/conf/server.key", key),
            *self._configuration(parameters or {}, force_ssl),
            self._control("start"),
            self._psql_command("postgres", sql.bootstrap(master_user, verifier(password))),
            *([self._psql_command("postgres", sql.database(dbname, master_user))] if dbname else []),
        )

    def _run_container(self) -> None:
        fixed = [f"--ip={self._wanted_address}"] if self._wanted_address else []
        labels = [f"--label={name}={value}" for name, value in self.labels.items()]
        podman(
            "run",
            "--detach",
            f"--name={self.name}",
            f"--hostname={self.identifier}",
            f"--network={self.network}",
            f"--network-alias={self.host}",
            *fixed,
            *labels,
            # dynamic shared memory of parallel queries; shared_buffers itself is not in /dev/shm
            "--shm-size=1g",
            DB.name,
        )

    def configure(self, parameters: Mapping[str, str], force_ssl: bool = True) -> None:
        """Write the settings and access rules; they count after ``reload`` or ``restart``."""
        self._shell(*self._configuration(parameters, force_ssl))

    def _configuration(self, parameters: Mapping[str, str], force_ssl: bool) -> list[str]:
        settings = {"shared_preload_libraries": PRELOAD, **parameters, "port": str(self.port)}
        access = ACCESS.format(kind="hostssl" if force_ssl else "host")
        return [
            _file("/rds/conf/parameters.conf", "".join(map(_setting, sorted(settings.items())))),
            _file("/rds/conf/pg_hba.conf", access),
        ]

    def start(self) -> None:
        """Start the stopped server, and its container if that is stopped too."""
        if podman("inspect", "--format={{.State.Running}}", self.name).strip() == "true":
            self._shell(self._control("start"))
            return
        podman("start", self.name)  # its first process starts the server
        self.__dict__.pop("address", None)  # podman may choose another one
        self._shell(READY.format(bin=BIN, port=self.port, tries=START_TIMEOUT * 10))

    def stop(self) -> None:
        """Stop the server with its container; the data stays."""
        podman("stop", "--time=30", self.name)

    def halt(self) -> None:
        """Stop the server and leave its container running, for settings that it cannot start with."""
        self._shell(f"test ! -e /rds/data/postmaster.pid || {BIN}/pg_ctl -D /rds/data -m fast stop >/dev/null")

    def restart(self) -> None:
        """Start the server again, or for the first time since ``halt``; static parameters need it.

        Raises StackError: the server does not start with these settings; it is down now.
        """
        self._shell(self._control("restart"))

    def reload(self) -> None:
        """Make the server read its settings and access rules again."""
        self._shell(f"{BIN}/pg_ctl -D /rds/data reload >/dev/null")

    def remove(self) -> None:
        """Remove the container with all data; nothing happens if it is not there."""
        remove_containers([self.name])

    def set_password(self, user: str, password: str) -> None:
        """Give the login a new password."""
        self.psql(sql.password(user, verifier(password)))

    def psql(self, statements: str, database: str = "postgres") -> str:
        """Run SQL as rdsadmin and return psql's unaligned output without headers."""
        return self._shell(self._psql_command(database, statements))

    def _psql_command(self, database: str, statements: str) -> str:
        return (
            f"{BIN}/psql -XAtq -v ON_ERROR_STOP=1 -p {self.port} -U rdsadmin -d {shlex.quote(database)}"
            f" <<'LAUNCH_END'\n{statements}\nLAUNCH_END"
        )

    def _control(self, action: str) -> str:
        """Return the command that starts or restarts the server and shows why it does not."""
        return (
            f"{{ {BIN}/pg_ctl -D /rds/data -w -t {START_TIMEOUT} -m fast -l /rds/log/startup.log {action} >/dev/null"
            " || { tail -n 4 /rds/log/startup.log /rds/log/postgresql.log >&2; exit 1; }; }"
        )

    def _shell(self, *commands: str) -> str:
        script = "set -e\n" + "\n".join(commands) + "\n"
        return podman("exec", "--interactive", "--user=postgres", self.name, "bash", "-s", data=script)


@contextlib.contextmanager
def passing_server(
    profile: str, master_user: str, password: str, dbname: str, parameters: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Yield a new server; the server, its network and its files go away afterwards.

    Names keep runs beside one another apart, by process and number; so do addresses, by what is free.

    :arg profile: the label of its container and network, and a part of their names.
    """
    network, labels = f"launch-{profile}-{os.getpid()}-{next(_NUMBERS)}", {"launch.profile": profile}
    write_settings()
    with tempfile.TemporaryDirectory() as folder:
        make_network(network, (f"10.90.{(os.getpid() + number) % 256}.0/24" for number in range(256)), labels)
        server = Server("db", network, Path(folder), labels=labels)
        try:
            server.create(master_user, password, dbname, parameters)
            yield server
        finally:
            server.remove()
            remove_network(network)


def _file(path: str, text: str) -> str:
    """Return the command that writes a file only the server can read."""
    return f"install -m 600 /dev/stdin {path} <<'LAUNCH_END'\n{text}LAUNCH_END"


def _setting(item: tuple[str, str]) -> str:
    name, value = item
    if "\n" in value:
        raise StackError(f"the value of parameter {name} has a line break")
    quoted = value.replace("'", "''")
    return f"{name} = '{quoted}'\n"
