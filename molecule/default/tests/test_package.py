# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a host asks the package archive: for a version that it has not, and else not.

The tests build on one another: the first takes the host's package lists away, the last has them back.
"""
from __future__ import annotations

import pytest

from tests.support.pool_host import changed, converge

INSTALL = "Install PgBouncer"
SERVICE = "Bring the running process in line with its files"
# apt can install only what is in its lists; without any, only what is installed.
TAKE_LISTS = "find /var/lib/apt/lists -maxdepth 1 -name '*_dists_*' -delete"
COUNT_LISTS = "find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -printf x | wc -c"
# What dpkg knows of the package, with a version of before: the archive has but one.
OLDER = "sed -i '/^Package: pgbouncer$/,/^$/ s/^Version: .*/Version: 1.24.1-1~older/' /var/lib/dpkg/status"


@pytest.fixture(scope="module")
def version(first):
    """The version that is installed, on a host without package lists."""
    first.check_output(TAKE_LISTS)
    return first.package("pgbouncer").version


def test_the_pinned_version_is_there_so_no_archive_is_asked(first, version):
    assert changed(converge(pgbouncer_package_version=f"{version}*")) == {}
    assert first.check_output(COUNT_LISTS) == "0"


def test_another_pinned_version_is_looked_for_in_the_archive(first, version):
    first.check_output(OLDER)
    assert set(changed(converge(pgbouncer_package_version=version))) - {SERVICE} == {INSTALL}
    assert first.package("pgbouncer").version == version
    assert first.check_output(COUNT_LISTS) != "0"
