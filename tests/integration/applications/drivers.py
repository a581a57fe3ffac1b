# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that use the examples, and how tests talk to them: programs/README.md has the requests."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import typing as t

from local import images
from local.containers import podman
from tests.support.ansible import ROOT
from tests.support.pooled import Pool

HERE = pathlib.Path(__file__).parent
PROGRAMS = HERE / "programs"
IMAGE = images.Image("localhost/launch-drivers:latest", (*images.BASE.recipe, HERE / "drivers.containerfile"))
CA_INSIDE = "/ca.pem"
JARS = ":".join(f"/usr/share/java/{name}.jar" for name in ("postgresql", "HikariCP", "slf4j-api", "slf4j-nop", "gson"))
CLASSES = pathlib.Path(tempfile.gettempdir(), f"launch-drivers-{os.getpid()}")
SOURCES = (ROOT / "examples/jdbc/Tenancy.java", ROOT / "examples/jdbc/Tokens.java", PROGRAMS / "Jdbc.java")
BUILT = ROOT / ".cache" / "drivers"  # what tests/drivers made
# Of a transaction that says nothing else.
DEFAULTS = {"profile": "write", "serializable": False, "read_only": False, "repeatable": False, "attempts": 5}
PATIENCE = 60.0  # seconds


@dataclasses.dataclass(frozen=True)
class Driver:
    """A driver's example, and what differs with it.

    :arg command: what starts its program.
    :arg contained: it runs in a container of IMAGE, in the pool's network.
    :arg round_trips: of a transaction with a single query, BEGIN and COMMIT included, once statements are prepared.
    :arg at_best: round trips of its form for a single query, where it has one.
    :arg hosts: it takes several hosts.
    :arg addresses: it goes on to the next address of a name.
    :arg silent: an error that was swallowed undoes everything, and nobody is told.
    :arg savepoints: it has them.
    :arg constraints: it passes on the name that tells refusals apart.
    :arg precision: microseconds that a timestamp is exact to.
    :arg model: it maps rows to objects.
    :arg issues: it has an example that makes tokens.
    """

    command: tuple[str, ...]
    contained: bool = False
    round_trips: int = 4
    at_best: int | None = None
    hosts: bool = True
    addresses: bool = True
    silent: bool = False
    savepoints: bool = True
    constraints: bool = True
    precision: int = 1
    model: bool = False
    issues: bool = False


def python(name: str) -> tuple[str, ...]:
    return (sys.executable, str(PROGRAMS / name))


IN_TESTS = {
    "psycopg": Driver(python("psycopg_.py"), round_trips=3, at_best=2),
    "asyncpg": Driver(python("asyncpg_.py"), silent=True),
    "sqlalchemy": Driver(python("sqlalchemy_.py"), model=True),
    "django": Driver(python("django_.py"), model=True),
    "node-postgres": Driver(
        ("node", str(PROGRAMS / "node-postgres.mjs")), contained=True, hosts=False, precision=1000, issues=True,
    ),
    "jdbc": Driver(
        ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dstdout.encoding=UTF-8", "-cp", f"{CLASSES}:{JARS}", "Jdbc"),
        contained=True, round_trips=3, at_best=1, addresses=False, issues=True,
    ),
}
# What tests/drivers adds, which has to have Go and npm.
BY_SCRIPT = {
    "pgx": Driver((str(BUILT / "pgx"),), at_best=1, issues=True),
    "prisma": Driver(
        ("node", str(PROGRAMS / "prisma.mjs")), hosts=False, precision=1000, model=True, savepoints=False, constraints=False, silent=True,
    ),
}
ASKED = os.environ.get("LAUNCH_DRIVERS")
DRIVERS = {name: driver for name, driver in (IN_TESTS | BY_SCRIPT).items() if (name in ASKED.split(",") if ASKED else name in IN_TESTS)}


class Ended(Exception):
    """A program ended without an answer."""


class Client:
    """A running program. Its answers come one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, do: str, asked: t.Mapping[str, t.Callable[[], t.Any]] | None = None, **request: t.Any) -> dict[str, t.Any]:
        """Have it do something; where it asks for something itself, that is done first."""
        self.write(json.dumps({"do": do, **request}))
        while "ask" in (answer := self.read()):
            (asked or {})[answer["ask"]]()
            self.write("")
        return answer

    def run(self, token: str | list[str], *steps: dict[str, t.Any] | str, asked: t.Any = None, **options: t.Any) -> dict[str, t.Any]:
        """A transaction of the example's ``run``; a step that is text is a query."""
        tokens = [token] if isinstance(token, str) else token
        written = [{"sql": step} if isinstance(step, str) else step for step in steps]
        return self.ask("run", asked, **DEFAULTS | options, tokens=tokens, steps=written)

    def write(self, line: str) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def read(self) -> dict[str, t.Any]:
        assert self._process.stdout
        if not (line := self._process.stdout.readline()):
            raise Ended(f"exit code {self._process.wait(PATIENCE)}")
        return json.loads(line)


@contextlib.contextmanager
def started(driver: Driver, bouncer: Pool, **changes: t.Any) -> t.Iterator[Client]:
    """Start a program and tell it where the pool is.

    :arg changes: of what it is told, and ``ca_file`` and ``addresses`` for a container's view of the pool's name.
    """
    ca_file, known = changes.pop("ca_file", bouncer.ca_file), changes.get("addresses", [bouncer.address])
    config = {
        "hosts": [bouncer.host] * len(known), "addresses": known, "ports": [bouncer.port] * len(known), "database": bouncer.database.name,
        "ca": CA_INSIDE if driver.contained else str(ca_file),
        "logins": {profile: login(bouncer, user) for profile, user in (("write", "launch_app"), ("read", "launch_report"))},
    }
    command = inside(driver, bouncer, ca_file, known) if driver.contained else driver.command
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        client = Client(process)
        try:
            client.write(json.dumps(config | changes))
            client.read()
            yield client
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def login(bouncer: Pool, user: str) -> dict[str, str]:
    return {"user": user, "password": bouncer.database.passwords[user]}


def inside(driver: Driver, bouncer: Pool, ca_file: pathlib.Path, addresses: t.Sequence[str]) -> tuple[str, ...]:
    """The command in a container, which goes with the network at the latest."""
    known = [f"--add-host={bouncer.host}:{address}" for address in dict.fromkeys(addresses)]
    return (
        "podman", "run", "--rm", "--interactive", f"--network={bouncer.database.server.network}", *known,
        f"--volume={ROOT}:{ROOT}:ro", f"--volume={CLASSES}:{CLASSES}:ro", f"--volume={ca_file}:{CA_INSIDE}:ro", IMAGE.name, *driver.command,
    )


# A server between client and pool, in the pool's container. It counts how often a client sends after it was answered. Answers take
# their time, as from farther away: what a client sends without waiting for one is sent before it. With a pause, each record of TLS is
# passed on by itself, as when the client or its network is slow.
RELAY = """
import socket, sys, threading, time
turns, last, pause = 0, "", {pause}
def records(data):
    while len(data) >= 5 and 20 <= data[0] <= 23 and len(data) >= (size := 5 + int.from_bytes(data[3:5])):
        yield data[:size]
        data = data[size:]
    if data: yield data
def pump(source, target, side):
    global turns, last
    try:
        while data := source.recv(65536):
            if side == "client" and last != side: turns += 1
            if side == "server": time.sleep(0.02)
            last = side
            for record in records(data) if pause and side == "client" else [data]:
                target.sendall(record)
                time.sleep(pause * (side == "client"))
    except OSError:
        pass
    for one in (source, target):
        try: one.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve(listener):
    while True:
        client = listener.accept()[0]
        server = socket.create_connection(("127.0.0.1", {pool}))
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pair in ((client, server, "client"), (server, client, "server")):
            threading.Thread(target=pump, args=pair, daemon=True).start()
threading.Thread(target=serve, args=[socket.create_server(("", {port}))], daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    counted, turns, last = turns, 0, ""
    print(counted, flush=True)
"""


class Relay:
    """Between a client and the pool.

    :arg pool: the pool as clients see it through the relay.
    """

    def __init__(self, pool: Pool, process: subprocess.Popen[str]) -> None:
        self.pool, self._process = pool, process

    def turns(self) -> int:
        """How many round trips there were since the last call."""
        print(file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@contextlib.contextmanager
def relay(bouncer: Pool, port: int, pause: float = 0.0) -> t.Iterator[Relay]:
    """Start one.

    :arg pause: seconds after each record of a client.
    """
    script = RELAY.replace("{pool}", str(bouncer.port)).replace("{port}", str(port)).replace("{pause}", str(pause))
    command = ("podman", "exec", "--interactive", bouncer.database.server.name, "python3", "-c", script)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield Relay(dataclasses.replace(bouncer, port=port), process)
        process.stdin.close()


@contextlib.contextmanager
def built() -> t.Iterator[None]:
    """What drivers need before they are started: the image, and what javac makes of the example."""
    if not any(driver.contained for driver in DRIVERS.values()):
        yield
        return
    images.ensure(IMAGE)
    CLASSES.mkdir()
    try:
        podman(
            "run", "--rm", "--network=none", f"--volume={ROOT}:{ROOT}:ro", f"--volume={CLASSES}:{CLASSES}", IMAGE.name,
            "javac", "--release", "17", "-Xlint:all,-serial", "-Werror", "-cp", JARS, "-d", str(CLASSES), *map(str, SOURCES),
        )
        yield
    finally:
        shutil.rmtree(CLASSES)
