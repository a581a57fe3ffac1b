# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our cut beside what psql sends and what the server's parser takes."""
from __future__ import annotations

import base64

import psycopg2
import pytest

from ansible_collections.launch.database.plugins.module_utils._postgres.migration.split import split
from local.containers import podman
from local.endpoint.postgres import BIN
from tests.support.hard_scripts import CONTINUED_BEHIND_COMMENTS, HARD_SCRIPTS

SCRIPTS = [*HARD_SCRIPTS, *CONTINUED_BEHIND_COMMENTS]

# Prints how many statements psql sent of each script. Whether they can be run does not matter here.
COUNT = f"""\
export PGCLIENTENCODING=UTF8
while read -r script; do
  base64 -d <<<"$script" >/tmp/script.sql; rm -f /tmp/sent
  {BIN}/psql -Xq -p {{port}} -U rdsadmin -d {{database}} -L /tmp/sent -f /tmp/script.sql >/dev/null 2>&1
  grep -c '^/[*]* QUERY [*]*/$' /tmp/sent
done <<'END'
{{scripts}}
END
exit 0
"""

# psql counts the words BEGIN, CASE and END of a routine by itself, and any of them is one to it.
COUNTED_AS_A_BLOCK = "the word is a name here, and psql takes it for the beginning or the end of a block"
PSQL_DIFFERS = {
}

# As the module does it: whatever stands behind it is parsed and not run.
GUARD = "DO $g$ BEGIN RAISE EXCEPTION USING ERRCODE = 'LD000'; END $g$; "


@pytest.fixture(scope="module")
def sent(database):
    scripts = "\n".join(base64.b64encode(script.encode()).decode() for script, _count in SCRIPTS)
    command = COUNT.format(port=database.server.port, database=database.name, scripts=scripts)
    counts = podman("exec", "--interactive", "--user=postgres", database.server.name, "bash", "-s", data=command)
    return {script: int(count) for (script, _count), count in zip(SCRIPTS, counts.split(), strict=True)}


def test_psql_sends_as_many_statements_but_for_names_that_it_takes_for_blocks(sent):
    differing = {script: sent[script] for script, count in SCRIPTS if sent[script] != count}
    assert differing == {script: count for script, (count, _reason) in PSQL_DIFFERS.items()}


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
