# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what is wrong with the wishes of the role database_schema, on the controller."""
from __future__ import annotations

DOCUMENTATION = r"""
name: schema_refusals
short_description: Say what is wrong with migrations, tenants and certificate authorities
version_added: 0.1.0
author:
  - launch.database contributors (!UNKNOWN)
description:
  - Reads files on the controller and nothing else, so that what is wrong with them is known before an instance is made.
  - It refuses by the rules of M(launch.database.postgres_migration) and M(launch.database.postgres_tenant).
options:
  _terms:
    description: Folders of the migrations, the value of C(database_schema_locations).
    required: true
  names:
    description: The value of C(database_schema_names); unset where the database holds no tenant platform.
    type: raw
  placeholders:
    description: The value of C(database_schema_placeholders).
    type: raw
    default: {}
  tenants:
    description: The value of C(database_schema_tenants), as O(launch.database.postgres_tenant#module:tenants) takes it.
    type: raw
    default: []
  canaries:
    description: Tenants that are there beside them. No other has their id or domain.
    type: list
    elements: dict
    default: []
  ca_file:
    description: The value of C(database_ca_file), the certificate authorities of the database server in PEM.
    type: str
    required: true
seealso:
  - module: launch.database.postgres_migration
  - module: launch.database.postgres_tenant
"""

EXAMPLES = r"""
- name: Refuse what cannot work
  ansible.builtin.fail:
    msg: "{{ refusals | join('\n') }}"
  when: refusals | length > 0
  vars:
    refusals: "{{ query('launch.database.schema_refusals', 'sql/platform', 'sql/launch', names={}, tenants=tenants, ca_file='rds.pem') }}"
"""

RETURN = r"""
_raw:
  description: A sentence for each thing that is wrong, naming option, value and remedy; empty if all is well.
  type: list
  elements: str
"""

import pathlib
import typing as t

from ansible.plugins.lookup import LookupBase

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.names import Names
from ansible_collections.launch.database.plugins.module_utils._postgres.preflight import LOCATIONS, check_ca, check_migrations, check_tenants
from ansible_collections.launch.database.plugins.modules.postgres_tenant import TENANT
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_locations


class LookupModule(LookupBase):
    """The checks of module_utils/_postgres/preflight.py with the files of the controller."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        errors = self._migrations(terms)
        errors += check_tenants(self.get_option("tenants"), self.get_option("canaries"), TENANT, self._names())
        ca_file = self.get_option("ca_file")
        errors += check_ca(self._content(ca_file, variables), ca_file)
        return [error.message for error in errors]

    def _migrations(self, locations: list[str]) -> list[LaunchError]:
        try:
            files = read_locations(self._loader, locations, LOCATIONS)
        except LaunchError as error:
            return [error]
        return check_migrations(files, self.get_option("names"), self.get_option("placeholders"))

    def _names(self) -> Names:
        """Those that are refused are refused with the migrations."""
        try:
            return Names.from_options(self.get_option("names"))
        except LaunchError:
            return Names()

    def _content(self, path: str, variables: dict[str, t.Any] | None) -> bytes | None:
        """Found and read as ansible.builtin.file does, since the playbooks read it with that: a vaulted one is decrypted."""
        found = self.find_file_in_search_path(variables, "files", path, ignore_missing=True)
        return self._loader.get_text_file_contents(found).encode() if found and pathlib.Path(found).is_file() else None
