# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instance, as far as nobody has to ask RDS: pure. The rules are those of the module.

Private to the collection: may change at any time.
"""
from __future__ import annotations

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.instance import checks, normalize
from ansible_collections.launch.database.plugins.module_utils._aws.instance.spec import BY_OPTION
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Check, Settings, raised, renamed

PREFIX = "database_instance_"
# Where the inventory has a module's option under another name.
NAMES = {"instance_class": f"{PREFIX}class", "master_username": "system_master.name", "parameter_group": f"{PREFIX}parameter_group.name"}


def _called(option: str) -> str:
    return NAMES.get(option, f"{PREFIX}{option}")


def _options(settings: Settings) -> list[LaunchError]:
    options = {option: settings.get(_called(option)) for option in BY_OPTION}
    options |= {
        "parameter_group": (settings.get(f"{PREFIX}parameter_group") or {}).get("name"),
        "master_username": (settings.get("system_master") or {}).get("name") or settings.get(f"{PREFIX}master_username"),
    }
    return renamed(checks.problems(normalize.options(options)), _called)


def _identifier(settings: Settings) -> list[LaunchError]:
    return raised(lambda: identifiers.instance(f"{PREFIX}identifier", settings[f"{PREFIX}identifier"]))


CHECKS: tuple[Check, ...] = (_options, _identifier)
