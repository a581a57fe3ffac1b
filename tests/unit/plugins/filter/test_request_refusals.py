# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.launch.database.plugins.filter.request_refusals import request_refusals

EXPORT = {"type": "list", "elements": "dict", "options": {"tenant": {"required": True}, "path": {"type": "path", "required": True}}}
OPTIONS = {"tenants_list": {"type": "list", "elements": "dict"}, "tenants_exports": EXPORT, "tenants_actor": {"description": "Id of whoever does this."}}
GIVEN = {"tenants_list": [{"id": "A"}], "tenants_exports": []}


def refusals(*more: str, values=None, **given):
    names = {"tenants_list", "tenants_exports", "tenants_actor", "ansible_version", "inventory_dir", "__tenants", *more}
    return request_refusals(
        names - {given.pop("without", None)}, OPTIONS, required=["tenants_actor"], prefixes=["tenants_"], sets=["tenants_done"],
        values=GIVEN if values is None else values, any_of=["tenants_list", "tenants_exports"], **given)


@pytest.mark.parametrize("given", [
    pytest.param({}, id="all as it should be"),
    pytest.param({"tags": ["nope", "all"]}, id="all tags"),
    pytest.param({"tags": ["untagged"]}, id="what has none"),
    pytest.param({"skip_tags": ["nope"]}, id="a tag that nothing has is skipped"),
    pytest.param({"values": {**GIVEN, "tenants_list": [], "tenants_exports": [{"tenant": "A", "path": "/a"}]}}, id="one of several"),
])
def test_what_goes_on(given):
    assert refusals("tenants_done", "colour", **given) == []


@pytest.mark.parametrize(("more", "given", "said"), [
    (["tenants_lists"], {}, "tenants_lists: this playbook has no variable of this name. Did you mean tenants_list?"),
    (["tenant_list"], {}, "tenant_list: this playbook has no variable of this name. Did you mean tenants_list?"),
    (["tenants_zzzzzzzzzzz"], {}, "tenants_zzzzzzzzzzz: this playbook has no variable of this name. It takes tenants_list, tenants_exports, tenants_actor."),
    ([], {"tags": ["nope"]}, "--tags: 'nope': nothing in this playbook has such a tag. Leave it out; nothing was done."),
    ([], {"tags": ["always"]}, "--tags: 'always': nothing in this playbook has such a tag. Leave it out; nothing was done."),
    ([], {"skip_tags": ["untagged"]}, "--skip-tags: 'untagged': nothing would be left to do. Leave it out; nothing was done."),
    ([], {"without": "tenants_actor"}, "tenants_actor: it has no value. Give one: Id of whoever does this."),
    ([], {"values": {"tenants_list": [], "tenants_exports": []}},
     "tenants_list, tenants_exports: nothing is asked for. Give at least one of them what is to be done; nothing was done."),
    ([], {"values": {"tenants_list": {"id": "A"}}}, "tenants_list: {'id': 'A'}: it is not a list. Write it as a list; [] is an empty one."),
])
def test_what_is_refused(more, given, said):
    assert refusals(*more, **given) == [said]


def test_a_misspelt_key_is_named_with_what_is_missing_for_it():
    values = {"tenants_exports": [{"tenat": "A", "path": "/a"}, {"tenant": "A", "pth": "/a"}]}
    assert refusals(values=values) == [
        "tenants_exports[0].tenat: there is no such key. Did you mean tenant?", "tenants_exports[0].tenant: it has no value. Give one.",
        "tenants_exports[1].pth: there is no such key. Did you mean path?", "tenants_exports[1].path: it has no value. Give one.",
    ]
