# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals with the error codes of AWS's API."""

from __future__ import annotations

from moto.rds.exceptions import RDSClientError


class Fault(RDSClientError):
    """A refusal: ``code`` is the one that AWS answers, as boto3's ``ClientError`` shows it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def invalid_value(message: str) -> Fault:
    """One value is wrong in itself."""
    return Fault("InvalidParameterValue", message)


def invalid_combination(message: str) -> Fault:
    """Values do not go together, or not with what is there."""
    return Fault("InvalidParameterCombination", message)


def wrong_state(identifier: str, status: str) -> Fault:
    """The instance is busy or broken."""
    return Fault("InvalidDBInstanceState", f"Database instance {identifier} is not in available state: it is {status}.")


def instance_not_found(identifier: str) -> Fault:
    """No DB instance has this identifier."""
    return Fault("DBInstanceNotFound", f"DBInstance {identifier} not found.")


def group_not_found(name: str) -> Fault:
    """No DB parameter group has this name."""
    return Fault("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}")


def not_offered(what: str) -> Fault:
    """AWS can do it, the local stack cannot; better refused than pretended."""
    return Fault("NotImplemented", f"The local stack does not offer {what}.")
