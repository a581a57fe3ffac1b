# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import datetime

import pytest

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._postgres.check.exceptions import Excuse, excuses, judge
from ansible_collections.launch.database.plugins.module_utils._postgres.check.finding import Finding

VIEW = Finding("R16.sql", "R16", "error", "app.v", "it reads as its owner", "make it security_invoker")
INDEX = Finding("R24.sql", "R24", "warning", "app.t: i", "it is read for nothing", "store it")
LAST_DAY = datetime.date(2027, 1, 31)
EXCUSE = Excuse("R16", "app.v", "reporting", "no tenant's rows", LAST_DAY)
GIVEN = {"rule": "R16", "object": "app.v", "owner": "reporting", "reason": "no tenant's rows", "expires": "2027-01-31"}
DAY = datetime.timedelta(days=1)


def test_an_exception_takes_what_it_is_for_out_of_the_findings_and_keeps_it():
    judged = judge([VIEW, INDEX], [EXCUSE], LAST_DAY)
    assert (judged.findings, judged.excepted, judged.unused) == ([INDEX], [(VIEW, EXCUSE)], [])


def test_an_exception_is_for_all_that_one_rule_finds_on_one_object():
    more = dataclasses.replace(VIEW, detail="by another role")
    other = dataclasses.replace(VIEW, object="app.w"), dataclasses.replace(VIEW, rule="R17")
    judged = judge([VIEW, more, *other], [EXCUSE], LAST_DAY)
    assert (judged.findings, [finding for finding, _excuse in judged.excepted]) == ([*other], [VIEW, more])


@pytest.mark.parametrize(("findings", "severity"), [
    ([], "warning"), ([VIEW], "error"), ([dataclasses.replace(VIEW, severity="warning")], "warning"),
    ([dataclasses.replace(VIEW, severity="warning"), VIEW], "error"),
])
def test_an_exception_whose_day_is_over_excepts_nothing_and_is_a_finding_itself(findings, severity):
    judged = judge(findings, [EXCUSE], LAST_DAY + DAY)
    assert (judged.findings[:-1], judged.excepted) == (findings, [])
    over = judged.findings[-1]
    assert (over.check, over.rule, over.object, over.severity) == ("exceptions", "R16", "app.v", severity)
    assert over.detail == "the exception that reporting answers for expired on 2027-01-31" and over.remedy


@pytest.mark.parametrize("today", [LAST_DAY, LAST_DAY + DAY])
def test_an_exception_that_nothing_is_found_for_is_unused(today):
    assert judge([INDEX], [EXCUSE], today).unused == [EXCUSE]


def test_exceptions_come_from_their_options():
    assert excuses([GIVEN]) == [EXCUSE] and EXCUSE.as_result() == GIVEN
    assert excuses([]) == []


@pytest.mark.parametrize(("change", "wrong"), [
    *(({field: nothing}, [f"exceptions[0].{field}"]) for field in GIVEN for nothing in ("", "  ", None)),
    *(({"expires": day}, ["exceptions[0].expires"]) for day in ("soon", "2027-02-30", "31.01.2027", "2027-1-31x", "never")),
    ({"owner": "", "expires": "soon"}, ["exceptions[0].owner", "exceptions[0].expires"]),
])
def test_an_exception_without_a_field_or_with_a_day_that_is_none_is_refused(change, wrong):
    with pytest.raises(LaunchError) as refusal:
        excuses([GIVEN | change])
    assert [line.split(": ")[0] for line in refusal.value.message.splitlines()] == wrong


def test_the_same_exception_twice_is_refused():
    with pytest.raises(LaunchError, match=r"exceptions\[1\]: 'R16 app.v': it has more than one exception."):
        excuses([GIVEN, GIVEN | {"owner": "somebody else"}])
    assert len(excuses([GIVEN, GIVEN | {"rule": "R17"}])) == 2
