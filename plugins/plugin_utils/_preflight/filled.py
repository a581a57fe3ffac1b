# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of roles that the playbooks give by themselves, and what from: pure.

An inventory that names one is refused, since the playbook's value would win and nobody would notice.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Settings

FILLED: t.Mapping[str, str] = {
    "audit_heads_names": "system_names",
    "audit_heads_now": "the playbook that is run",
    "audit_partitions_names": "system_names",
    "database_credentials_context_key": "system_context",
    "database_credentials_endpoint": "the instance, or system_database_address",
    "database_credentials_logins": "system_master and system_logins",
    "database_credentials_tags": "aws_endpoint_tags",
    "database_instance_master_secret": "system_master",
    "database_instance_master_username": "system_master",
    "database_instance_security_group_ids": "network_access_database_group",
    "database_instance_subnet_ids": "network_access_subnet_ids",
    "database_instance_tags": "aws_endpoint_tags",
    "database_runner_ca_content": "system_ca_file",
    "database_schema_actor": "system_actor",
    "database_schema_canaries": "system_canaries",
    "database_schema_context": "system_context",
    "database_schema_extensions": "system_extensions",
    "database_schema_instance_identifier": "database_instance_identifier",
    "database_schema_key_planned": "the task for the secret",
    "database_schema_logins": "system_logins",
    "database_schema_names": "system_names",
    "database_schema_platform": "system_tenants",
    "isolation_proof_actor": "system_actor",
    "isolation_proof_context": "system_context",
    "isolation_proof_context_plan": "the task for the context",
    "isolation_proof_key_planned": "the task for the secret",
    "isolation_proof_locations": "database_schema_locations",
    "isolation_proof_master": "system_master",
    "isolation_proof_names": "system_names",
    "isolation_proof_tenants": "system_canaries",
    "isolation_proof_waits_for": "the task for the context",
    "network_access_database_port": "database_instance_port",
    "network_access_pool_port": "pgbouncer_listen_port",
    "network_access_pools": "system_pool",
    "network_access_tags": "aws_endpoint_tags",
    "pgbouncer_databases": "the secrets of system_logins",
    "pgbouncer_secret_source": "aws_endpoint_*",
    "pgbouncer_server_ca_content": "system_ca_file",
    "pgbouncer_users": "system_logins",
    "pool_hosts_security_group_id": "network_access_pool_group",
    "pool_hosts_tags": "aws_endpoint_tags",
}


def check(settings: Settings) -> list[LaunchError]:
    """What the inventory gives in vain."""
    return [
        LaunchError(f"the playbooks make it from {FILLED[name]}, so that this value is read by nobody.", option=name, remedy="Take it out.")
        for name in sorted(settings.given & set(FILLED))
    ]
