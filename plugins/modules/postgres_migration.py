# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_migration
short_description: Apply SQL migrations with Flyway's history table
version_added: "0.1.0"
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Applies the versioned (C(V1_2__name.sql)) and repeatable (C(R__name.sql)) migrations of some folders that a database does not have yet,
    each together with its row of the history table in one transaction, but for those that PostgreSQL runs in none.
  - The history table has exactly Flyway's format, order, checksums and lock, so that Flyway can C(info), C(validate) and C(migrate)
    on the same database before and after. It is made, with its schema, if it is missing.
  - All names, duplicates, checksums, missing files, placeholders, transaction commands and, by PostgreSQL's own parser, the syntax
    of every pending script are checked before the first one runs. Names of tables and columns are looked up when a script runs,
    bodies of functions when they are created.
  - A script that fails leaves nothing, if it has a transaction; those before it stay applied, and the next run goes on with it.
    Where a script got hold of its own
    transaction and ended it, the failure says what stands.
  - Each script begins with the session as after a login (no temporary tables, prepared statements, cursors or settings of the one before), in a
    transaction that is read committed. Whatever the database or the login has set, texts are UTF-8 with standard-conforming strings, the time
    zone is UTC, row security is on and there is no time limit for a statement, a transaction or a pause. A script may set
    these for itself, but for the first two.
  - A database without this history table, or with nothing in it, in which there are objects is refused, as is one that has the same migrations in
    a history of another name. Looked at are O(history_schema) and O(search_path), or without that the login's own search path. Counted are tables
    of all kinds, views, sequences, functions and types, but not what belongs to an extension. Flyway takes a schema with nothing but partitioned or
    foreign tables, materialized views or composite types for empty.
  - A baseline script (C(B2__base.sql)) is what a database without any version begins with, the highest one up to O(target). It is recorded as
    C(SQL_BASELINE), and versions up to its own are not run. A database with a history leaves it alone.
  - C(U*.sql) files in O(locations) are left alone.
options:
  state:
    description:
      - What to do, in Flyway's words.
      - V(migrate) applies what is pending.
      - V(status) is Flyway's info, a word that Ansible keeps for modules. It returns all migrations with their states, changes nothing and takes no lock.
      - V(validate) fails with all that is wrong between history and files, what is pending among it. It changes nothing, and takes no lock.
      - V(baseline) begins the history of a database that is there already at O(baseline_version), with Flyway's row.
      - V(repair) puts rows of the history right that O(repairs) names, all of them or none.
      - V(undo) takes versions above O(undo_to) back with their undo scripts, the last applied one first. It needs O(allow_destructive=true).
    type: str
    choices: [migrate, status, validate, baseline, repair, undo]
    default: migrate
  target:
    description: The highest version to apply. Repeatable migrations are applied anyway.
    type: str
  out_of_order:
    description: Whether versions below the latest applied one are applied, too, instead of being refused.
    type: bool
    default: false
  baseline_version:
    description:
      - The highest version that the database has already; V(0) for none. Versions up to it are never run, and returned as RV(skipped_by_baseline).
      - A database without any object, in no schema, is refused, but for V(0).
      - Needed with, and only for, O(state=baseline). Flyway's own default is 1, with which C(V1_0_0) is skipped without a word.
    type: str
  baseline_description:
    description: What the history calls the baseline. Unset is Flyway's own C(<< Flyway Baseline >>). Only for O(state=baseline).
    type: str
  repairs:
    description:
      - What to put right, one migration each. Needed with, and only for, O(state=repair).
      - Nothing is changed where the history or the file is not what an entry says.
    type: list
    elements: dict
    default: []
    suboptions:
      version:
        description: The version. Either this or O(repairs[].description).
        type: str
      description:
        description: The description of a repeatable migration, as the history shows it.
        type: str
      fault:
        description:
          - V(changed) lets the history have checksum and description of a file that was changed after it was applied. What the file does now was not run.
          - V(failed) deletes the row of a script that failed. Undo by hand first what it left behind.
          - V(missing) marks a migration whose file is gone as deleted, with Flyway's DELETE row.
        type: str
        choices: [changed, failed, missing]
        required: true
      old_checksum:
        description: The checksum that the history has. Needed for V(changed).
        type: int
      new_checksum:
        description: The checksum of the file. Needed for V(changed).
        type: int
  undo_to:
    description:
      - The applied version that shall be the last one, or V(0) for none. It stays itself. Needed with, and only for, O(state=undo).
      - Repeatable migrations stay as they are.
    type: str
  undo_locations:
    description:
      - Folders with the undo scripts (C(U1_2__name.sql) for version 1.2), B(on the controller). Only for O(state=undo).
      - Flyway must not find them, since it stops at them with C(validateMigrationNaming). So they lie outside of O(locations), or in a hidden folder of one.
    type: list
    elements: str
    default: []
  undo_scripts:
    description: The files of O(undo_locations). Filled in by the action plugin; not for playbooks.
    type: list
    elements: dict
    default: []
    suboptions:
      location:
        description: The one of O(undo_locations) that it comes from.
        type: str
        required: true
      name:
        description: Path of the file, relative to its location.
        type: str
        required: true
      content:
        description: Its bytes in base64.
        type: str
        required: true
  allow_destructive:
    description: Your word that O(state=undo) may take away what the versions made.
    type: bool
    default: false
  locations:
    description:
      - Folders with the migrations, B(on the controller). Subfolders are searched, symbolic links to folders too; hidden ones are not.
      - What can't be read, a symbolic link to nothing and one to a folder that it lies in are refused.
      - Together they are one sequence, as with Flyway. No version and no description of a repeatable one may be there twice, and two descriptions that
        differ in nothing but Unicode normalisation are the same.
      - A folder that does not exist, holds no migration, is named twice or lies inside of another one is refused.
    type: list
    elements: str
    required: true
  search_path:
    description: Schemas in which a script's unqualified names are looked up. Unset is Flyway's way, O(history_schema) before the login's own search path.
    type: list
    elements: str
  placeholders:
    description:
      - Values of V(${name}) in the scripts, regardless of case. A placeholder without a value is an error.
      - Flyway's own V(flyway:defaultSchema), V(flyway:table), V(flyway:user), V(flyway:database) and V(flyway:filename) are always there.
      - They end up in the database and in its log. Never put a secret here.
    type: dict
    default: {}
  role:
    description: Role to become (C(SET ROLE)) before each script. The history is kept by the login, and names it.
    type: str
  lock_timeout:
    description: How long a statement waits for a lock before the script is rolled back and tried again.
    type: str
    default: 5s
  lock_retries:
    description:
      - How often a script is tried again after it waited for a lock in vain or was ended as one of a deadlock, with longer and longer pauses.
      - The failure says how often it was tried, and which sessions were seen in the way at the last try.
    type: int
    default: 5
  lock_wait:
    description: Seconds to wait while another run, ours or Flyway's, holds the lock of the history.
    type: int
    default: 50
  end_holder:
    description:
      - Process id, on the server, of another run that holds the lock of the history. Its session is ended, and what it did not commit is undone.
      - The refusal after O(lock_wait) names it. A process that does not hold that lock is left alone.
    type: int
  time_budget:
    description:
      - Seconds from the first script after which no other one is begun. One that runs is not ended.
      - The task fails then. What was applied stays, and the next run goes on. Unset is no limit.
    type: int
  progress_file:
    description: Where the wait for a long script is written to. The action plugin sets it.
    type: path
  dry_run:
    description:
      - V(transaction) runs the pending scripts, up to the first that can't run in a transaction, in one that is rolled back, before anything else.
        What fails is located as in a real run, and then none of them is applied. In check mode that is all. A warning names those that were not tried.
      - It takes B(the locks of a real run, in check mode too), each statement waiting at most O(lock_timeout), and holds them until the last script ran.
        Other runs are kept out, as by a real one.
      - A rollback does not take back numbers drawn from sequences, or what functions did elsewhere; RV(dry_run) names what of it the scripts' words tell.
        C(NOTIFY) is not sent, and a new value of an enumeration can't be used before it is committed, so that a script after it may fail here only.
    type: str
    choices: [none, transaction]
    default: none
  lint:
    description:
      - What is done with the findings of the lint in the pending scripts. V(warn) warns of each, V(fail) refuses to run any script, V(off) looks for none.
        Only O(state=migrate) looks for them, and V(fail) is refused with another one.
      - By names, of who sees what - V(grant-to-public), V(rls-off), V(policy-dropped), V(definer-search-path), V(view-as-owner), V(table-unprotected)
        (with O(names) only), V(filtered-data), V(key-over-hidden-rows), V(owner-changed), V(search-path-set).
      - Of who works meanwhile, and of data - V(volatile-default), V(index-blocks-writes), V(not-null-scan), V(constraint-scan), V(table-rewrite),
        V(lock-table), V(data-lost), V(rename). These are about relations that exist, and those that read or write all rows about such with rows.
      - >-
        A comment C(-- lint: allow data-lost, nobody reads it, until 2027-01-31) allows one rule for the statement behind it, until the end of that day in
        UTC; after it the finding counts again.
      - The statements of a script are looked at, and not what is inside of C(DO), of functions and of strings.
    type: str
    choices: [warn, fail, "off"]
    default: warn
  provenance_table:
    description:
      - Name of a table in O(history_schema) that keeps where each script came from that runs, beside the history, which keeps Flyway's shape. It is made
        with the first such script, and a row is written in the transaction that says in the history that the script is done. Unset keeps nothing.
      - A row has the rank of the history's row, the script, SHA-256 of the file's bytes, O(provenance), the login and the time. Nothing is decided by it,
        and nobody keeps its owner from changing it. PUBLIC has no rights on it.
      - A table that could not keep a row, by its columns or by the login's rights, is refused before any script runs.
    type: str
  provenance:
    description: What O(provenance_table) keeps of this run. An empty value keeps none.
    type: dict
    suboptions:
      commit:
        description: The commit that the scripts are from.
        type: str
      controller:
        description: Where Ansible runs. Unset is the name that this machine has for itself.
        type: str
      job:
        description: Number of the job. Unset is that of AWX, in a job of AWX.
        type: str
  squawk:
    description:
      - Path or name of the linter L(squawk,https://squawkhq.com), version 2, B(where the module runs). Its findings are the lint's, each rule with
        C(squawk-) before its name, as in V(squawk-ban-drop-column). Without this option, and with O(lint=off), it is not asked.
      - What cannot be run, or not be understood, fails the task before a script is run.
      - Its rules C(prefer-robust-stmts), C(require-lock-timeout) and C(require-statement-timeout) are left out, since they are about how a script is run.
        A file C(.squawk.toml) is read from the folder in which the module runs.
    type: str
  squawk_excluded:
    description: Rules of O(squawk) that nobody wants to hear of, by its names for them.
    type: list
    elements: str
    default: []
  lint_allowed:
    description: Findings of the lint that somebody answers for. Once one has expired, its findings count again, and the expiry is a finding as well.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: Name of the rule.
        type: str
        required: true
      script:
        description: Path of the script, relative to its location. All findings of the rule in it are allowed.
        type: str
        required: true
      owner:
        description: Who answers for it.
        type: str
        required: true
      reason:
        description: Why it is harmless.
        type: str
        required: true
      expires:
        description: Its last day, in UTC, as in V(2027-01-31).
        type: str
        required: true
extends_documentation_fragment:
  - launch.database._attributes
  - launch.database._attributes.postgres_group
  - launch.database._postgres
  - launch.database._names
  - launch.database._history
  - launch.database._scripts
notes:
  - An undo script runs in one transaction with a row of type DELETE, as flyway repair writes it, so that the version is pending again for Flyway, too.
    Flyway Teams writes UNDO_SQL, at which Flyway Community stops; a history with such a row is refused.
  - With O(names), even empty, each of these names is a placeholder of the scripts, as those in C(sql/platform) need them; without it none is.
  - O(login_host) must be the server itself. A connection pooler is refused. So is a server that takes no writes, a standby or one with
    C(default_transaction_read_only), where something would be written; check mode, O(state=status) and O(state=validate) work there,
    and check mode warns of pending scripts.
  - A script that begins with what can't run inside a transaction, such as C(CREATE INDEX CONCURRENTLY) or C(VACUUM), runs outside of one, as with Flyway,
    and has nothing else in it. So does one that Flyway's file beside it (C(V2__x.sql.conf)) says C(executeInTransaction=false) of, whatever is in it.
    Its row of the history says failed from its begin to its end. Where it was ended between them, the next run goes on with it. An index that was half
    built is dropped and built again, and named in a warning; so is one that an ended C(REINDEX) left, which is dropped where the
    login may use its schema (not with TOAST tables).
    What can't be told from the catalogs, such as a C(CALL), is left to O(state=repair).
  - C(COPY ... FROM STDIN) reads the lines behind it, up to one with a backslash and a dot, as with psql and Flyway. Nothing but a comment may stand
    behind its semicolon on the same line, and rows beyond ASCII are UTF-8 as the script is. Tables with row level security take no
    copied rows from anybody it applies to. The output of C(pg_dump) is a migration once its two lines C(\restrict) and C(\unrestrict) are taken out.
  - Flyway runs C(REINDEX ... CONCURRENTLY) and C(DETACH PARTITION ... CONCURRENTLY) inside a transaction, where they fail, unless that file is there;
    a warning says so. C(ALTER SYSTEM) and C(DISCARD ALL) are refused.
  - The syntax check runs no statement of a script and leaves nothing of it in the server's log, whatever C(log_statement) is. It hands a script
    over as C(COPY) data of a temporary table that is rolled back. Where there can be none, on a standby or in a read-only session, the script is
    part of a statement that succeeds, and the log has it where C(log_statement) is V(all) or a duration is logged.
  - An error of the syntax check is located by its line, which is that of the first word that PostgreSQL can't read.
seealso:
  - module: launch.database.postgres_role
"""

EXAMPLES = r"""
- name: Bring the database up to date
  launch.database.postgres_migration:
    login_host: launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com
    login_user: db_admin
    login_password: "{{ secret.password }}"
    login_db: launch
    ca_cert: /etc/ssl/certs/rds.pem
    locations:
      - "{{ playbook_dir }}/../sql/platform"
      - "{{ playbook_dir }}/../sql/launch"
    names:
      owner: shop_owner
      read_write: shop_rw
    placeholders:
      retention: 12 months

- name: Show what would be applied, statement by statement, and try it
  launch.database.postgres_migration:
    login_host: db.example.org
    login_user: db_admin
    login_password: "{{ secret.password }}"
    login_db: launch
    locations: [sql/launch]
    dry_run: transaction
    lint: fail
    lint_allowed:
      - rule: data-lost
        script: V2_4__drop_legacy.sql
        owner: data platform
        reason: the table was exported, and nobody reads it
        expires: "2027-06-30"
  check_mode: true

- name: Migrate, and keep which commit the scripts are from
  launch.database.postgres_migration:
    login_secret: launch/db/master
    locations: [sql/launch]
    provenance_table: migration_provenance
    provenance:
      commit: "{{ lookup('ansible.builtin.pipe', 'git rev-parse HEAD') }}"

- name: Look for scripts that Flyway would run in another way
  launch.database.postgres_migration:
    login_secret: launch/db/master
    locations: [sql/launch]
    state: status
  register: migrations

- name: Say beside them how they run, so that Flyway runs them as well
  ansible.builtin.copy:
    dest: "{{ item }}.conf"
    content: "executeInTransaction=false\n"
    mode: "0644"
  loop: "{{ migrations.not_portable }}"
  delegate_to: localhost

- name: Adopt a database that has everything up to version 4.1
  launch.database.postgres_migration:
    login_secret: launch/db/master
    locations: [sql/launch]
    state: baseline
    baseline_version: "4.1"

- name: Let the history have the checksum of a file in which a comment was changed
  launch.database.postgres_migration:
    login_secret: launch/db/master
    locations: [sql/launch]
    state: repair
    repairs:
      - {version: "1.2", fault: changed, old_checksum: -47946674, new_checksum: 78787420}

- name: Take back all versions above 4.1
  launch.database.postgres_migration:
    login_secret: launch/db/master
    locations: [sql/launch]
    state: undo
    undo_to: "4.1"
    undo_locations: [sql/launch/.undo]
    allow_destructive: true
"""

RETURN = r"""
applied:
  description: Scripts that this run applied, in order.
  returned: success
  type: list
  elements: str
  sample: [V2_1__orders.sql]
stopped_at:
  description:
    - The script that was not run to its end, and because of which the run ended.
    - RV(applied) and RV(pending_scripts) are returned then, too; RV(undone) instead of both with O(state=undo).
  returned: failure
  type: str
notices:
  description: What the server said beside its answers, by script and in order; the last 200 of each script. Warnings are warnings of the task as well.
  returned: success and failure
  type: list
  elements: dict
  sample: [{script: V2_1__orders.sql, text: "NOTICE: 12 orders have no date"}]
pending_scripts:
  description: Scripts that would be applied now; empty after O(state=migrate) without check mode.
  returned: success
  type: list
  elements: str
skipped_by_baseline:
  description: Scripts that are never run in this database because a baseline stands for them. There is a warning, too.
  returned: success
  type: list
  elements: str
not_portable:
  description:
    - Files on the controller whose script Flyway runs in a transaction, where it fails, unless a file beside it says otherwise. The examples show
      how to write those files. There is a warning for each that is pending.
  returned: success
  type: list
  elements: str
migrations:
  description: >-
    All migrations with C(state) in Flyway's words, such as C(Pending), C(Success), C(Missing), C(Future), C(Ignored), C(Out of Order), C(Outdated),
    C(Failed), C(Baseline), C(Below Baseline) and C(Deleted). First those in the history by rank, then the others in the order of running.
    C(installed_on) is as the history has it, which is UTC for what this module applied.
    With O(provenance_table), C(provenance) is what it kept of each, null where nobody did. C(same_file) in it is whether the file has the same bytes
    still, null where there is none, or where a later row took the place of this one.
  returned: O(state=status) or O(state=validate)
  type: list
  elements: dict
  sample:
    - {rank: 1, version: "1", description: orders, type: SQL, script: V1__orders.sql, checksum: 78787420, state: Success,
       installed_on: "2026-03-01 10:00:00", installed_by: db_admin, execution_time: 12}
problems:
  description: Because of what nothing could be applied now, in words, but for the syntax of pending scripts, which is not looked at.
  returned: O(state=status), O(state=validate) or O(state=repair)
  type: list
  elements: str
undone:
  description: Versions' scripts that this run took back, the last applied one first.
  returned: O(state=undo), after a failure too
  type: list
  elements: str
current_version:
  description: Highest version that is applied; null for none.
  returned: success
  type: str
  sample: "2.1"
statements:
  description:
    - What each pending script would do, or did, by its statements. By their text, and by the relations as they were before the first script. C(kind) are the
      words of the statement, C(lock) is PostgreSQL's mode, C(work) what it does with all rows of the relation, C(unknown) what the text does not tell.
    - C(size) in bytes, with indexes and partitions, and the estimated C(rows) are null for what does not exist yet, or was locked.
    - A relation may have partitions or children (which are locked with it), triggers, foreign keys or rules, or be a view. C(unknown) says so where that
      matters, by the catalogs; what these do is not looked at. An empty C(unknown) is about what exists before the first script, and is no promise about
      objects that the scripts make.
    - C(INSERT) or C(SELECT) in a row that do the same are one entry with a C(count).
  returned: success
  type: list
  elements: dict
  sample:
    - script: V2_1__orders.sql
      statements:
        - number: 1
          line: 3
          count: 1
          kind: CREATE INDEX
          relations: [{name: app.orders, lock: SHARE, work: reads all rows, new: false, exists: true, size: 16384, rows: 120}]
          unknown: ""
lint:
  description: >-
    Findings of the lint that nobody allows, each with C(rule), C(place) (script and line), C(detail) and C(remedy). Empty where it was not asked:
    with another state than V(migrate), with O(lint=off), and where the history or a script is refused.
  returned: success
  type: list
  elements: dict
lint_allowed:
  description: Findings that are allowed, with C(owner), C(reason) and C(expires) as well.
  returned: success
  type: list
  elements: dict
lint_unused:
  description: Allowances for pending scripts of nothing that was found.
  returned: success
  type: list
  elements: dict
dry_run:
  description:
    - With O(dry_run=transaction), the scripts that were C(tried) and C(not_tried), what C(stays) of it, and by script the C(objects) that it has
      C(added), C(changed) and C(dropped), or null where the catalogs could not be read. Otherwise null.
    - They are objects of the whole database, as M(launch.database.postgres_schema) names them; what somebody else makes or drops meanwhile is among them.
      The diff has their lines before and after.
  returned: success
  type: dict
plan:
  description: The changes of this run, each with C(action), C(path), C(before), C(after), C(when) and C(destructive).
  returned: success
  type: list
  elements: dict
pending:
  description: Always empty; nothing waits for a window here.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.launch.database.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._postgres.handed_files import LOCATED_FILES
from ansible_collections.launch.database.plugins.module_utils._postgres.job import run
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.history import OPTIONS as HISTORY
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.provenance import OPTIONS as PROVENANCE
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.repair import OPTION as REPAIRS
from ansible_collections.launch.database.plugins.module_utils._postgres.migration.states import STATES, job_of
from ansible_collections.launch.database.plugins.module_utils._postgres.names import OPTION as NAMES

ALLOWED = {name: {"type": "str", "required": True} for name in ("rule", "script", "owner", "reason", "expires")}
OPTIONS = ArgumentSpec(options={
    "state": {"type": "str", "default": "migrate", "choices": list(STATES)},
    "locations": {"type": "list", "elements": "str", "required": True},
    "scripts": LOCATED_FILES,
    "search_path": {"type": "list", "elements": "str"},
    "placeholders": {"type": "dict", "default": {}},
    "role": {"type": "str"},
    "lock_timeout": {"type": "str", "default": "5s"},
    "lock_retries": {"type": "int", "default": 5},
    "lock_wait": {"type": "int", "default": 50},
    "target": {"type": "str"},
    "out_of_order": {"type": "bool", "default": False},
    "baseline_version": {"type": "str"},
    "baseline_description": {"type": "str"},
    "repairs": REPAIRS,
    "undo_to": {"type": "str"},
    "undo_locations": {"type": "list", "elements": "str", "default": []},
    "undo_scripts": LOCATED_FILES,
    "allow_destructive": {"type": "bool", "default": False},
    "end_holder": {"type": "int"},
    "time_budget": {"type": "int"},
    "progress_file": {"type": "path"},
    "dry_run": {"type": "str", "choices": ["none", "transaction"], "default": "none"},
    "lint": {"type": "str", "choices": ["warn", "fail", "off"], "default": "warn"},
    "squawk": {"type": "str"},
    "squawk_excluded": {"type": "list", "elements": "str", "default": []},
    "lint_allowed": {"type": "list", "elements": "dict", "default": [], "options": ALLOWED},
    **PROVENANCE,
}).merge(HISTORY)


def main() -> None:
    """Entry point."""
    run(OPTIONS.merge(NAMES), job_of)


if __name__ == "__main__":
    main()
