# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of the database servers."""

from __future__ import annotations

from cryptography import x509

from local.endpoint.authority import Authority


def test_root_is_made_once_and_its_key_is_private(tmp_path) -> None:
    first = Authority(tmp_path / "ca").certificate_file.read_bytes()
    again = Authority(tmp_path / "ca")
    assert again.certificate_file.read_bytes() == first
    assert again.key_file.stat().st_mode & 0o777 == 0o600


def test_certificate_names_host_and_address_and_is_signed_by_the_root(tmp_path) -> None:
    authority = Authority(tmp_path)
    host = "a-long-identifier-of-a-database-instance.cr4cyac0cdfd.us-west-2.rds.amazonaws.com"
    certificate, key = authority.issue(host, "10.62.1.250")
    found = x509.load_pem_x509_certificate(certificate.encode())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [host]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["10.62.1.250"]
    found.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate_file.read_bytes()))
    assert "PRIVATE KEY" in key
