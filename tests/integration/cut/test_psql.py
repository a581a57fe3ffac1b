# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our cut beside what psql sends and what the server's parser takes."""
from __future__ import annotations

import base64
import re

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from local.containers import podman
from local.endpoint.postgres import BIN
from tests.support.hard_scripts import CONTINUED_BEHIND_COMMENTS, HARD_SCRIPTS
from tests.support.pglast_cut import is_empty

SCRIPTS = [*HARD_SCRIPTS, *CONTINUED_BEHIND_COMMENTS]

# Prints what psql sent of each script, in a line each. Whether it can be run does not matter here.
SEND = f"""\
export PGCLIENTENCODING=UTF8
while read -r script; do
  base64 -d <<<"$script" >/tmp/script.sql; : >/tmp/sent
  {BIN}/psql -Xq -p {{port}} -U rdsadmin -d {{database}} -L /tmp/sent -f /tmp/script.sql >/dev/null 2>&1
  echo "sent $(base64 -w0 /tmp/sent)"
done <<'END'
{{scripts}}
END
exit 0
"""
SENT = re.compile(r"^/\*+ QUERY \*+/\n(.*?)\n/\*+/$", re.MULTILINE | re.DOTALL)

# What psql sends of the scripts that it cuts elsewhere. It has no grammar: behind CREATE FUNCTION or PROCEDURE it takes the word
# BEGIN, and CASE within, for the beginning of a block, and END for an end. In these the word is a name. Where a block
# never ends, the rest of the script is one statement to psql; where it ends early, the body is cut.
_BODY = "CREATE FUNCTION f() RETURNS int{} BEGIN ATOMIC {} END; SELECT 2"
PSQL_DIFFERS = {
    # never ends
    _BODY.format("", "SELECT c.case FROM c;"): 1,
    _BODY.format("", "SELECT c.begin, c.atomic FROM c;"): 1,
    _BODY.format("", "SELECT begin atomic FROM c;"): 1,
    _BODY.format("", "CREATE TABLE begin (atomic int);"): 1,
    _BODY.format(" SET search_path TO begin, atomic", "SELECT 1;"): 1,
    _BODY.format(" SET a.b = begin", "SELECT 1;"): 1,
    "CREATE FUNCTION begin() RETURNS int RETURN 1; SELECT 2": 1,
    "CREATE FUNCTION s.begin() RETURNS begin BEGIN ATOMIC SELECT 1; END; SELECT 2": 1,
    # ends early
    _BODY.format("", "SELECT c.end FROM c;"): 3,
    _BODY.format("", "SELECT 1 AS end; SELECT 1 AS case;"): 4,
    _BODY.format("", "SELECT c.end, CASE WHEN true THEN c.case ELSE c.end END FROM c;"): 3,
}

# As the module does it: whatever stands behind it is parsed and not run.
GUARD = "DO $g$ BEGIN RAISE EXCEPTION USING ERRCODE = 'LD000'; END $g$; "


@pytest.fixture(scope="module")
def sent(database):
    scripts = "\n".join(base64.b64encode(script.encode()).decode() for script, _count in SCRIPTS)
    command = SEND.format(port=database.server.port, database=database.name, scripts=scripts)
    lines = podman("exec", "--interactive", "--user=postgres", database.server.name, "bash", "-s", data=command).splitlines()
    logs = [base64.b64decode(line.removeprefix("sent ")).decode() for line in lines]
    # It sends statements without anything in them, too.
    return {script: sum(not is_empty(query) for query in SENT.findall(log)) for (script, _count), log in zip(SCRIPTS, logs, strict=True)}


def test_psql_sends_as_many_statements_but_for_names_that_it_takes_for_blocks(sent):
    assert {script: sent[script] for script, count in SCRIPTS if sent[script] != count} == PSQL_DIFFERS


def test_the_servers_parser_takes_each_script_and_each_of_its_statements(database):
    connection = database.connect(client_encoding="UTF8")
    connection.autocommit = True
    with connection.cursor() as cursor:
        for script, _count in SCRIPTS:
            for text in [script, *(statement.text for statement in split(script))]:
                with pytest.raises(psycopg2.Error) as refusal:
                    cursor.execute(GUARD + text)
                assert refusal.value.pgcode == "LD000", text
    connection.close()
