# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who notices that a protection is gone: rules, comparison, proof, attacks.

    python -m tests.attacks.mutation            every mutant, by all four (make mutants)
    python -m tests.attacks.mutation NAME ...   these

Writes reports/attacks/mutants.txt and .json. Ends with 1 if a mutant goes unnoticed, or is named by something else than its cause.
"""
from __future__ import annotations

import collections
import contextlib
import dataclasses
import random
import re
import sys
import typing as t

from ansible_collections.launch.database.plugins.module_utils._postgres.attack import attempts
from ansible_collections.launch.database.plugins.module_utils._postgres.attack.judge import HELD
from ansible_collections.launch.database.plugins.module_utils._postgres.check.plan import causes_first, findings_of, load
from ansible_collections.launch.database.plugins.module_utils._postgres.check.prelude import with_prelude
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import pack, pack_located
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import Live, catalogs_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import load as expected
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.plan import outcome
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import queries
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import pin, rows_now
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from local.modules import run_module
from local.schema import MASTER
from tests.attacks import report
from tests.attacks.mutants import MUTANTS, NAMED_LATER, UNNOTICED, Mutant
from tests.attacks.seed import seed
from tests.attacks.world import A, ACTOR, B, LOGINS, SUPERUSER, World, world
from tests.support.platform import CHECKS
from tests.support.postgres import Database

VERSION = 170000
RULES, COMPARISON, PROOF, ATTACKS = "rules", "comparison", "proof", "attacks"
# In the order in which playbooks run them: the first that finds something is what people read.
MECHANISMS = (RULES, COMPARISON, PROOF, ATTACKS)
_OURS = (SUPERUSER, *(login for login in LOGINS.values() if not login.startswith("launch_")))
NOT_OURS = [
    {"pattern": pattern.format(name), "reason": "this test's"}
    for name in _OURS for pattern in ("role {}", "membership {} in *", "membership * in {}", "setting of {}")
]
EXCEPTIONS = [{"rule": "R26", "object": SUPERUSER, "owner": "the tests", "reason": "makes the mutants", "expires": "2999-12-31"}]
# What a server has that no copy of a database holds.
_SERVER = """
select md5(string_agg(x, '|' order by x)) from (
  select rolname || rolsuper || rolinherit || rolcreaterole || rolcreatedb || rolcanlogin || rolreplication || rolbypassrls || rolconnlimit
         || coalesce(rolvaliduntil::text, '') from pg_authid
  union all select roleid::regrole::text || member::regrole || admin_option || inherit_option || set_option from pg_auth_members
  union all select setrole::text || setconfig::text from pg_db_role_setting where setdatabase = 0
  union all select parname || paracl::text from pg_parameter_acl
  union all select spcname || coalesce(spcacl::text, '') from pg_tablespace
) s (x)"""


@dataclasses.dataclass(frozen=True)
class Noticed:
    """What the mechanisms said of a mutant.

    :arg found: by mechanism, what it found, the first first; a mechanism that was not asked is not in it.
    """

    name: str
    mutant: Mutant
    found: t.Mapping[str, t.Sequence[str]]

    @property
    def by(self) -> list[str]:
        return [mechanism for mechanism in MECHANISMS if self.found.get(mechanism)]

    @property
    def first(self) -> str:
        """What people read first."""
        return next((self.found[mechanism][0] for mechanism in self.by), "")

    @property
    def is_named(self) -> bool:
        """Whether the cause is in what people read first; in what they read at all, where a reason is given."""
        read = [self.first] if self.name not in NAMED_LATER else [each for found in self.found.values() for each in found]
        return any(_whole(word).search(each) for each in read for word in self.mutant.words)


def _whole(word: str) -> re.Pattern[str]:
    """The word by itself: a schema's name is in those of all its tables."""
    return re.compile(rf"(?<!\w){re.escape(word)}" + ("" if "." in word else r"(?![\w.])"))


class Watch:
    """The four mechanisms as the playbooks run them, on a copy of the database."""

    def __init__(self, world: World, database: Database) -> None:
        self._world, self._database = world, database
        self._connection = {
            "login_host": world.server.address, "login_port": world.server.port, "login_db": database.name,
            "ca_cert": str(world.server.ca_file), "ssl_mode": "verify-full", "connect_timeout": 10,
        }

    def ask(self, mechanism: str) -> list[str]:
        return {RULES: self._rules, COMPARISON: self._comparison, PROOF: self._proof, ATTACKS: self._attacks}[mechanism]()

    def _module(self, name: str, user: str, **options: t.Any) -> dict[str, t.Any]:
        return run_module(name, {**self._connection, "login_user": user, "login_password": self._database.passwords[user], **options})

    def _rules(self) -> list[str]:
        answer = self._module(
            "postgres_check", MASTER, path=str(CHECKS), checks=pack({path.name: path.read_bytes() for path in CHECKS.glob("*.sql")}),
            names=self._world.system.names, exceptions=EXCEPTIONS)
        if "findings" not in answer:
            return [answer["msg"]]
        found = [_finding(each) for each in answer["findings"] if each["severity"] == "error"]
        return found + [f"unknown: {rule} applies to nothing" for rule in answer["not_applicable"]]

    def _comparison(self) -> list[str]:
        locations, folder = self._world.system.migrations, self._world.system.folder
        answer = self._module(
            "postgres_schema", MASTER, expected="17.txt", catalogs=pack({path.name: path.read_bytes() for path in folder.glob("*.txt")}),
            locations=list(locations), scripts=pack_located(locations), placeholders={"master": MASTER}, not_ours=NOT_OURS, fail_on="never")
        found = [f"{each['object']}: {each['attribute']}" for each in answer.get("differences", ())] + answer.get("unmodelled", [])
        return found or ([] if answer.get("verdict") == "clean" else [answer.get("msg") or "unknown: " + " ".join(answer.get("reasons", ()))])

    def _proof(self) -> list[str]:
        answer = self._module(
            "postgres_isolation_check", LOGINS[attempts.RW], tenants=[A, B], actor=ACTOR, strength="signed", key=self._world.key.text,
            names=self._world.system.names)
        return [answer["msg"]] if answer.get("failed") else list(answer["not_proved"])

    def _attacks(self) -> list[str]:
        found = []
        try:
            with self._world.attackers(self._database) as attackers:
                for number, attempt in enumerate(attempts.ATTEMPTS):
                    # Each in one of its roles, in turn: all of them take twice the time, and find little more.
                    tried = attackers[attempt.roles[number % len(attempt.roles)]].attempt(attempt)
                    if tried.verdict != HELD:
                        found.append(tried.sentence)
        except Exception as error:  # a login that is not let in, a connection that breaks: whatever it is, it is not as it was
            found.append(f"{type(error).__name__}: {' '.join(str(error).split())}")
        return found


class Beside:
    """Rules and comparison in the mutant's own transaction, which is rolled back: in a fraction of the time, and with nothing to give back."""

    def __init__(self, world: World, connection: t.Any, database: Database) -> None:
        self._session, self._names, self._database = Session(connection), world.names, database
        self._checks = load({path.name: path.read_bytes() for path in CHECKS.glob("*.sql")})
        files = {path.name: path.read_bytes() for path in world.system.folder.glob("*.txt")}
        self._expected = expected(files, {"master": MASTER})

    def notice(self, name: str) -> Noticed:
        session, mutant = self._session, MUTANTS[name]
        try:
            session.execute(statements_of(mutant, self._database).removesuffix("; commit"))
            return Noticed(name, mutant, {RULES: self._rules(), COMPARISON: self._comparison()})
        finally:
            session.execute("rollback")

    def _rules(self) -> list[str]:
        self._session.execute("set local search_path = pg_catalog, pg_temp")
        found = [each for check in self._checks for each in findings_of(check, *self._session.table(with_prelude(check.query, self._names)))[0]]
        return [_finding(vars(each)) for each in causes_first(found) if each.severity == "error" and each.object not in _OURS]

    def _comparison(self) -> list[str]:
        pin(self._session)
        live = Live(VERSION, "UTF8", catalogs_of(rows_now(self._session, queries(VERSION))))
        found = outcome(self._expected, live, [pattern["pattern"] for pattern in NOT_OURS], None)
        return [f"{each.object}: {each.attribute}" for each in found.differences] + list(found.unmodelled)


def _finding(found: t.Mapping[str, t.Any]) -> str:
    return f"{found['rule']}: {found['object']}: {found['detail']}"


def third(drawn_by: int) -> list[str]:
    """The mutants of one run of the tests."""
    return sorted(random.Random(drawn_by).sample(sorted(MUTANTS), len(MUTANTS) // 3))


def notice(world: World, name: str, mechanisms: t.Sequence[str] = MECHANISMS, beside: Beside | None = None) -> Noticed:
    """Make a mutant of a copy, and ask the mechanisms.

    :arg beside: where rules and comparison are asked in the mutant's transaction, instead of as modules.
    """
    mutant = MUTANTS[name]
    found = dict(beside.notice(name).found) if beside else {}
    with world.copy() as database, contextlib.closing(world.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(_SERVER)
        before = cursor.fetchone()
        try:
            cursor.execute(statements_of(mutant, database))
            watch = Watch(world, database)
            found |= {mechanism: watch.ask(mechanism) for mechanism in mechanisms if mechanism not in found}
        finally:
            cursor.execute("rollback; set session authorization default; reset role; set session_replication_role = origin; set row_security = on")
            if mutant.undo:
                cursor.execute(mutant.undo)
            cursor.execute(_SERVER)
            assert cursor.fetchone() == before, f"{name} leaves something in the server"
    return Noticed(name, mutant, found)


def unnoticed(world: World, name: str) -> Noticed:
    """What the four say of something that none of them has to find."""
    with world.copy() as database, contextlib.closing(world.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(UNNOTICED[name][0])
        watch = Watch(world, database)
        return Noticed(name, Mutant("unnoticed", *UNNOTICED[name]), {mechanism: watch.ask(mechanism) for mechanism in MECHANISMS})


def statements_of(mutant: Mutant, database: Database) -> str:
    """As they are run, in one transaction."""
    return re.sub(r"\breplayed\b", database.name, f"begin; set local allow_system_table_mods = on; {mutant.statements}; commit")


def publish(noticed: t.Sequence[Noticed]) -> str:
    """Write the tables."""
    kinds: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for each in noticed:
        kinds[each.mutant.kind].update(["made", *each.by, *(["one only"] if len(each.by) == 1 else []), *([] if each.by else ["nobody"]),
                                        *([] if each.is_named or not each.by else ["misnamed"])])
    heads = ("made", *MECHANISMS, "one only", "nobody", "misnamed")
    rows = [(kind, *(counts[head] for head in heads)) for kind, counts in sorted(kinds.items())]
    rows.append(("all", *(sum(counts[head] for counts in kinds.values()) for head in heads)))
    alone = collections.Counter(each.by[0] for each in noticed if len(each.by) == 1)
    text = report.as_text(("kind", *heads), rows)
    text += "\nHang on one mechanism only: " + ", ".join(f"{mechanism} {alone[mechanism]}" for mechanism in MECHANISMS) + "\n"
    later = [each.name for each in noticed if each.name in NAMED_LATER]
    text += "".join(f"{name}: named, but not first: {NAMED_LATER[name]}\n" for name in later)
    text += "".join(f"to be noticed by none of them: {name}: {reason}\n" for name, (_statements, reason) in UNNOTICED.items())
    text += "".join(f"{each.name}: by nobody\n" for each in noticed if not each.by)
    text += "".join(f"{each.name}: named as {each.first!r}, not {each.mutant.object!r}\n" for each in noticed if each.by and not each.is_named)
    report.write("mutants", text, [
        {
            "name": each.name, "kind": each.mutant.kind, "object": each.mutant.object, "by": each.by,
            "first": {mechanism: found[0] for mechanism, found in each.found.items() if found},
        }
        for each in noticed
    ])
    return text


def main(names: list[str]) -> int:
    noticed = []
    with world() as made, made.copy() as copy, contextlib.closing(made.connect(copy)) as connection:
        beside = Beside(made, connection, copy)
        for name in names or random.Random(seed()).sample(sorted(MUTANTS), len(MUTANTS)):
            noticed.append(notice(made, name, beside=beside))
            last = noticed[-1]
            print(f"{len(noticed)}. {name}: {', '.join(last.by) or 'NOBODY'}: {'' if last.is_named else 'NAMED OTHERWISE: '}{last.first}"[:200], flush=True)
            if len(noticed) % 20 == 0:
                publish(noticed)
    print(publish(noticed))
    return int(not all(each.by and each.is_named for each in noticed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
