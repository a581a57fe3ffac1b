# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option of modules that work with the tenant platform."""
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  names:
    description: What the system calls the things of the tenant platform in its database, as its migrations were told.
    type: dict
    suboptions:
      app_schema:
        description: Schema of the tenants' tables and of the functions that know the tenant.
        type: str
        default: app
      audit_schema:
        description: Schema of the audit log.
        type: str
        default: audit
      ops_schema:
        description: Schema of what operators look at.
        type: str
        default: ops
      seal_schema:
        description: Schema of what the tenant context rests on, including its keys.
        type: str
        default: seal
      owner:
        description: Group that owns O(names.app_schema) and O(names.ops_schema).
        type: str
        default: app_owner
      audit_owner:
        description: Group that owns O(names.audit_schema).
        type: str
        default: app_audit_owner
      seal_owner:
        description: Group that owns O(names.seal_schema) and the functions that set and read the context. It has no members.
        type: str
        default: app_seal_owner
      key_keeper:
        description: Group that adds and ends the keys of tokens, but can't read them.
        type: str
        default: app_key_keeper
      migrator:
        description: Group that changes data of all tenants.
        type: str
        default: app_migrator
      read_write:
        description: Group that reads and writes as one tenant.
        type: str
        default: app_rw
      read_only:
        description: Group that reads as one tenant.
        type: str
        default: app_ro
      auditor:
        description: Group that reads the audit log as one tenant.
        type: str
        default: app_auditor
      archiver:
        description: Group that reads the whole audit log.
        type: str
        default: app_archiver
      platform:
        description: Group that registers tenants and makes partitions.
        type: str
        default: app_platform
      gateway:
        description: Group that asks which active tenant a domain belongs to, and can do nothing else.
        type: str
        default: app_gateway
      context_setting:
        description: Prefix of the names of the settings that hold the context of a transaction. The rest of each name is a secret number.
        type: str
        default: app.context
      tenant_column:
        description: Column that says whose a row is.
        type: str
        default: tenant_id
      tenants_table:
        description: Registry of tenants, in O(names.app_schema).
        type: str
        default: tenants
      id_type:
        description: Type of ids, with its collation if it has one.
        type: str
        default: text COLLATE "C"
      id_pattern:
        description: What an id looks like as text, a regular expression that PostgreSQL and Python both read.
        type: str
        default: ^[0-7][0-9A-HJKMNP-TV-Z]{25}$
      id_generator:
        description: SQL expression for a new id. Empty stands for the platform's own ULIDs.
        type: str
        default: ''
"""
