# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every database module does: check its options, connect, converge.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import contextlib
import functools
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.launch.database.plugins.module_utils._argspec import POSTGRES_CONNECTION, ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._converge import converge
from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError
from ansible_collections.launch.database.plugins.module_utils._plan import Plan
from ansible_collections.launch.database.plugins.module_utils._postgres.connection import require_psycopg2
from ansible_collections.launch.database.plugins.module_utils._postgres.session import Session, open_session


class Job(t.Protocol):
    """The four steps of converge(), those that talk to the server with a session.

    A job may have ``exclusive(session)`` as well: a context manager that keeps other runs out. None is like having none.
    """

    def read(self, session: Session) -> t.Any:
        """What there is."""

    def plan(self, actual: t.Any) -> Plan:
        """What would change it."""

    def apply(self, session: Session, plan: Plan, actual: t.Any) -> None:
        """Change it."""

    def result(self, actual: t.Any) -> dict[str, t.Any]:
        """What the task returns."""


def run(options: ArgumentSpec, make_job: t.Callable[[t.Mapping[str, t.Any]], Job], allow_destructive: bool = False) -> None:
    """The whole of a module.

    :arg options: its own options; those of the connection are added.
    :arg make_job: raises LaunchError for options that make no sense, before anything is connected to.
    :arg allow_destructive: whether what its options name is the user's word for destroying it.
    """
    module = AnsibleModule(supports_check_mode=True, **POSTGRES_CONNECTION.merge(options).to_kwargs())
    require_psycopg2(module)
    try:
        _refuse_unread_secret(module.params)
        job = make_job(module.params)
        with open_session(module.params) as session:
            converge(
                module,
                read=functools.partial(job.read, session),
                plan=job.plan,
                apply=functools.partial(job.apply, session),
                result=functools.partial(_result, module, job),
                allow_destructive=allow_destructive or module.params.get("allow_destructive", False),
                exclusive=functools.partial(getattr(job, "exclusive", None) or contextlib.nullcontext, session),
            )
    except LaunchError as error:
        module.fail_json(msg=error.message, **error.as_result())


def _result(module: AnsibleModule, job: Job, actual: t.Any) -> dict[str, t.Any]:
    """The job's result; its warnings are Ansible's."""
    result = job.result(actual)
    for sentence in result.pop("warnings", ()):
        module.warn(sentence)
    return result


def _refuse_unread_secret(params: t.Mapping[str, t.Any]) -> None:
    """The action plugin hands over what the secret holds; without it there is only the secret's name."""
    missing = [option for option in ("login_host", "login_user", "login_password") if params[option] is None]
    if missing:
        raise LaunchError(
            f"it was not read: the module itself reads no secret, and there is no {missing[0]}.", option="login_secret", value=params["login_secret"],
            remedy="Run it by its full name, launch.database.postgres_..., so that its action plugin reads the secret on the controller.",
        )
