# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People's units to RDS's and back: 4GB of 8 kB blocks is 524288.

RDS takes a bare number in the parameter's own unit. That unit is a prefix of the parameter's Description,
as in "(8kB) Sets the number of shared memory buffers"; where there is none, pg_settings.unit of PostgreSQL 17 counts.
Sizes go by 1024, as in PostgreSQL ("Parameter Names and Values").

Private to the collection: may change at any time.
"""
from __future__ import annotations

import re
from fractions import Fraction

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

SIZE = "size"
TIME = "time"

# Bytes and milliseconds. Kinds are kept apart: a time is no size.
UNITS = {
    "B": (SIZE, Fraction(1)),
    "kB": (SIZE, Fraction(1024)),
    "8kB": (SIZE, Fraction(8 * 1024)),
    "MB": (SIZE, Fraction(1024**2)),
    "GB": (SIZE, Fraction(1024**3)),
    "TB": (SIZE, Fraction(1024**4)),
    "us": (TIME, Fraction(1, 1000)),
    "ms": (TIME, Fraction(1)),
    "s": (TIME, Fraction(1000)),
    "min": (TIME, Fraction(60_000)),
    "h": (TIME, Fraction(3_600_000)),
    "d": (TIME, Fraction(86_400_000)),
}
WRITABLE = {kind: [unit for unit, (of, _factor) in UNITS.items() if of == kind and unit != "8kB"] for kind in (SIZE, TIME)}

QUANTITY = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*")
PREFIX = re.compile(r"\s*\((\w+)\)")

# pg_settings.unit of PostgreSQL 17, and what RDS's own parameters say in words ("in MB", "N minutes").
FALLBACK = {
    unit: frozenset(names.split())
    for unit, names in {
        "8kB": """backend_flush_after bgwriter_flush_after checkpoint_flush_after commit_timestamp_buffers
            effective_cache_size io_combine_limit min_parallel_index_scan_size min_parallel_table_scan_size
            multixact_member_buffers multixact_offset_buffers notify_buffers serializable_buffers shared_buffers
            subtransaction_buffers temp_buffers transaction_buffers wal_buffers wal_writer_flush_after""",
        "B": """log_parameter_max_length log_parameter_max_length_on_error track_activity_query_size
            wal_decode_buffer_size wal_segment_size""",
        "kB": """autovacuum_work_mem gin_pending_list_limit huge_page_size log_rotation_size log_temp_files
            logical_decoding_work_mem maintenance_work_mem max_stack_depth temp_file_limit
            vacuum_buffer_usage_limit wal_skip_threshold work_mem""",
        "MB": """max_slot_wal_keep_size max_wal_size min_dynamic_shared_memory min_wal_size rds.pg_stat_ramdisk_size
            wal_keep_size""",
        "ms": """autovacuum_vacuum_cost_delay bgwriter_delay client_connection_check_interval deadlock_timeout
            idle_in_transaction_session_timeout idle_session_timeout lock_timeout log_autovacuum_min_duration
            log_min_duration_sample log_min_duration_statement log_startup_progress_interval
            max_standby_archive_delay max_standby_streaming_delay recovery_min_apply_delay statement_timeout
            tcp_user_timeout transaction_timeout vacuum_cost_delay wal_receiver_timeout
            wal_retrieve_retry_interval wal_sender_timeout wal_writer_delay""",
        "s": """archive_timeout authentication_timeout autovacuum_naptime checkpoint_timeout checkpoint_warning
            post_auth_delay pre_auth_delay tcp_keepalives_idle tcp_keepalives_interval
            wal_receiver_status_interval""",
        "min": "log_rotation_age rds.log_retention_period wal_summary_keep_time",
    }.items()
}
SPELLINGS = {unit.lower(): unit for unit in UNITS}


def unit_of(name: str, description: str) -> str | None:
    """The unit in which RDS counts a parameter, None for one without.

    Raises LaunchError where description and table disagree: guessing would be wrong by a factor of 8 or 1024.
    """
    described = _described_unit(description)
    known = next((unit for unit, names in FALLBACK.items() if name in names), None)
    if described and known and described != known:
        raise LaunchError(
            f"RDS describes it in {described}, PostgreSQL 17 counts it in {known}.",
            option=f"parameters.{name}", remedy=f"Give it as a bare number in {described} with another tool, and report this.",
        )
    return described or known


def _described_unit(description: str) -> str | None:
    match = PREFIX.match(description)
    return SPELLINGS.get(match.group(1).lower()) if match else None


def convert(option: str, value: str, unit: str | None) -> str:
    """A value with a unit as RDS's bare number; anything else as it is.

    :arg option: where the value came from, for the error.
    Raises LaunchError for a unit of another kind and for a value that is no whole number of ``unit``.
    """
    match = QUANTITY.fullmatch(value)
    if match is None or match.group(2) not in UNITS:
        return _without_unit(option, value, unit)
    number, given = Fraction(match.group(1)), match.group(2)
    _refuse_other_kind(option, value, given, unit)
    count = number * UNITS[given][1] / UNITS[unit][1]
    if count.denominator != 1:
        raise LaunchError(
            f"it is counted in units of {unit}, and this is {float(count):g} of them.",
            option=option, value=value, remedy=f"Give a whole number of {unit}, such as {_nearest(count)} without a unit.",
        )
    return str(count.numerator)


def _without_unit(option: str, value: str, unit: str | None) -> str:
    """A number, a word or a formula; a number with letters that are no unit is a slip, where a unit is expected."""
    match = QUANTITY.fullmatch(value)
    if match and unit:
        raise LaunchError(
            f"{match.group(2)!r} is not a unit of PostgreSQL.", option=option, value=value, remedy=_use_one_of(unit),
        )
    return value.strip()


def _refuse_other_kind(option: str, value: str, given: str, unit: str | None) -> None:
    if unit is None:
        raise LaunchError("it has no unit.", option=option, value=value, remedy="Give a number alone.")
    if UNITS[given][0] != UNITS[unit][0]:
        raise LaunchError(
            f"it is a {UNITS[unit][0]}, and {given} is a unit of {UNITS[given][0]}.",
            option=option, value=value, remedy=_use_one_of(unit),
        )


def _use_one_of(unit: str) -> str:
    return f"Use {', '.join(WRITABLE[UNITS[unit][0]])}, or a number alone, which counts {unit}."


def _nearest(count: Fraction) -> int:
    return max(1, round(count))


def display(value: str | None, unit: str | None) -> str | None:
    """A value for people: "524288" of 8kB is "4GB (524288 x 8kB)"; what is no plain number stays as it is."""
    if value is None or unit is None or not re.fullmatch(r"[1-9]\d*", value):
        return value
    kind, factor = UNITS[unit]
    amount = int(value) * factor
    best = max((name for name in WRITABLE[kind] if (amount / UNITS[name][1]).denominator == 1), key=lambda name: UNITS[name][1])
    return f"{amount / UNITS[best][1]}{best} ({value} x {unit})"
