# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done about a DB instance: pure.

Private to the collection: may change at any time.
"""
from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.launch.database.plugins.module_utils._errors import LaunchError, raise_all
from ansible_collections.launch.database.plugins.module_utils._plan import (
    EVENTUAL,
    HIDDEN,
    IMMEDIATE,
    MAINTENANCE_WINDOW,
    PENDING_REBOOT,
    Change,
    Plan,
)
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers, password, tags
from ansible_collections.launch.database.plugins.module_utils._aws.instance import arguments, stability, storage, versions
from ansible_collections.launch.database.plugins.module_utils._aws.instance.spec import (
    BY_OPTION,
    IMMUTABLE,
    MASTER_PASSWORD,
    SILENT,
    STORAGE,
)
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import (
    PASSWORD_TAG,
    ActualInstance,
    DesiredInstance,
    MasterSecret,
)

CREATE, UPDATE, FLUSH, PASSWORD, REBOOT, UNPROTECT, DELETE = "create", "update", "flush", "password", "reboot", "unprotect", "delete"
NEEDED = ("instance_class", "allocated_storage", "master_username")


def plan_instance(desired: DesiredInstance, actual: ActualInstance) -> Plan:
    """Compare options that passed checks.problems(). Raises LaunchError, or LaunchErrors, for what this instance can't become."""
    resource = f"DB instance {desired.identifier}"
    if desired.state == "absent":
        return Plan(resource, tuple(_deletion(desired, actual)))
    if not actual.exists:
        return Plan(resource, tuple(_creation(desired, actual)))
    changes = _changes(desired, actual)
    stability.refuse_broken(desired.identifier, actual.status, {change.path for change in changes})
    return Plan(resource, tuple(changes), tuple(_waiting(desired, actual, changes)))


def _creation(desired: DesiredInstance, actual: ActualInstance) -> list[Change]:
    missing = [option for option in NEEDED if option not in desired.attributes]
    if desired.master_secret is None:
        missing.append("master_secret")
    if missing:
        raise LaunchError(f"a new instance needs {', '.join(missing)}.", option="identifier", value=desired.identifier, remedy="Give them.")
    raise_all(_secret_errors(desired, actual))
    wanted = dict(desired.attributes)
    if "engine_version" in wanted:
        wanted["engine_version"] = versions.choose("engine_version", wanted["engine_version"], actual.offered)
    when = _soon(desired)
    members = arguments.creation(wanted)
    created = [
        Change(CREATE, "instance", None, desired.identifier, when, payload=arguments.identity(desired)),
        Change(CREATE, MASTER_PASSWORD, None, HIDDEN, when, payload=_given(actual.secret)),
    ]
    created += [Change(CREATE, option, None, value, when, payload=members[option]) for option, value in wanted.items()]
    return created + tags.changes(desired_tags(desired, actual), {}, False)


def _given(secret: MasterSecret | None) -> arguments.Members:
    """The password for a call; nothing in check mode before the secret is made."""
    return {"MasterUserPassword": secret.password} if secret else {}


def _secret_errors(desired: DesiredInstance, actual: ActualInstance) -> list[LaunchError]:
    """In check mode the secret may not exist yet; nothing can be said about it then."""
    secret, errors = actual.secret, []
    if secret and not password.fits_rds(secret.password):
        errors.append(LaunchError("RDS does not take the password it holds.", option="master_secret", value=desired.master_secret,
                                  remedy="Use 8 to 128 printable ASCII characters without / \" @ ' and space."))
    wanted = desired.attributes.get("master_username")
    if secret and wanted and secret.username not in (None, wanted):
        errors.append(LaunchError(f"the secret {desired.master_secret} is one of {secret.username}.", option="master_username",
                                  value=wanted, remedy="Name the same user in both."))
    return errors


def _deletion(desired: DesiredInstance, actual: ActualInstance) -> list[Change]:
    if not actual.exists or actual.status == "deleting":
        return []
    if not desired.skip_final_snapshot and desired.final_snapshot_identifier is None:
        raise LaunchError("the last copy of the data needs a name.", option="final_snapshot_identifier",
                          remedy="Give one that is not taken, or say skip_final_snapshot: true.")
    gone = arguments.deletion(desired)
    changes = [Change(DELETE, "instance", desired.identifier, None, _soon(desired), destructive=True, payload=gone)]
    if not actual.live.get("deletion_protection"):
        return changes
    if desired.attributes.get("deletion_protection") is not False:
        raise LaunchError("the instance is protected from deletion.", option="deletion_protection", value=True,
                          remedy="Say deletion_protection: false as well.")
    lifted = {"DeletionProtection": False}
    return [Change(UNPROTECT, "deletion_protection", True, False, _soon(desired), payload=lifted), *changes]


def _changes(desired: DesiredInstance, actual: ActualInstance) -> list[Change]:
    raise_all(_immutable_errors(desired, actual) + _storage_errors(desired, actual))
    wanted = _comparable(desired, actual)
    differing = {option: change for option, value in wanted.items() if (change := _change(desired, actual, option, value))}
    members = arguments.modification(desired, actual, {option: wanted[option] for option in differing})
    changes = [dataclasses.replace(change, payload=members[option]) for option, change in differing.items()]
    changes += _password(desired, actual) + _reboot(desired, actual, "parameter_group" in differing)
    return changes + tags.changes(desired_tags(desired, actual), actual.tags, desired.purge_tags)


def _soon(desired: DesiredInstance) -> str:
    return IMMEDIATE if desired.wait else EVENTUAL


def _immutable_errors(desired: DesiredInstance, actual: ActualInstance) -> list[LaunchError]:
    return [
        LaunchError(f"the instance has {actual.expected(option)!r}, and RDS can't change it.", option=option,
                    value=desired.attributes[option], remedy="Give what it has, or restore a snapshot into a new instance.")
        for option in IMMUTABLE
        if option in desired.attributes and not _equal(option, desired.attributes[option], actual)
    ]


def _equal(option: str, value: t.Any, actual: ActualInstance) -> bool:
    if option == "kms_key_id":
        return identifiers.same_key(value, actual.expected(option), actual.kms_key)
    return value == actual.expected(option)


def _storage_errors(desired: DesiredInstance, actual: ActualInstance) -> list[LaunchError]:
    value, now = desired.attributes.get("allocated_storage"), actual.expected("allocated_storage")
    error = storage.growth_problem(value, now, _scales(desired, actual)) if value and now else None
    return [error] if error else []


def _scales(desired: DesiredInstance, actual: ActualInstance) -> bool:
    most = desired.attributes.get("max_allocated_storage") or actual.expected("max_allocated_storage")
    return bool(most) and most > (desired.attributes.get("allocated_storage") or 0)


def _comparable(desired: DesiredInstance, actual: ActualInstance) -> dict[str, t.Any]:
    """The options whose difference is a change: some are minimums, some mean nothing while another is off."""
    wanted = {option: value for option, value in desired.attributes.items() if option not in IMMUTABLE}
    if "engine_version" in wanted:
        wanted["engine_version"] = _version(wanted["engine_version"], actual)
    if "allocated_storage" in wanted:
        wanted["allocated_storage"] = max(wanted["allocated_storage"], actual.expected("allocated_storage") or 0)
    if storage.is_fixed(desired.attributes):
        wanted["max_allocated_storage"] = _no_autoscaling(wanted["allocated_storage"], actual)
    if actual.expected("port") is None:
        # RDS gives the port together with the endpoint, some time after the instance was made.
        wanted.pop("port", None)
    if not wanted.get("monitoring_interval", actual.expected("monitoring_interval")):
        wanted.pop("monitoring_role_arn", None)
    if not wanted.get("performance_insights", actual.expected("performance_insights")):
        wanted.pop("performance_insights_retention", None)
    if storage.performance_is_fixed(*(wanted.get(option, actual.expected(option)) for option in ("storage_type", "allocated_storage"))):
        wanted = {option: value for option, value in wanted.items() if option not in ("iops", "storage_throughput")}
    return wanted


def _no_autoscaling(size: int, actual: ActualInstance) -> int | None:
    """RDS says that storage doesn't scale by leaving the limit out; it takes that from a limit that is the size."""
    now = actual.expected("max_allocated_storage")
    return now if now in (None, actual.expected("allocated_storage")) else size


def _version(wanted: str, actual: ActualInstance) -> str:
    """The version that is there if it is enough, else the one to ask for."""
    now = actual.expected("engine_version")
    if versions.satisfied(wanted, now):
        return now
    if versions.number(wanted)[0] != versions.number(now)[0]:
        raise LaunchError(f"the instance has {now}; another major version is not a change of a setting.", option="engine_version",
                          value=wanted, remedy="Upgrade it with a blue/green deployment, then run this again.")
    return versions.choose("engine_version", wanted, actual.offered)


def _change(desired: DesiredInstance, actual: ActualInstance, option: str, value: t.Any) -> Change | None:
    now, live = actual.expected(option), actual.live.get(option)
    if value != now:
        if option in STORAGE and actual.status == stability.OPTIMIZING:
            raise LaunchError("the storage is still being optimized after its last change.", option=option, value=value,
                              remedy="Run this again when the status is available; RDS allows one change in six hours.")
        return Change(UPDATE, option, now, value, _when(desired, option, value, live))
    if option in actual.pending and desired.apply_immediately and actual.status in stability.SETTLED:
        return Change(FLUSH, option, live, value, _soon(desired))
    return None


def _when(desired: DesiredInstance, option: str, value: t.Any, live: t.Any) -> str:
    # Switching backups on or off waits as a class does; another number of days does not.
    queued = BY_OPTION[option].queued or (option == "backup_retention_period" and 0 in (value, live))
    return MAINTENANCE_WINDOW if queued and not desired.apply_immediately else _soon(desired)


def _password(desired: DesiredInstance, actual: ActualInstance) -> list[Change]:
    known, secret = actual.tags.get(PASSWORD_TAG), actual.secret
    if known is None or secret is None or secret.fingerprint in (None, known):
        return []
    raise_all(_secret_errors(desired, actual))
    return [Change(PASSWORD, MASTER_PASSWORD, HIDDEN, HIDDEN, _soon(desired), payload=_given(secret))]


def desired_tags(desired: DesiredInstance, actual: ActualInstance) -> dict[str, t.Any] | None:
    """The user's tags and ours. An instance without our tag is taken to have the password that its secret has now."""
    fingerprint = actual.secret.fingerprint if actual.secret else actual.tags.get(PASSWORD_TAG)
    if fingerprint is None:
        return None if desired.tags is None else dict(desired.tags)
    return {**(actual.tags if desired.tags is None else desired.tags), PASSWORD_TAG: fingerprint}


def _reboot(desired: DesiredInstance, actual: ActualInstance, attached: bool) -> list[Change]:
    if desired.reboot == "never" or not (attached or stability.awaits_reboot(actual)):
        return []
    before = stability.INCOMPATIBLE if actual.status == stability.INCOMPATIBLE else stability.PENDING_REBOOT
    return [Change(REBOOT, stability.PARAMETERS, before, stability.IN_SYNC, _soon(desired))]


def _waiting(desired: DesiredInstance, actual: ActualInstance, changes: list[Change]) -> list[Change]:
    busy = {change.path for change in changes}
    waiting = [
        Change(UPDATE, option, actual.live.get(option), value, MAINTENANCE_WINDOW)
        for option, value in sorted(actual.pending.items())
        if option not in busy
    ]
    if actual.apply_status == stability.PENDING_REBOOT and desired.reboot == "never":
        waiting.append(Change(REBOOT, stability.PARAMETERS, actual.apply_status, stability.IN_SYNC, PENDING_REBOOT))
    return waiting


def shows_in_status(plan: Plan) -> bool:
    """Whether RDS will leave "available" for what a plan changes."""
    return bool(plan.of(PASSWORD)) or any(
        change.path not in SILENT and change.when != MAINTENANCE_WINDOW for change in plan.of(UPDATE, FLUSH)
    )


def advice(desired: DesiredInstance, actual: ActualInstance) -> list[str]:
    """Warnings: what somebody else queued would be applied along with what is asked for."""
    others = sorted(option for option in actual.pending if option not in desired.attributes)
    if desired.state == "absent" or not desired.apply_immediately or not others:
        return []
    return [f"apply_immediately also applies what is pending already: {', '.join(others)}."]
