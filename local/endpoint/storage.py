# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage: what RDS for PostgreSQL accepts and what it fills in. Pure.

Source: Amazon RDS user guide, CHAP_Storage and USER_PIOPS.StorageTypes. From 400 GiB on, gp3 consists of four
striped volumes, with a larger baseline; below, IOPS and throughput are fixed and must not be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from local.endpoint.faults import invalid_combination, invalid_value

STRIPED_FROM = 400  # GiB
SIZES = {"gp2": (20, 65536), "gp3": (20, 65536), "io1": (100, 65536), "io2": (100, 65536), "standard": (5, 3072)}
SMALL_GP3 = (3000, 125)  # IOPS, MiB/s
LARGE_GP3 = (12000, 500)
LARGE_GP3_IOPS = (12000, 64000)
LARGE_GP3_THROUGHPUT = (500, 4000)  # MiB/s
PROVISIONED_IOPS = (1000, 256000)
MEMBERS = ("AllocatedStorage", "StorageType", "Iops", "StorageThroughput")


@dataclass(frozen=True)
class Storage:
    """Size in GiB, type, I/O operations a second and MiB a second; None where the type has no such figure."""

    size: int
    kind: str
    iops: int | None
    throughput: int | None

    def members(self) -> dict:
        """Return the members of the API's DBInstance."""
        return dict(zip(MEMBERS, (self.size, self.kind, self.iops, self.throughput), strict=True))

    @property
    def has_iops(self) -> bool:
        """Whether IOPS are the user's to choose, so that size and IOPS go together in a request."""
        return self.kind in ("io1", "io2") or (self.kind == "gp3" and self.size >= STRIPED_FROM)


def for_create(request: Mapping) -> Storage:
    """Return the storage of a new instance.

    Raises Fault: InvalidParameterValue or InvalidParameterCombination.
    """
    kind = request.get("StorageType") or ("io1" if request.get("Iops") else "gp2")
    if "AllocatedStorage" not in request:
        raise invalid_value("The parameter AllocatedStorage must be provided and must not be blank.")
    return _checked(request["AllocatedStorage"], kind, request.get("Iops"), request.get("StorageThroughput"))


def for_modify(current: Storage, request: Mapping) -> Storage:
    """Return the storage after a ModifyDBInstance; growth below 10 percent is rounded up, as RDS does.

    Raises Fault: InvalidParameterValue or InvalidParameterCombination, such as a smaller size.
    """
    size = _grown(current.size, request.get("AllocatedStorage", current.size))
    kind = request.get("StorageType", current.kind)
    _check_pair(current, request)
    same_tier = kind == current.kind and (size >= STRIPED_FROM) == (current.size >= STRIPED_FROM)
    keep = current if same_tier and current.has_iops else None
    iops = request.get("Iops", keep.iops if keep else None)
    throughput = request.get("StorageThroughput", keep.throughput if keep else None)
    return _checked(size, kind, iops, throughput)


def check_autoscaling(size: int, limit: int | None) -> None:
    """The limit of autoscaling leaves room for one step of 10 percent; equal to the size it turns it off."""
    if limit is not None and limit != size and limit * 10 < size * 11:
        raise invalid_combination("The maximum allocated storage must be increased by at least 10 percent.")


def _grown(current: int, wanted: int) -> int:
    if wanted < current:
        raise invalid_combination(
            f"Requested storage size {wanted} cannot be less than the current storage size {current}."
        )
    return wanted if wanted == current else max(wanted, ceil(current * 11 / 10))


def _check_pair(current: Storage, request: Mapping) -> None:
    if current.has_iops and ("AllocatedStorage" in request) != ("Iops" in request) and "StorageType" not in request:
        raise invalid_combination(
            "You must specify both the storage size and iops when modifying the storage size or iops on a DB instance that has iops."
        )


def _checked(size: int, kind: str, iops: int | None, throughput: int | None) -> Storage:
    if kind not in SIZES:
        raise invalid_value(f"Invalid storage type: {kind}")
    low, high = SIZES[kind]
    if not low <= size <= high:
        raise invalid_combination(f"Invalid storage size for engine name postgres and storage type {kind}: {size}")
    if kind == "gp3":
        return _gp3(size, iops, throughput)
    if throughput is not None:
        raise invalid_combination(f"You can't specify storage throughput for storage type {kind}.")
    return _provisioned(size, kind, iops) if kind in ("io1", "io2") else _plain(size, kind, iops)


def _plain(size: int, kind: str, iops: int | None) -> Storage:
    if iops is not None:
        raise invalid_combination(f"You can't specify IOPS for storage type {kind}.")
    return Storage(size, kind, None, None)


def _provisioned(size: int, kind: str, iops: int | None) -> Storage:
    if iops is None:
        raise invalid_combination(f"The storage type {kind} requires iops to be specified.")
    _check_range("IOPS", iops, PROVISIONED_IOPS)
    if not size <= iops * 2 or iops > size * 50:
        raise invalid_combination("The IOPS to GiB ratio must be between 0.5 and 50")
    return Storage(size, kind, iops, None)


def _gp3(size: int, iops: int | None, throughput: int | None) -> Storage:
    if size < STRIPED_FROM:
        if iops is not None or throughput is not None:
            raise invalid_combination(
                f"You can't specify IOPS or storage throughput for engine postgres and a storage size less than {STRIPED_FROM}."
            )
        return Storage(size, "gp3", *SMALL_GP3)
    iops, throughput = iops or LARGE_GP3[0], throughput or LARGE_GP3[1]
    _check_range("IOPS", iops, LARGE_GP3_IOPS)
    _check_range("storage throughput", throughput, LARGE_GP3_THROUGHPUT)
    if throughput * 4 > iops:
        raise invalid_combination("The storage throughput to IOPS ratio must not be more than 0.25")
    return Storage(size, "gp3", iops, throughput)


def _check_range(what: str, value: int, bounds: tuple[int, int]) -> None:
    if not bounds[0] <= value <= bounds[1]:
        raise invalid_combination(f"Invalid {what} {value}: allowed are {bounds[0]} to {bounds[1]}")
