# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pgrls says of a database: its proofs (by Z3) and its findings. It reads the catalogs only."""
from __future__ import annotations

import json
import re
import tempfile
import typing as t

from click.testing import CliRunner
from pgrls.cli import main

from tests.support.replayed import SUPERUSER, Replayed

# All that are not the server's own.
SCHEMAS = ("app", "audit", "ops", "public", "seal", "statistics")
ISOLATED, LEAK, UNVERIFIED = "isolated", "leak", "unverified"
READ, WRITE, WITHOUT_CONTEXT, ESCALATION, VIEWS = "cross-tenant", "write", "anon", "escalation", "reachability"
# What stands for whose session it is; pgrls does not look into them.
CONTEXT = ("app.current_tenant", "app.current_actor")
_PARTITION = re.compile(r"_y\d{4}m\d\d\b")
_ROLES = "[lint.rules.{0}]\nanon_roles = {1}\n"
_COLUMN = '[lint.rules.SEC021]\nidentity_columns = ["{0}"]\n'


def verify(server: Replayed, database: str, mode: str, column: str = "tenant_id", roles: t.Sequence[str] = ()) -> dict[str, dict[str, t.Any]]:
    """The verdict on each table with row level security, by table; with the key `policies`, that on each policy.

    :arg column: what has to tell tenants apart.
    :arg roles: who comes without a context.
    """
    settings = _COLUMN.format(column) + "".join(_ROLES.format(rule, json.dumps([*roles, "PUBLIC"])) for rule in ("SEC004", "SEC042") if roles)
    functions = [f"--auth-function={name}" for name in CONTEXT]
    answer = _run(server, database, settings, "verify", f"--mode={mode}", *functions)
    return {
        table["table"]: {**table, "policies": {policy["policy"]: policy["verdict"] for policy in table["policies"]}} for table in answer["tables"]
    }


def findings(server: Replayed, database: str) -> set[tuple[str, str]]:
    """Rule and object of each finding, with the rules as they come. Partitions of the log, which depend on the day, are one object."""
    answer = _run(server, database, "", "lint")
    return {(found["rule_id"], _PARTITION.sub("_y…", found["location"])) for found in answer["violations"]}


def _run(server: Replayed, database: str, settings: str, *arguments: str) -> dict[str, t.Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(settings)
        config.flush()
        # Its command line in this process: to start one takes three times as long as its answer.
        answer = CliRunner(catch_exceptions=False).invoke(
            main, [*arguments, f"--schemas={','.join(SCHEMAS)}", f"--config={config.name}", "--format=json"],
            env={"DATABASE_URL": server.url(database=database), "PGPASSWORD": server.passwords[SUPERUSER]},
        )
    # 1 is its answer where it found something.
    assert answer.exit_code in (0, 1), answer.stderr
    return json.loads(answer.stdout)
