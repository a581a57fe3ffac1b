# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import socket
import struct
import threading

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.role.scram_salt import announces
from ansible_collections.launch.database.plugins.module_utils._scram import verifier

SALT = b"0123456789abcdef"
VERIFIER = verifier("secret", SALT)


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def asks(kind: int, rest: bytes = b"") -> bytes:
    return message(b"R", struct.pack("!i", kind) + rest)


SASL = asks(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")


def announced(salt: bytes = SALT, rounds: int = 4096) -> bytes:
    return asks(11, b"r=nonce==,s=" + base64.b64encode(salt) + f",i={rounds}".encode())


@pytest.fixture
def server():
    """A server that gives one answer to each thing it hears; ``heard`` has what that was."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def answer(answers):
        connection, _address = listener.accept()
        connection.settimeout(5)
        with connection:
            for each in answers:
                answer.heard.append(connection.recv(1000))
                connection.sendall(each)
            if each:
                connection.recv(1000)

    answer.heard = []
    threads = []

    def start(*answers, ssl_mode="disable"):
        threads.append(threading.Thread(target=answer, args=(answers,)))
        threads[0].start()
        host, port = listener.getsockname()
        return {"login_host": host, "login_port": port, "login_db": "launch", "ssl_mode": ssl_mode, "ca_cert": None, "connect_timeout": 5}

    start.heard = answer.heard
    yield start
    threads[0].join()
    listener.close()


@pytest.mark.parametrize(("answers", "same"), [
    pytest.param((SASL, announced()), True, id="the same"),
    pytest.param((SASL, announced(salt=b"another salt....")), False, id="another salt"),
    pytest.param((SASL, announced(rounds=8192)), False, id="other rounds"),
    pytest.param((asks(5, b"salt"),), False, id="an MD5 hash"),
    pytest.param((asks(0),), True, id="trust"),
    pytest.param((asks(3),), True, id="LDAP"),
])
def test_what_the_server_tells_is_compared_with_the_verifier(server, answers, same):
    assert announces(server(*answers), "app", VERIFIER) is same


def test_the_server_hears_the_login_and_nothing_of_its_password(server):
    announces(server(SASL, announced()), "app", VERIFIER)
    startup, first = server.heard
    assert startup[8:] == b"user\0app\0database\0launch\0\0"
    assert first[5:].startswith(b"SCRAM-SHA-256\0") and b"n,,n=,r=" in first
    assert not [part for part in VERIFIER.split("$")[2].split(":") if part.encode() in startup + first]


@pytest.mark.parametrize(("answers", "words"), [
    pytest.param((message(b"E", b"SFATAL\0C28000\0Mno pg_hba.conf entry\0\0"),), "no pg_hba.conf entry", id="refused"),
    pytest.param((b"HTTP/1.1 400 Bad Request",), "is not PostgreSQL", id="another protocol"),
    pytest.param((b"",), "hung up", id="silent end"),
    pytest.param((SASL, asks(11, b"e=other-error")), "'i'", id="no salt"),
])
def test_what_is_no_answer_is_an_error_with_the_address(server, answers, words):
    params = server(*answers)
    with pytest.raises(LaunchError, match=words) as refusal:
        announces(params, "app", VERIFIER)
    assert refusal.value.option == "login_host" and str(params["login_port"]) in refusal.value.value


@pytest.mark.parametrize("ssl_mode", ["require", "verify-full"])
def test_no_login_is_named_on_a_connection_without_the_tls_that_was_demanded(server, ssl_mode):
    with pytest.raises(LaunchError, match="does not speak TLS"):
        announces(server(b"N", ssl_mode=ssl_mode), "app", VERIFIER)
    assert not [words for words in server.heard if b"app" in words]


def test_tls_that_is_only_preferred_may_be_missing(server):
    assert announces(server(b"N", SASL, announced(), ssl_mode="prefer"), "app", VERIFIER)
