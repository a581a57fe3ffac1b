# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.schema.facts import attributes, catalogs_of
from ansible_collections.launch.database.plugins.module_utils._postgres.schema.queries import KNOWN_CATALOGS, queries

NOTHING = {kind: [] for kind in queries(170000)}


def relation(oid, name, parent=None, **attributes):
    return {"name": name, "_oid": oid, "_part": parent is not None, "_relkind": "r", "_parent_oid": parent, "owner": "o", **attributes}


def part(kind, of, name, parent=0, **attributes):
    return {"name": f"{of[1]}.{name}", "_rel": of[0], "_own_name": name, "_column": name, "_parent": parent, "_type": "c", **attributes}


LOG, JAN, FEB = (1, "a.log"), (2, "a.log_jan"), (3, "a.log_feb")


def shapes(**rows):
    given = {"relation": [relation(*LOG), relation(*JAN, parent=1), relation(*FEB, parent=1)], **rows}
    catalogs = catalogs_of({**NOTHING, **given})
    return {tuple(catalogs.partitions[name]): found for name, found in catalogs.facts.items() if name.startswith("partitions ")}


@pytest.mark.parametrize(("row", "found"), [
    ({"name": "x", "_oid": 1, "owner": "o", "leakproof": False, "strict": True, "config": None}, {"owner": "o", "strict": "yes"}),
    ({"name": "x", "acl": {"r": "SELECT", "PUBLIC": "USAGE"}}, {"acl r": "SELECT", "acl PUBLIC": "USAGE"}),
    ({"name": "x", "cost": 10.0, "rows": 0.5, "minimum": 0}, {"cost": "10", "rows": "0.5", "minimum": "0"}),
    # A dump and an upgrade write it otherwise than it was written first.
    ({"name": "x", "definition": "CHECK (((a)::text = ANY ((ARRAY['b'::character varying, 'c'::character varying])::text[])))"},
     {"definition": "CHECK (((a)::text = ANY (ARRAY[('b'::character varying)::text, ('c'::character varying)::text])))"}),
    # In a body it is somebody's text, and nobody rewrites it.
    ({"name": "x", "body": "SELECT (ARRAY['b'::character varying])::text[]"}, {"body": "SELECT (ARRAY['b'::character varying])::text[]"}),
])
def test_attributes_without_what_is_as_by_default(row, found):
    assert attributes(row) == found


def test_partitions_that_are_alike_are_one_shape():
    columns = [part("column", of, "id", type="text") for of in (LOG, JAN, FEB)]
    indexes = [part("index", JAN, "log_jan_idx", parent=9, definition="ON a.log_jan"), part("index", FEB, "log_feb_idx", parent=9, definition="ON a.log_feb")]
    assert shapes(column=columns, index=indexes) == {("a.log_feb", "a.log_jan"): {"owner": "o"}}


@pytest.mark.parametrize(("kind", "row", "found"), [
    ("column", part("column", JAN, "x", type="text"), {"column x type": "text"}),
    ("policy", part("policy", JAN, "open", using="true"), {"own policy open using": "true"}),
    ("trigger", part("trigger", JAN, "audit", parent=7, definition="ON a.log_jan", state="disabled"), {"inherited trigger audit state": "disabled"}),
    ("constraint", part("constraint", JAN, "log_jan_fk", parent=7, definition="x", triggers="D"), {"inherited constraint <partition>_fk triggers": "D"}),
    ("constraint", part("constraint", JAN, "c", definition="CHECK (a.log_jan)"), {"own constraint c definition": "CHECK (<partition>)"}),
    ("index", part("index", JAN, "log_jan_i", definition="ON a.log_jan (x)"), {"own index <partition>_i definition": "ON <partition> (x)"}),
    ("index", part("index", JAN, "i", parent=9, definition="x", invalid=True), {"inherited index invalid": "yes"}),
])
def test_what_a_partition_has_of_its_own_is_another_shape(kind, row, found):
    assert shapes(**{kind: [row]}) == {("a.log_feb",): {"owner": "o"}, ("a.log_jan",): {"owner": "o", **found}}


def test_a_check_of_the_parents_is_no_partitions_own():
    assert shapes(constraint=[part("constraint", of, "c", definition="CHECK (x)") for of in (LOG, JAN, FEB)]) == {("a.log_feb", "a.log_jan"): {"owner": "o"}}


def test_what_nobody_models_is_named():
    found = catalogs_of({**NOTHING, "unmodelled": [{"name": "operator class a.b"}], "catalog": [{"name": "pg_class"}, {"name": "pg_secret"}]})
    assert list(found.unmodelled) == ["catalog pg_secret", "operator class a.b"] and "pg_class" in KNOWN_CATALOGS


@pytest.mark.parametrize(("version", "expected"), [(150004, False), (170012, True)])
def test_queries_ask_only_for_what_the_version_has(version, expected):
    assert ("inherit_option" in queries(version)["membership"]) is expected
    assert "conenforced" not in queries(version)["constraint"] and "conenforced" in queries(180000)["constraint"]
