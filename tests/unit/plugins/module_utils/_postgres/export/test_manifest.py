# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import json

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.export import manifest
from ansible_collections.launch.database.plugins.module_utils._postgres.export.manifest import Digest, Exported, Manifest, Migration, Reference
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history_row import HistoryRow

TABLE = Exported("app", "a", "tenant_id", (("id", "text"), ("tenant_id", "text")), "0001_app.a.copy", Digest(2, 9, "0" * 64), True)
LOG = dataclasses.replace(TABLE, schema="audit", name="log", file="0002_audit.log.copy", restored=False)
EXPORT = Manifest("T", "2026-03-01T09:30:00Z", "A", "launch", "17.6", (Migration("V1__a.sql", "1", 7), Migration("R__b.sql", None, -3)), (TABLE, LOG))
REFERENCE = Reference("app.a", ("plan",), "app", "plans", ("id",), ((("1",), "0" * 64),))


def sealed(*without, **changes):
    """A manifest that somebody changed and gave a new fingerprint."""
    content = {name: value for name, value in json.loads(manifest.write(EXPORT)).items() if name not in ("sha256", *without)} | changes
    return json.dumps({**content, "sha256": manifest._fingerprint(content)}).encode()


def test_a_manifest_is_read_as_it_was_written():
    assert manifest.read(manifest.write(EXPORT), "path", "/x") == EXPORT
    assert manifest.read(manifest.write(dataclasses.replace(EXPORT, log_from="2026-01-01")), "path", "/x").log_from == "2026-01-01"
    referring = dataclasses.replace(EXPORT, references=(REFERENCE,))
    assert manifest.read(manifest.write(referring), "path", "/x") == referring
    assert EXPORT.rows == {"app.a": 2} and TABLE.place == 1


def test_one_that_was_made_before_references_were_kept_is_read():
    assert manifest.read(sealed("references"), "path", "/x") == EXPORT


TABLES = json.loads(manifest.write(EXPORT))["tables"]


@pytest.mark.parametrize(("content", "words"), [
    (b"", "is none"), (b"\xff", "is none"), (b"[]", "is none"), (b"3", "is none"), (b"{}", "is none"), (b'{"format": 1}', "is none"),
    (manifest.write(EXPORT)[:-3], "is none"),
    (manifest.write(EXPORT).replace(b'"launch"', b'"lunch"'), "was changed or damaged"),
    (b"[" * 100_000, "is none"), (b'{"a": ' * 100_000, "is none"),
    *((sealed(**{field: 12}), "lacks something or has too much") for field in ("tenant", "exported_at", "exported_by", "database", "server_version")),
    (sealed(references=[{**dataclasses.asdict(REFERENCE), "table": 3}]), "lacks something or has too much"),
    (sealed(references=[{**dataclasses.asdict(REFERENCE), "rows": [[[1], "0" * 64]]}]), "lacks something or has too much"),
    (sealed(format=2), "it has format 2"),
    (sealed(more=1), "lacks something or has too much"),
    (sealed(tables=3), "lacks something or has too much"),
    (sealed(migrations=[{"script": "x"}]), "lacks something or has too much"),
    (sealed(references=[{**dataclasses.asdict(REFERENCE), "rows": [[["1"], "x"]]}]), "lacks something or has too much"),
    (sealed(references=[{**dataclasses.asdict(REFERENCE), "rows": [[["1", "2"], "0" * 64]]}]), "lacks something or has too much"),
    (sealed(tables=[TABLES[0], TABLES[0]]), "lacks something or has too much"),
    *((sealed(tables=[{**TABLES[0], **change}]), "lacks something or has too much") for change in (
        {"file": "../0001_a.copy"}, {"file": "0001_a.copy/x"}, {"file": "manifest.json"}, {"file": "0001_a.copy\n"}, {"tenant_column": "other"},
        {"columns": []}, {"columns": [["id"]]}, {"digest": {"rows": 1}}, {"digest": {"rows": 1, "size": 1, "sha256": "x"}}, {"more": 1},
        {"schema": 1}, {"name": None}, {"columns": [["id", "text"], ["tenant_id", 5]]},
    )),
])
def test_anything_else_is_refused(content, words):
    with pytest.raises(LaunchError, match=words) as refusal:
        manifest.read(content, "path", "/x")
    assert (refusal.value.option, refusal.value.value) == ("path", "/x") and refusal.value.remedy


def test_what_was_applied_is_each_script_as_it_was_last():
    def row(rank, script, checksum, success=True):
        return HistoryRow(rank, None, "d", "SQL", script, checksum, success)

    rows = [row(1, "V1__a.sql", 1), row(2, "R__b.sql", 2), row(3, "R__b.sql", 3), row(4, "V2__c.sql", 4, False)]
    assert manifest.applied(rows) == (Migration("R__b.sql", None, 3), Migration("V1__a.sql", None, 1))


@pytest.mark.parametrize(("schema", "name", "file"), [("app", "tasks", "0003_app.tasks.copy"), ("App", "a/../b", "0003__pp.a____b.copy")])
def test_a_file_has_a_name_that_a_manifest_may_have(schema, name, file):
    assert manifest.file_name(3, schema, name) == file
    assert manifest._FILE.fullmatch(file)
