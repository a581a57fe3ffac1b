# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PgBouncer's list of users: its text, and what to do about it; pure.

The format: "Authentication file format" in PgBouncer's documentation.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import HIDDEN, Change, Plan
from ansible_collections.launch.database.plugins.module_utils._scram import is_verifier

_ENTRY = re.compile(r'^"((?:[^"]|"")*)"\s+"((?:[^"]|"")*)"', re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclasses.dataclass(frozen=True)
class Access:
    """Who may read a file.

    :arg mode: in octal, as in "0640".
    """

    owner: str
    group: str
    mode: str


@dataclasses.dataclass(frozen=True)
class Userlist:
    """The file as it is; None where there is none."""

    text: str | None = dataclasses.field(default=None, repr=False)
    access: Access | None = None


@dataclasses.dataclass(frozen=True)
class Entry:
    """A user as the file is to have it; the verifier is None where its secret does not exist yet."""

    name: str
    verifier: str | None = dataclasses.field(repr=False)


def desired_users(users: t.Sequence[t.Mapping[str, t.Any]], missing_secrets: t.Container[str]) -> dict[str, str | None]:
    """Verifier by name, None where its secret does not exist yet. LaunchErrors for what makes no user; never with a verifier.

    :arg users: of the option ``users``.
    """
    errors, found = [], {}
    for index, user in enumerate(users):
        try:
            name = _name(user["name"], found, f"users[{index}].name")
            found[name] = _verifier(user, missing_secrets, f"users[{index}]")
        except LaunchError as error:
            errors.append(error)
    raise_all(errors)
    return found


def render(users: t.Mapping[str, str]) -> str:
    """The text of the file."""
    return "".join('"{}" "{}"\n'.format(name.replace('"', '""'), verifier) for name, verifier in users.items())


def parse(text: str) -> dict[str, str]:
    """Verifier by name; what PgBouncer would not take for an entry is left out."""
    return {name.replace('""', '"'): verifier for name, verifier in _ENTRY.findall(text)}


def plan_userlist(path: str, users: t.Mapping[str, str | None], access: Access, actual: Userlist) -> Plan:
    """Who comes, goes and gets another verifier, which is never shown, and who may read the file."""
    known = parse(actual.text or "")
    changes = [
        Change("update" if name in known else "create", f"users.{name}", HIDDEN if name in known else None, HIDDEN, payload=Entry(name, verifier))
        for name, verifier in users.items() if verifier is None or known.get(name) != verifier
    ]
    changes += [Change("delete", f"users.{name}", HIDDEN, None, payload=name) for name in known if name not in users]
    if not changes and actual.text != render(t.cast("dict[str, str]", users)):
        changes.append(Change("update", "layout", None if actual.text is None else "somebody else's", "of this module"))
    if actual.access is not None:
        before, after = dataclasses.asdict(actual.access), dataclasses.asdict(access)
        changes += [
            Change("update", f"file.{name}", before[name], after[name], payload={name: after[name]}) for name in after if before[name] != after[name]
        ]
    return Plan(f"users of {path}", tuple(changes))


def changed(plan: Plan, actual: Userlist, order: t.Sequence[str], access: Access) -> Userlist:
    """The file when a plan is carried out. LaunchErrors for verifiers that are not known yet.

    :arg order: of the names in the file.
    :arg access: of a new file.
    """
    payloads = plan.payloads("create", "update")
    entries = [payload for payload in payloads if isinstance(payload, Entry)]
    raise_all([_unknown(entry.name) for entry in entries if entry.verifier is None])
    gone = plan.payloads("delete")
    verifiers = {name: verifier for name, verifier in parse(actual.text or "").items() if name not in gone}
    verifiers |= {entry.name: t.cast("str", entry.verifier) for entry in entries}
    names = [name for name in order if name in verifiers] + [name for name in verifiers if name not in order]
    fields = {name: value for payload in payloads if isinstance(payload, dict) for name, value in payload.items()}
    return Userlist(render({name: verifiers[name] for name in names}), dataclasses.replace(actual.access or access, **fields))


def _unknown(name: str) -> LaunchError:
    return LaunchError(
        f"the verifier of {name!r} is not known: its secret does not exist.", option="users",
        remedy="Create it with launch.database.db_secret, or check its name and the region in secret_source. Nothing was changed.",
    )


def _name(name: str, seen: t.Container[str], option: str) -> str:
    if not name or _CONTROL.search(name):
        raise LaunchError("it is not the name of a user.", option=option, value=name, remedy="Give the name of a role of the server.")
    if name in seen:
        raise LaunchError("it is named more than once.", option=option, value=name, remedy="Name it once.")
    return name


def _verifier(user: t.Mapping[str, t.Any], missing_secrets: t.Container[str], option: str) -> str | None:
    verifier, secret = user.get("verifier"), user.get("secret")
    if verifier is None and secret in missing_secrets:
        return None
    if verifier is None:
        raise LaunchError("it was not read: the module itself reads no secret.", option=f"{option}.secret", value=secret,
                          remedy="Run it as launch.database.pgbouncer_userlist, whose action plugin reads the secret on the controller.")
    if not is_verifier(verifier):
        raise LaunchError(f"the verifier of {user['name']!r} is not one of PostgreSQL's (it is not shown here).", option=option,
                          remedy="Give what PostgreSQL stores for its password, SCRAM-SHA-256$...; never the password.")
    return verifier
