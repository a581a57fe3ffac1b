# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a server keeps a certain verifier: it gives salt and rounds of a login to anybody who begins to log in.

Two verifiers of one password let the same people in, but a pooler that passes SCRAM on needs the very same one.
The messages: "Frontend/Backend Protocol" in PostgreSQL's documentation, and RFC 5802, section 5.1.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import base64
import os
import secrets
import socket
import ssl
import struct
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._scram import FORM

_PROTOCOL = struct.pack("!i", 3 << 16)
_LENGTH = 4  # bytes of a message's length, which counts itself
_TLS_REQUEST = struct.pack("!ii", 8, 80877103)
_MD5, _SASL, _SASL_CONTINUE = (struct.pack("!i", kind) for kind in (5, 10, 11))
_NO_VERIFIER = ("", b"")
_NOTHING_TO_COMPARE = None


def announces(params: t.Mapping[str, t.Any], user: str, verifier: str) -> bool:
    """Whether the server answers the login with the verifier's salt and rounds. LaunchError where it can't be asked.

    True as well where passwords aren't the server's affair (trust, LDAP): there is nothing to compare.

    :arg params: the options of POSTGRES_CONNECTION.
    """
    try:
        with _channel(params) as channel, channel.makefile("rwb") as stream:
            announced = _rounds_and_salt(stream, user, params["login_db"])
    except (OSError, ValueError, LookupError) as error:
        raise LaunchError(
            f"the server does not give the salt of {user!r}: {error}.", option="login_host",
            value=f"{params['login_host']}:{params['login_port']}", remedy="See that the server runs, and login and TLS options are right.",
        ) from error
    rounds, salt = t.cast("t.Any", FORM.fullmatch(verifier)).groups()
    return announced in (_NOTHING_TO_COMPARE, (rounds, base64.b64decode(salt)))


def _channel(params: t.Mapping[str, t.Any]) -> socket.socket:
    """A connection as safe as libpq's with these options."""
    mode = params["ssl_mode"]
    plain = socket.create_connection((params["login_host"], params["login_port"]), params["connect_timeout"])
    if mode == "disable":
        return plain
    plain.sendall(_TLS_REQUEST)
    answer = plain.recv(1)
    if answer == b"S":
        return _context(mode, params["ca_cert"]).wrap_socket(plain, server_hostname=params["login_host"])
    if answer == b"N" and mode in ("allow", "prefer"):
        return plain
    plain.close()
    raise ConnectionError("it does not speak TLS")


def _context(mode: str, ca_file: str | None) -> ssl.SSLContext:
    """libpq checks the chain when it has authorities to check it with, and the name only with verify-full."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full"
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    elif mode in ("verify-ca", "verify-full"):
        context.load_verify_locations(os.path.expanduser("~/.postgresql/root.crt"))
    else:
        context.verify_mode = ssl.CERT_NONE
    return context


def _rounds_and_salt(stream: t.BinaryIO, user: str, database: str) -> tuple[str, bytes] | None:
    """What the server-first-message says; None where the server asks for the password in another way than its own."""
    words = "".join(f"{word}\0" for word in ("user", user, "database", database, ""))
    _send(stream, b"", _PROTOCOL + words.encode())
    asked = _receive(stream)
    if asked.startswith(_MD5):
        return _NO_VERIFIER
    if not asked.startswith(_SASL):
        return _NOTHING_TO_COMPARE
    first = f"n,,n=,r={secrets.token_urlsafe(18)}".encode()
    _send(stream, b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
    answer = _receive(stream).removeprefix(_SASL_CONTINUE).decode("ascii")
    said = dict(part.split("=", 1) for part in answer.split(","))
    return said["i"], base64.b64decode(said["s"])


def _send(stream: t.BinaryIO, kind: bytes, body: bytes) -> None:
    stream.write(kind + struct.pack("!i", len(body) + _LENGTH) + body)
    stream.flush()


def _receive(stream: t.BinaryIO) -> bytes:
    """The body of a message about authentication."""
    kind, length = stream.read(1), stream.read(_LENGTH)
    if kind not in (b"R", b"E") or len(length) < _LENGTH:
        raise ConnectionError("it hung up, or is not PostgreSQL")
    body = stream.read(int.from_bytes(length, "big") - _LENGTH)
    if kind == b"E":
        messages = [field[1:].decode(errors="replace") for field in body.split(b"\0") if field.startswith(b"M")]
        raise ConnectionError(" ".join(messages))
    return body
