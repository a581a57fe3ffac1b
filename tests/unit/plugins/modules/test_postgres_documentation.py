# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the database modules say about their options, compared with the options."""
from __future__ import annotations

import importlib
import pathlib

import pytest
import yaml

from ansible_collections.launch.database.plugins.doc_fragments import _audit_store, _context_key, _history, _names, _postgres, _scripts
from ansible_collections.launch.database.plugins.module_utils._argspec import POSTGRES_CONNECTION
from ansible_collections.launch.database.plugins.module_utils._postgres import names

MODULES = pathlib.Path(__file__).resolve().parents[4] / "plugins" / "modules"
NAMES = sorted(path.stem for path in MODULES.glob("postgres_*.py"))
# Those whose options are among a module's own. The other fragments have tests of their own below.
FRAGMENTS = {
    "launch.database._audit_store": _audit_store, "launch.database._context_key": _context_key, "launch.database._history": _history,
    "launch.database._scripts": _scripts,
}
COMPARED = ("type", "elements", "required", "default", "choices")


def load(name):
    return importlib.import_module(f"ansible_collections.launch.database.plugins.modules.{name}")


def described(options):
    """The documented options in the words of an argument specification."""
    return {name: {key: option[key] for key in COMPARED if key in option} | nested(option, "suboptions", described) for name, option in options.items()}


def documented(documentation):
    """The options of a module, with those of its fragments."""
    named = [FRAGMENTS[name] for name in documentation["extends_documentation_fragment"] if name in FRAGMENTS]
    fragments = [yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"] for fragment in named]
    return {name: option for options in (documentation["options"], *fragments) for name, option in options.items()}


def specified(options):
    return {name: {key: option[key] for key in COMPARED if key in option} | nested(option, "options", specified) for name, option in options.items()}


def nested(option, key, convert):
    return {"options": convert(option[key])} if key in option else {}


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_described_as_it_is(name):
    module = load(name)
    assert described(documented(yaml.safe_load(module.DOCUMENTATION))) == specified(module.OPTIONS.options)


def test_the_connection_is_described_as_it_is():
    assert described(yaml.safe_load(_postgres.ModuleDocFragment.DOCUMENTATION)["options"]) == specified(POSTGRES_CONNECTION.options)


def test_the_names_are_described_as_they_are():
    assert described(yaml.safe_load(_names.ModuleDocFragment.DOCUMENTATION)["options"]) == specified(names.OPTION.options)


@pytest.mark.parametrize("name", NAMES)
def test_examples_name_only_options_that_there_are(name):
    module = load(name)
    options = {**module.OPTIONS.options, **POSTGRES_CONNECTION.options}
    if "launch.database._names" in yaml.safe_load(module.DOCUMENTATION)["extends_documentation_fragment"]:
        options |= names.OPTION.options
    tasks = [task[f"launch.database.{name}"] for task in yaml.safe_load(module.EXAMPLES) if f"launch.database.{name}" in task]
    assert tasks and all(set(task) <= set(options) for task in tasks)


def secrets(options):
    for name, option in options.items():
        if "password" in name:
            yield name, option
        yield from secrets(option.get("options", {}))


@pytest.mark.parametrize("name", NAMES)
def test_every_password_is_kept_out_of_logs(name):
    unmarked = [option for option, spec in secrets({**load(name).OPTIONS.options, **POSTGRES_CONNECTION.options}) if not spec.get("no_log")]
    assert unmarked == []
