# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules by which RDS refuses a request, without clock, network or state: each raises a Fault or returns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from local.endpoint.classes import find
from local.endpoint.faults import invalid_combination, invalid_value
from local.endpoint.formulas import VARIABLES, evaluate, is_formula

MAX_PARAMETERS_PER_CALL = 20
MONITORING_INTERVALS = (0, 1, 5, 10, 15, 30, 60)  # seconds
INSIGHTS_RETENTION = (7, 731, *(31 * months for months in range(1, 24)))  # days
LOG_TYPES = ("postgresql", "upgrade", "iam-db-auth-error")
RESERVED_USERS = ("admin", "rdsadmin", "rds_superuser", "root")
SHARED_MEMORY_PERCENT = 90  # of the class's memory; above, the server is not started
PAGE = 8192  # bytes, PostgreSQL's block


# -- names ---------------------------------------------------------------------------------------


def check_identifier(name: str) -> None:
    """1-63 letters, digits, hyphens; a letter first, no hyphen last and no two in a row."""
    if not re.fullmatch(r"[a-zA-Z](?:-?[a-zA-Z0-9])*", name) or len(name) > 63:
        raise invalid_value(
            "The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; "
            "must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two "
            f"consecutive hyphens: {name}"
        )


def check_group_name(name: str) -> None:
    """1-255 letters, digits, hyphens; a letter first, no hyphen last and no two in a row."""
    if not re.fullmatch(r"[a-zA-Z](?:-?[a-zA-Z0-9])*", name) or len(name) > 255:
        raise invalid_value(f"The parameter DBParameterGroupName is not a valid identifier: {name}")


def check_master(username: str | None) -> None:
    """1-63 word characters, a letter first, and no name that RDS keeps to itself."""
    if not username or not re.fullmatch(r"[a-zA-Z]\w{0,62}", username):
        raise invalid_value(f"Invalid master user name: {username}")
    if username.lower() in RESERVED_USERS:
        raise invalid_value(f"MasterUsername {username} cannot be used as it is a reserved word used by the engine")


def check_password(password: str) -> None:
    """8-128 printable ASCII characters without slash, double quote, at sign and space. Never shows the value."""
    if len(password) < 8:
        raise invalid_value(
            "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."
        )
    if len(password) > 128 or not re.fullmatch(r"[!-~]+", password) or set(password) & set('/"@'):
        raise invalid_value(
            "The parameter MasterUserPassword is not a valid password. "
            "Only printable ASCII characters besides '/', '@', '\"', ' ' may be used, 128 at most."
        )


# -- parameters ----------------------------------------------------------------------------------


def check_parameters(catalog: Mapping[str, dict], wanted: list[Mapping[str, str]]) -> None:
    """Refuse a ModifyDBParameterGroup as a whole if any of its parameters is wrong."""
    check_parameter_count(wanted)
    for item in wanted:
        meta = known_parameter(catalog, item["ParameterName"])
        check_apply_method(meta, item.get("ApplyMethod"))
        check_parameter_value(meta, item.get("ParameterValue", ""))


def check_parameter_count(wanted: list[Mapping[str, str]]) -> None:
    """AWS takes 20 parameters in a call at most, and at least one."""
    if not wanted:
        raise invalid_value("The parameter Parameters must be provided and must not be blank.")
    if len(wanted) > MAX_PARAMETERS_PER_CALL:
        raise invalid_value(f"A maximum of {MAX_PARAMETERS_PER_CALL} parameters can be modified in a single request.")


def known_parameter(catalog: Mapping[str, dict], name: str) -> dict:
    """Return the metadata of a parameter that exists and may be changed."""
    meta = catalog.get(name)
    if meta is None:
        raise invalid_value(f"Could not find parameter with name: {name}")
    if not meta["IsModifiable"]:
        raise invalid_value(f"The parameter {name} cannot be modified.")
    return meta


def check_apply_method(meta: Mapping[str, str], method: str | None) -> None:
    """Only dynamic parameters can be applied without a reboot."""
    if method not in ("immediate", "pending-reboot"):
        raise invalid_value(f"Invalid apply method {method} for {meta['ParameterName']}")
    if method == "immediate" and meta["ApplyType"] == "static":
        raise invalid_combination("cannot use immediate apply method for static parameter")


def check_parameter_value(meta: Mapping[str, str], value: str) -> None:
    """The value has the parameter's type, unit and range; RDS knows no `4GB`."""
    fits = _is_valid_formula(value) if is_formula(value) else _fits(meta, value)
    if not fits:
        raise invalid_value(
            f"Invalid parameter value: {value} for: {meta['ParameterName']} "
            f"allowed values are: {meta.get('AllowedValues', 'text in one line')}"
        )


def _is_valid_formula(value: str) -> bool:
    try:
        evaluate(value, dict.fromkeys(VARIABLES, 1))
    except (ValueError, ZeroDivisionError):
        return False
    return True


def _fits(meta: Mapping[str, str], value: str) -> bool:
    allowed, data_type = meta.get("AllowedValues"), meta["DataType"]
    if data_type in ("integer", "float"):
        return _is_in_range(value, allowed, whole=data_type == "integer")
    if allowed is None:
        return "\n" not in value
    words = [word.strip() for word in value.split(",")] if data_type == "list" else [value]
    return set(words) <= set(allowed.split(","))


def _is_in_range(value: str, allowed: str, *, whole: bool) -> bool:
    pattern = r"-?\d+" if whole else r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
    low, high = re.fullmatch(r"(-?[\d.]+(?:e[-+]?\d+)?)-(-?[\d.]+(?:e[-+]?\d+)?)", allowed).groups()
    return bool(re.fullmatch(pattern, value)) and float(low) <= float(value) <= float(high)


def starts(parameters: Mapping[str, str], memory: int) -> bool:
    """Return whether RDS starts a server with these (evaluated) parameters on that many bytes of memory.

    Source: Amazon RDS user guide, "Huge pages for RDS for PostgreSQL": above 90 percent the instance
    becomes incompatible-parameters.
    """
    return int(parameters["shared_buffers"]) * PAGE * 100 <= memory * SHARED_MEMORY_PERCENT


# -- monitoring ----------------------------------------------------------------------------------


def check_monitoring(interval: int, role_arn: str | None) -> None:
    """An interval from the list, together with a role exactly if it is not zero."""
    if interval not in MONITORING_INTERVALS:
        raise invalid_value(f"Invalid monitoring interval {interval}: allowed are {MONITORING_INTERVALS}")
    if interval and not role_arn:
        raise invalid_combination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
        )
    if role_arn and not interval:
        raise invalid_combination(
            "If you specify a MonitoringRoleARN value, you must specify a MonitoringInterval value other than 0."
        )


def check_insights(enabled: bool, retention: int | None) -> None:
    """7 days, whole months of 31 days up to 23, or 731; only with Performance Insights on."""
    if retention is None:
        return
    if not enabled:
        raise invalid_combination("Performance Insights must be enabled to set its retention period.")
    if retention not in INSIGHTS_RETENTION:
        raise invalid_value(
            f"Invalid Performance Insights retention period {retention}: 7, 731 or a multiple of 31 up to 713"
        )


def check_log_types(names: Iterable[str]) -> None:
    """Only the logs that PostgreSQL has."""
    for name in names:
        if name not in LOG_TYPES:
            raise invalid_combination(f"You cannot use the log type {name} with engine version postgres 17")


# -- windows -------------------------------------------------------------------------------------

DAY = 24 * 60  # minutes
WEEK = 7 * DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
SHORTEST_WINDOW = 30  # minutes


def check_windows(backup: str | None, maintenance: str | None) -> None:
    """Both well-formed (UTC), at least 30 minutes long, and apart on every day of the week."""
    backup_span = backup_minutes(backup) if backup else None
    maintenance_span = maintenance_minutes(maintenance) if maintenance else None
    if backup_span and maintenance_span and _overlap(backup_span, maintenance_span):
        raise invalid_value("The backup window and maintenance window must not overlap.")


def backup_minutes(window: str) -> tuple[int, int]:
    """Return (start of the day, length) in minutes of ``hh24:mi-hh24:mi``."""
    match = re.fullmatch(rf"{CLOCK}-{CLOCK}", window)
    if not match:
        raise invalid_value(
            f"Invalid backup window format: {window}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC)."
        )
    hours = list(map(int, match.groups()))
    return _span(hours[0] * 60 + hours[1], hours[2] * 60 + hours[3], DAY, "backup")


def maintenance_minutes(window: str) -> tuple[int, int]:
    """Return (start in the week, length) in minutes of ``ddd:hh24:mi-ddd:hh24:mi``."""
    day = "(" + "|".join(DAYS) + ")"
    match = re.fullmatch(rf"{day}:{CLOCK}-{day}:{CLOCK}", window.lower())
    if not match:
        raise invalid_value(
            f"Invalid maintenance window format: {window}. "
            "Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC)."
        )
    first, hour, minute, last, end_hour, end_minute = match.groups()
    start = DAYS.index(first) * DAY + int(hour) * 60 + int(minute)
    end = DAYS.index(last) * DAY + int(end_hour) * 60 + int(end_minute)
    return _span(start, end, WEEK, "maintenance")


def _span(start: int, end: int, period: int, kind: str) -> tuple[int, int]:
    length = (end - start) % period
    if length < SHORTEST_WINDOW:
        raise invalid_value(f"The {kind} window must be at least {SHORTEST_WINDOW} minutes.")
    if length > DAY:
        raise invalid_value(f"The {kind} window must be less than 24 hours.")
    return start, length


def _overlap(backup: tuple[int, int], maintenance: tuple[int, int]) -> bool:
    """Return whether a daily span and a weekly one have a minute in common."""
    start, length = maintenance
    for day in range(8):
        distance = (day * DAY + backup[0] - start) % WEEK
        if distance < length or WEEK - distance < backup[1]:
            return True
    return False


# -- class ---------------------------------------------------------------------------------------


def check_class(name: str) -> None:
    """Refuse a class RDS does not have."""
    find(name)


def check_deletion(protected: bool, skip_snapshot: bool, snapshot: str | None) -> None:
    """Protection must be lifted first; a last snapshot is either named or declined."""
    if protected:
        raise invalid_combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try again."
        )
    if skip_snapshot and snapshot:
        raise invalid_combination("FinalDBSnapshotIdentifier cannot be specified when deleting with SkipFinalSnapshot.")
    if not skip_snapshot and not snapshot:
        raise invalid_combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
