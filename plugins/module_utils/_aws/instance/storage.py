# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of storage, in GiB, IOPS and MiB/s.

Source: RDS user guide, "Amazon RDS DB instance storage" (gp3 for PostgreSQL) and "Working with storage".

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError

SMALLEST, LARGEST = 20, 65536
# From this size on RDS stripes gp3 over four volumes, and only then performance can be chosen.
STRIPED = 400
SMALL_BASELINE = {"iops": 3000, "storage_throughput": 125}
STRIPED_BASELINE = {"iops": 12000, "storage_throughput": 500}
STRIPED_MOST = {"iops": 64000, "storage_throughput": 4000}
IOPS_PER_GIB = 500
IOPS_PER_MIBPS = 4
GROWTH_PERCENT = 10
PROVISIONED = ("io1", "io2")
Options = t.Mapping[str, t.Any]


def problems(options: Options) -> list[LaunchError]:
    """What RDS would refuse in a description of storage; pieces that are not known are not judged.

    :arg options: allocated_storage, storage_type, iops, storage_throughput, max_allocated_storage.
    """
    found = []
    size = options.get("allocated_storage")
    if size is not None and not SMALLEST <= size <= LARGEST:
        found.append(_refusal("allocated_storage", size, "RDS takes 20 to 65536 GiB.", "Choose a size in between."))
    found += _autoscaling(size, options.get("max_allocated_storage"))
    if options.get("storage_type") == "gp3" and size is not None:
        found += _striped(size, options) if size >= STRIPED else _small(options)
    if options.get("storage_type") in PROVISIONED and options.get("iops") is None:
        found.append(_refusal("iops", None, f"{options['storage_type']} needs it.", "Give a number of IOPS."))
    return found


def _refusal(option: str, value: t.Any, problem: str, remedy: str) -> LaunchError:
    return LaunchError(problem, option=option, value=value, remedy=remedy)


def _autoscaling(size: int | None, most: int | None) -> list[LaunchError]:
    # The same number on both sides switches autoscaling off; between that and 110 % RDS refuses.
    if size is None or most is None or most == size or most * 100 >= size * (100 + GROWTH_PERCENT):
        return []
    return [_refusal("max_allocated_storage", most, f"it has to be at least 10 % more than allocated_storage ({size}).",
                     f"Give {-(-size * 110 // 100)} or more, or {size} for no autoscaling.")]


def _small(options: Options) -> list[LaunchError]:
    return [
        _refusal(option, options[option], f"gp3 below {STRIPED} GiB has {baseline}, and nothing else.",
                 f"Leave it unset, or take {STRIPED} GiB.")
        for option, baseline in SMALL_BASELINE.items()
        if options.get(option) not in (None, baseline)
    ]


def _striped(size: int, options: Options) -> list[LaunchError]:
    found = [
        _refusal(option, options[option], f"gp3 from {STRIPED} GiB on takes {least} to {STRIPED_MOST[option]}.", "Choose one in between.")
        for option, least in STRIPED_BASELINE.items()
        if options.get(option) is not None and not least <= options[option] <= STRIPED_MOST[option]
    ]
    iops = options.get("iops") or STRIPED_BASELINE["iops"]
    throughput = options.get("storage_throughput") or STRIPED_BASELINE["storage_throughput"]
    if iops > size * IOPS_PER_GIB:
        found.append(_refusal("iops", iops, f"gp3 gives {IOPS_PER_GIB} IOPS per GiB at most.", f"Give at most {size * IOPS_PER_GIB}."))
    if throughput * IOPS_PER_MIBPS > iops:
        found.append(_refusal("storage_throughput", throughput, "gp3 needs 4 IOPS for each MiB/s.",
                              f"Give at most {iops // IOPS_PER_MIBPS}, or at least {throughput * IOPS_PER_MIBPS} iops."))
    return found


def growth_problem(wanted: int, now: int, scales: bool) -> LaunchError | None:
    """The refusal of a change of size; None where it may be, or where there is nothing to do.

    :arg scales: RDS may have grown the storage by itself; the size asked for is a minimum then.
    """
    if wanted < now and not scales:
        return _refusal("allocated_storage", wanted, f"it has {now} GiB, and RDS never shrinks storage.",
                        f"Give {now}, or move the data to a new instance.")
    if wanted > now and wanted * 100 < now * (100 + GROWTH_PERCENT):
        return _refusal("allocated_storage", wanted, f"it has {now} GiB, and RDS grows by at least 10 %.",
                        f"Give {-(-now * 110 // 100)} or more.")
    return None


def is_fixed(options: Options) -> bool:
    """Whether RDS is never to grow the storage by itself."""
    return options.get("max_allocated_storage") is not None and options["max_allocated_storage"] == options.get("allocated_storage")


def performance_is_fixed(storage_type: str | None, size: int | None) -> bool:
    """Whether RDS refuses IOPS and throughput altogether."""
    return storage_type == "gp2" or (storage_type == "gp3" and (size or 0) < STRIPED)


def arguments(final: Options) -> dict[str, t.Any]:
    """The options that go into one call for such storage: all of them or, where RDS fixes the performance, the size.

    :arg final: allocated_storage, storage_type, iops and storage_throughput as they are to be.
    """
    options = ["allocated_storage", "storage_type"]
    if not performance_is_fixed(final.get("storage_type"), final.get("allocated_storage")):
        options += ["iops", "storage_throughput"] if final.get("storage_type") == "gp3" else ["iops"]
    return {option: final[option] for option in options if final.get(option) is not None}
