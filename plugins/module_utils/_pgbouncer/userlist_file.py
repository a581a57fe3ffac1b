# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PgBouncer's list of users on the host.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import grp
import os
import pwd
import stat
import tempfile
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._pgbouncer.userlist import Access, Userlist, changed, parse, plan_userlist
from ansible_collections.launch.database.plugins.module_utils._plan import Plan


@dataclasses.dataclass(frozen=True)
class UserlistFile:
    """The job of pgbouncer_userlist.

    :arg users: verifier by name, as desired_users() gives them.
    """

    path: str
    users: t.Mapping[str, str | None] = dataclasses.field(repr=False)
    access: Access

    def read(self) -> Userlist:
        return read(self.path)

    def plan(self, actual: Userlist) -> Plan:
        return plan_userlist(self.path, self.users, self.access, actual)

    def apply(self, plan: Plan, actual: Userlist) -> None:
        """One write, or none where a verifier is not known yet."""
        made = changed(plan, actual, list(self.users), self.access)
        if plan.changed:
            write(self.path, made.text or "", made.access or self.access)

    @staticmethod
    def result(actual: Userlist) -> dict[str, t.Any]:
        """What the module returns."""
        return {"users": sorted(parse(actual.text or ""))}


def read(path: str) -> Userlist:
    """The file as it is."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            found = os.fstat(file.fileno())
            return Userlist(file.read(), Access(_name(pwd.getpwuid, found.st_uid), _name(grp.getgrgid, found.st_gid), f"{stat.S_IMODE(found.st_mode):04o}"))
    except FileNotFoundError:
        return Userlist()


def write(path: str, text: str, access: Access) -> None:
    """Put another file in its place: nobody ever reads half of it, nor one that is open to others."""
    owner, group = _id("owner", access.owner, pwd.getpwnam, "pw_uid"), _id("group", access.group, grp.getgrnam, "gr_gid")
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".userlist-")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchown(file.fileno(), owner, group)
            os.fchmod(file.fileno(), int(access.mode, 8))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _name(find: t.Callable[[int], t.Any], number: int) -> str:
    """The first field of either database is the name; one that nobody has stays a number."""
    try:
        return find(number)[0]
    except KeyError:
        return str(number)


def _id(option: str, name: str, find: t.Callable[[str], t.Any], field: str) -> int:
    try:
        return getattr(find(name), field)
    except KeyError:
        raise LaunchError("it is not known on this host.", option=option, value=name, remedy="Give one that the package of PgBouncer made.") from None
