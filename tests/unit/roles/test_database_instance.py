# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the plan of the preflight says all about the instance, so that nobody is asked again."""
from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from tests.support.ansible import ROOT

GROUP = {"plan": []}
INSTANCE = {"plan": [], "pending": [], "instance": {"vpc_security_group_ids": ["sg-2", "sg-1"]}}
CHANGE = {"action": "modify"}


@pytest.mark.parametrize(("given", "settled"), [
    pytest.param({}, True, id="nothing to change"),
    pytest.param({"ansible_check_mode": True}, False, id="check mode shows its own plan"),
    pytest.param({"__database_instance_group": {"plan": [CHANGE]}}, False, id="a parameter group that is changed"),
    pytest.param({"__database_instance": INSTANCE | {"plan": [CHANGE]}}, False, id="an instance that is changed"),
    pytest.param({"__database_instance": INSTANCE | {"pending": [CHANGE]}}, False, id="what waits for a reboot"),
    pytest.param({"database_instance_security_group_ids": ["sg-3"]}, False, id="a security group that was made since"),
    pytest.param({"__database_instance_group": None}, False, id="no plan of the parameter group"),
    pytest.param({"__database_instance": None}, False, id="no plan of the instance"),
    pytest.param({"__database_instance": {"msg": "refused"}}, False, id="a plan that failed"),
])
def test_an_instance_that_the_preflight_planned_is_asked_again_unless_nothing_can_have_changed(given, settled):
    loader = DataLoader()
    own = loader.load_from_file(str(ROOT / "roles" / "database_instance" / "vars" / "main.yml"), trusted_as_template=True)
    values = {
        **own, "ansible_check_mode": False,
        "database_instance_security_group_ids": ["sg-1", "sg-2"], "__database_instance_group": GROUP, "__database_instance": INSTANCE, **given,
    }
    template = Templar(loader=loader, variables={name: value for name, value in values.items() if value is not None})
    assert template.template(values["__database_instance_settled"]) is settled
