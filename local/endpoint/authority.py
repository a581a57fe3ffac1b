# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate authority of a profile's database servers, in place of RDS's own."""

from __future__ import annotations

import datetime
import ipaddress
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = datetime.timedelta(days=365)


class Authority:
    """A root certificate in ``folder``, made when first needed: ``ca.crt`` (public) and ``ca.key`` (0600)."""

    def __init__(self, folder: Path) -> None:
        self.certificate_file = folder / "ca.crt"
        self.key_file = folder / "ca.key"
        if not self.certificate_file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            self._make_root()

    def _make_root(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("launch local stack root CA")
        builder = _builder(name, name, key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        _write_private(self.key_file, _pem(key))
        self.certificate_file.write_bytes(_certificate_pem(builder.sign(key, hashes.SHA256())))

    def issue(self, host: str, address: str) -> tuple[str, str]:
        """Return (certificate, key) in PEM for a server known by a host name and an IP address."""
        root = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        root_key = serialization.load_pem_private_key(self.key_file.read_bytes(), password=None)
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address(address))]
        # a common name has at most 64 characters; only the alternative names count
        builder = _builder(_name(host[:64]), root.subject, key.public_key()).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
        certificate = builder.sign(root_key, hashes.SHA256())
        return _certificate_pem(certificate).decode(), _pem(key).decode()


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + VALID)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody else could read at any moment."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
