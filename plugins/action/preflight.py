# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse everything that can't work, in one error, before anything is changed; and refuse to go on where that was left out.

What is wrong is said by the pure functions in plugin_utils/_preflight. This file reads what they look at.
"""
from __future__ import annotations

import dataclasses
import os
import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.release import __version__
from ansible.template import Templar
from ansible.utils.vars import load_extra_vars

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.plugin_utils._folder import read_file_or_folder, read_locations
from ansible_collections.launch.database.plugins.plugin_utils._preflight import (
    boto,
    endpoint,
    files,
    guard,
    hosts,
    names,
    proof,
    reach,
    schema,
    single,
    specs,
    values,
    version,
)
from ansible_collections.launch.database.plugins.plugin_utils._preflight.collection import read_declared, role_names
from ansible_collections.launch.database.plugins.plugin_utils._preflight.declared import Declared
from ansible_collections.launch.database.plugins.plugin_utils._preflight.inventory import CONTROLLER, Given, read_given
from ansible_collections.launch.database.plugins.plugin_utils._preflight.settings import Reach, Settings, Unjudged, World, each

try:
    from ansible_collections.launch.database.plugins.plugin_utils._preflight import rooms
except ModuleNotFoundError as absent:
    # The rules of an instance are those of its module, which rests on amazon.aws. Whatever else is missing is a mistake of ours.
    if not (absent.name or "").startswith(version.AMAZON_PACKAGE):
        raise
    rooms = None

# Beside the parts, what the first play and those of a drift check have.
TAGS = ("preflight", "always", "drift_verdict")
Variables = t.Dict[str, t.Any]
Errors = t.List[LaunchError]


class ActionModule(ActionBase):
    """All sections, some of them, or the question whether they passed."""

    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True
    _requires_connection = False
    _VALID_ARGS = frozenset(("parts", "sections", "state"))

    def run(self, tmp: str | None = None, task_vars: Variables | None = None) -> Variables:
        result = super().run(tmp, task_vars)
        try:
            # Before anything that an older one has not.
            raise_all(version.check(__version__, rooms is not None))
            return {**result, **self._answer(task_vars or {})}
        except LaunchError as error:
            return {**result, "failed": True, "msg": error.message}

    def _answer(self, variables: Variables) -> Variables:
        _validation, arguments = self.validate_argument_spec({
            "parts": {"type": "list", "elements": "str", "choices": list(reach.PARTS)},
            "sections": {"type": "list", "elements": "str"},
            "state": {"type": "str", "choices": ["refuse", "require"], "default": "refuse"},
        })
        fact = _fact(variables)
        if arguments["state"] == "require":
            raise_all(guard.refusal(fact, load_extra_vars(self._loader), variables.get("ansible_limit"), variables.get("ansible_skip_tags") or ()))
            return {"changed": False, "account": fact["account"]}
        # What a whole system was asked, its roles are not asked again, but for what nobody could know then.
        if guard.passed(fact) and not rooms.LATER.intersection(arguments["sections"] or ()):
            return {"changed": False, "account": fact["account"]}
        return self._some(arguments["sections"], variables) if arguments["sections"] else self._all(arguments["parts"], variables)

    def _all(self, parts: t.Sequence[str] | None, variables: Variables) -> Variables:
        """Everything that is given, for a whole system."""
        raise_all(_elsewhere(variables))
        raise_all(_idle(variables.get("ansible_run_tags") or (), reach.PARTS if parts is None else parts))
        declared = read_declared(self._loader, role_names())
        given = read_given(variables["hostvars"]._inventory, self._loader, load_extra_vars(self._loader))
        raise_all(_nothing(declared, given, variables) or _two(given))
        written = declared.options.keys() & {*variables, *given.names}
        variables = _together(declared, given, variables)
        template = self._template(variables)
        settings, errors = values.read(declared.roles.values(), variables, given.names.intersection(declared.options), template, written)
        errors = _unread(given, settings) + _unknown(declared, given, settings, variables, template) + errors
        errors += single.check(declared, variables, given.of_hosts, lambda host: self._template(_of_host(host, variables)))
        settings = dataclasses.replace(settings, world=self._world(settings, variables, given.groups))
        settings = dataclasses.replace(settings, world=dataclasses.replace(settings.world, reach=_reach(settings, parts or (), variables)))
        errors += rooms.of_system(settings, declared)
        account, unasked = _ask(settings)
        raise_all(errors + unasked)
        raise_all(_unchecked(account))
        return {"changed": False, "account": account, "ansible_facts": {guard.FACT: guard.seal(account)}}

    def _some(self, sections: t.Sequence[str], variables: Variables) -> Variables:
        """What a role has to refuse that is used alone, by the values that it was given."""
        raise_all(rooms.unknown(sections, role_names()))
        declared = read_declared(self._loader, rooms.roles(sections, role_names()))
        given = [option for option in declared.options if option in variables]
        settings, errors = values.read(declared.roles.values(), variables, given, self._template(variables))
        settings = dataclasses.replace(settings, world=self._world(settings, variables, variables.get("groups") or {}))
        errors += rooms.of_sections(sections, settings, declared)
        account, unasked = _ask(settings) if rooms.ENDPOINT in sections else ("", [])
        raise_all(errors + unasked)
        return {"changed": False, "account": account}

    def _template(self, variables: Variables) -> values.Template:
        return Templar(loader=self._loader, variables=variables).template

    def _world(self, settings: Settings, variables: Variables, groups: t.Mapping[str, t.Sequence[str]]) -> World:
        environment = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        return World(
            environment, _endpoints(settings, environment), self._locations(settings), self._authorities(settings), groups, _tags(variables, groups),
            catalogs=self._catalogs(settings),
        )

    def _locations(self, settings: Settings) -> t.Mapping[str, t.Any] | LaunchError:
        try:
            return read_locations(self._loader, settings[schema.LOCATIONS], schema.LOCATIONS)
        except LaunchError as error:
            return error
        except Unjudged:
            return {}

    def _catalogs(self, settings: Settings) -> t.Mapping[str, bytes] | LaunchError:
        try:
            path = settings.get(proof.EXPECTED)
            return read_file_or_folder(self._loader, path, proof.EXPECTED) if path else {}
        except LaunchError as error:
            return error
        except Unjudged:
            return {}

    def _authorities(self, settings: Settings) -> bytes | None:
        """Found and read as ansible.builtin.file does, since the playbooks read it with that: a vaulted one is decrypted."""
        try:
            found = self._find_needle("files", os.path.expanduser(settings[schema.CA_FILE]))
        except (AnsibleError, Unjudged):
            return None
        return self._loader.get_text_file_contents(found).encode() if os.path.isfile(found) else None


def _fact(variables: Variables) -> t.Any:
    """What the preflight left behind where it ran. Extra variables can put something else there, which fits no seal."""
    facts = variables["hostvars"].raw_get(CONTROLLER).get("ansible_facts") or {}
    return facts.get(guard.FACT)


def _tags(variables: Variables, groups: t.Mapping[str, t.Sequence[str]]) -> dict[str, t.Mapping[str, str]]:
    """As the inventory plugin aws_ec2 keeps them under the prefix of launch's sources; of another source nothing is known."""
    found = {host: variables["hostvars"].raw_get(host).get("aws_tags") for host in groups.get("pool", ())}
    return {host: tags for host, tags in found.items() if isinstance(tags, t.Mapping)}


def _reach(settings: Settings, parts: t.Iterable[str], variables: Variables) -> Reach:
    try:
        patterns = {play.pattern for play in reach.plays(settings)}
    except Unjudged:
        return Reach()
    inventory = variables["hostvars"]._inventory
    # Ansible would warn about a group that does not exist yet.
    patterns -= {reach.POOL} - inventory.groups.keys()
    return Reach(
        reach.selected(parts, variables.get("ansible_run_tags") or (), variables.get("ansible_skip_tags") or ()), variables.get("ansible_limit"),
        {pattern: [host.name for host in inventory.get_hosts(pattern, ignore_limits=True)] for pattern in patterns},
        {pattern: [host.name for host in inventory.get_hosts(pattern)] for pattern in patterns},
    )


def _idle(tags: t.Collection[str], parts: t.Collection[str]) -> Errors:
    """Refuse --tags that no play has: the run would do nothing, and succeed."""
    known = (*TAGS[:2], *parts, *TAGS[2:])
    if not tags or set(tags) & {*known, "all", "tagged", "untagged"}:
        return []
    return [LaunchError(f"no play has such a tag; there are {', '.join(known)}.", option="--tags", value=",".join(tags), remedy="Nothing was changed.")]


def _unchecked(account: str) -> Errors:
    """What isn't known of the endpoint was refused already, unless only a host would know it."""
    if account:
        return []
    return [LaunchError(
        "the account can't be checked, since the controller does not know all that the check needs.", option="aws_endpoint_account_id",
        remedy="Write the variables aws_endpoint_* without what only a host knows. Nothing was changed.",
    )]


def _elsewhere(variables: Variables) -> Errors:
    """Refuse another host: what it left behind there, nobody would find, and others' variables are not the system's."""
    if variables["inventory_hostname"] == CONTROLLER:
        return []
    return [LaunchError(
        f"the whole preflight runs on {CONTROLLER}.", option="host", value=variables["inventory_hostname"],
        remedy="Use it in a play with hosts: localhost, or name sections. Nothing was changed.",
    )]


def _nothing(declared: Declared, given: Given, variables: Variables) -> Errors:
    """Refuse an inventory that describes no system: otherwise each missing value would be a line of its own."""
    if (given.names - given.extra).intersection(declared.options):
        return []
    return [LaunchError(
        "it has no variable of this collection.", option="inventory", value=", ".join(variables.get("ansible_inventory_sources") or ()),
        remedy="Name the folder of an environment, as in -i inventories/launch/poc, relative to the folder that you are in. Nothing was changed.",
    )]


def _two(given: Given) -> Errors:
    """Refuse two environments at once: Ansible would mix their values without a word."""
    if len(given.environments) < 2:
        return []
    return [LaunchError(
        "each of these folders is an inventory of its own, and Ansible would mix their values.", option="inventory", value=", ".join(given.environments),
        remedy="Name one environment with -i. Nothing was changed.",
    )]


def _of_host(host: str, variables: Variables) -> Variables:
    return {**variables, **variables["hostvars"].raw_get(host)}


def _together(declared: Declared, given: Given, variables: Variables) -> Variables:
    """Variables as the roles will see them: their defaults below, and for the pools what their group says."""
    of_pool = {name: value for name, value in given.pool.items() if name in declared.options and name not in given.extra}
    defaults = {name: value for role in declared.roles.values() for name, value in role.defaults.items()}
    return {**defaults, **variables, **of_pool}


def _unread(given: Given, settings: Settings) -> Errors:
    """Hosts that the inventory does not know yet are those that a run makes."""
    planned = [host["name"] for host in settings.values.get(hosts.LIST) or []] if hosts.LIST not in settings.refused else []
    return files.check(given.files, given.groups, {host for names_of in given.groups.values() for host in names_of} | {CONTROLLER, *planned})


def _unknown(declared: Declared, given: Given, settings: Settings, variables: Variables, template: values.Template) -> Errors:
    own: list[str] = []
    errors: Errors = []
    # The lists under the name of another system as well: one wrong word would make all names in them unknown.
    for option in sorted(name for name in given.names if name.endswith(names.OWN_SUFFIX)):
        listed, wrong = _list(option, variables.get(option), template)
        own, errors = [*own, *listed], errors + wrong
    system = settings.values.get("system_name")
    return errors + names.check(given.names, declared, system, own, settings.values.get("system_foreign_prefixes") or (), given.others)


def _list(option: str, value: t.Any, template: values.Template) -> tuple[t.Sequence[str], Errors]:
    """A list of names that no role declares."""
    try:
        taken, errors = specs.check(option, {"type": "list", "elements": "str"}, template(value))
    except AnsibleError as error:
        taken, errors = None, [values.unresolved(option, error)]
    return ([] if errors else taken or []), errors


def _endpoints(settings: Settings, environment: t.Mapping[str, str]) -> t.Mapping[str, str] | LaunchError:
    """Where boto3 would send calls; nobody wants to know where the inventory says it, or where it has to be this machine."""
    try:
        if settings["aws_endpoint_scope"] != "aws" or settings.get(endpoint.URL) or boto.missing():
            return {}
        profile = next((environment[name] for name in endpoint.PROFILES if environment.get(name)), None)
        return boto.effective_endpoints(endpoint.SERVICES, settings["aws_endpoint_region"], profile)
    except LaunchError as error:
        return error
    except Unjudged:
        return {}


def _ask(settings: Settings) -> tuple[str, Errors]:
    """The account that answers, or why none does. Nobody is asked where the question might go astray."""
    if boto.missing():
        return "", boto.missing()
    if not endpoint.is_certain(settings):
        return "", []
    try:
        answered = boto.account(settings)
    except LaunchError as error:
        return "", each(error)
    return answered, endpoint.another(settings, answered)
