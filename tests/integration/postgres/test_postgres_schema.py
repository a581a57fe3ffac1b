# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any database against a text that was made of it. What launch's text says is tested in tests/integration/schema."""
from __future__ import annotations

import contextlib
import dataclasses

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.read import read
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.text import Header, write
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session
from tests.integration.postgres.modules import as_scripts
from tests.support.postgres import MASTER

# Roles are the whole server's, and other tests make some.
ROLES = [{"pattern": pattern, "reason": "of other tests"} for pattern in ("role *", "membership *", "setting *")]
MADE = """\
CREATE TABLE orders (id integer PRIMARY KEY, total numeric CHECK (total >= 0));
CREATE VIEW totals WITH (security_invoker) AS SELECT sum(total) FROM orders;
CREATE FUNCTION double(value integer) RETURNS integer LANGUAGE sql RETURN value * 2;"""


def text_of(target, names):
    """What there is now, as an expected catalog of a system of other names."""
    there = dataclasses.replace(target.database, name=target.name)
    with contextlib.closing(there.connect(target.user)) as connection:
        connection.autocommit = True
        facts = {name: found for name, found in read(Session(connection)).catalogs.facts.items() if not name.startswith(("role ", "membership ", "setting "))}
    return write(Header("17", "UTF8", tuple(names)), facts, names)


def compare(target, text, **options):
    return target.run("postgres_schema", **{"expected": "x.txt", "catalogs": as_scripts({"x.txt": text}), "not_ours": ROLES, **options})


def test_a_database_is_what_it_was(target):
    target.execute(MADE)
    outcome = compare(target, text_of(target, {}))
    assert (outcome["verdict"], outcome["differences"], outcome["changed"], outcome["plan"], outcome["pending"]) == ("clean", [], False, [], [])
    assert (outcome["compared"]["table"], outcome["compared"]["view"], outcome["compared"]["function"]) == (1, 1, 1)


@pytest.mark.parametrize(("statement", "said"), [
    ("ALTER TABLE orders ADD note text", "column public.orders.note: existence: expected not there, found there"),
    ("ALTER VIEW totals SET (security_invoker = off)", "view public.totals: option security_invoker: expected true, found off"),
    ("GRANT SELECT ON totals TO PUBLIC", "view public.totals: acl PUBLIC: expected nothing, found SELECT"),
    ("DROP FUNCTION double(integer)", "function public.double(integer): existence: expected there, found missing"),
    (
        "CREATE OR REPLACE FUNCTION double(value integer) RETURNS integer LANGUAGE sql RETURN value * 3",
        "function public.double(integer): body: expected RETURN (value * 2), found RETURN (value * 3)",
    ),
])
def test_what_was_done_since_is_the_only_difference(target, statement, said):
    target.execute(MADE)
    text = text_of(target, {})
    target.execute(statement)
    outcome = compare(target, text)
    assert (outcome["failed"], outcome["msg"]) == (True, said)


def test_a_system_of_other_names(target, names):
    """The text has placeholders; what they stand for is an option of each run."""
    owner = names("owner")
    target.execute(f"CREATE ROLE {owner}; GRANT {owner} TO {MASTER}; GRANT CREATE ON SCHEMA public TO {owner}; SET ROLE {owner}; {MADE}")
    text = text_of(target, {"owner": owner, "master": MASTER})
    assert owner not in text and MASTER not in text and "table public.orders | owner | ${owner}" in text
    given = {"names": {"owner": owner}, "placeholders": {"master": MASTER}}
    assert compare(target, text, **given)["verdict"] == "clean"
    other = compare(target, text, fail_on="never", **{**given, "names": {"owner": "somebody"}})
    assert {"object": "table public.orders", "attribute": "owner", "expected": "somebody", "actual": owner}.items() <= next(
        each for each in other["differences"] if each["object"] == "table public.orders").items()


@pytest.mark.parametrize(("options", "problem"), [
    ({}, "placeholders: "),
    ({"names": {}, "placeholders": {"owner": "x"}}, "placeholders.owner: "),
    ({"names": {}, "placeholders": {"master": "m"}, "not_ours": [{"pattern": "table x", "reason": ""}]}, "not_ours[0].reason: "),
    ({"names": {}, "placeholders": {"master": "m"}, "catalogs": []}, "expected: "),
])
def test_options_that_make_no_sense_are_refused_before_anything_is_read(target, options, problem):
    text = "# format: 1\n# server: 17\n# encoding: UTF8\n\nrole ${master} | kind | login\nrole ${owner} | kind | group\n"
    outcome = compare(target, text, login_port=1, **options)
    assert outcome["failed"] and outcome["msg"].startswith(problem)
