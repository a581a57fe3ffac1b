# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance
version_added: 0.1.0
short_description: Manage a DB instance of Amazon RDS for PostgreSQL
description:
  - Creates, changes, reboots and deletes an instance, and adopts one that exists by its identifier.
  - What an option does not name is left alone. A difference that RDS can't change is an error, never passed over in silence.
  - Everything is checked before anything is created or changed; all that is wrong is named in one error.
  - An instance that is changing, because an earlier run was interrupted or somebody else changes it, is waited for first.
  - Waiting means until the instance has settled as AWS defines it - status, parameters, security groups and, with
    O(apply_immediately), pending values - and shows every few seconds how it goes. A status that no waiting ends is an error at once.
options:
  identifier:
    description:
      - Identifier of the instance. RDS keeps it in lower case.
      - A letter first, then letters, digits and single hyphens, none at the end; 63 characters at most.
    type: str
    required: true
  engine_version:
    description:
      - The least version of PostgreSQL, such as V(17.4), or V(17) for any of that major version. RDS raises minors by itself, so
        a newer one is no difference.
      - A new instance gets this version or, where RDS does not offer it any more, the next one.
      - Another major version is refused.
    type: str
  instance_class:
    description: Class, such as V(db.t4g.medium). Needed for a new instance.
    type: str
  allocated_storage:
    description:
      - Size of the storage in GiB, 20 to 65536. Needed for a new instance.
      - Storage never shrinks; a smaller number is refused unless RDS may have grown it by itself (O(max_allocated_storage)).
      - It grows by at least 10 percent.
    type: int
  storage_type:
    description: Type of the storage.
    type: str
    choices: [gp2, gp3, io1, io2]
  iops:
    description:
      - I/O operations per second. C(gp3) has 3000 below 400 GiB, where RDS refuses another number, and takes 12000 to 64000 from
        there on, at most 500 per GiB.
    type: int
  storage_throughput:
    description:
      - Throughput in MiB/s. C(gp3) has 125 below 400 GiB, where RDS refuses another number, and takes 500 to 4000 from there on,
        at most a quarter of O(iops).
    type: int
  max_allocated_storage:
    description:
      - Size in GiB up to which RDS may grow the storage by itself, at least 10 percent above O(allocated_storage).
      - The same number as O(allocated_storage) switches that off.
    type: int
  multi_az:
    description: Whether there is a standby in another availability zone.
    type: bool
  db_name:
    description: Database that is made with the instance. It can't be changed.
    type: str
  port:
    description: TCP port, 1150 to 65535. A change restarts the instance at once.
    type: int
  master_username:
    description: Name of the master user. Needed for a new instance; it can't be changed.
    type: str
  master_secret:
    description:
      - Name of the secret in Secrets Manager whose C(password) is the master user's. Needed for a new instance.
      - The module reads it itself, so that the password is in no argument, result or log.
      - A tag C(launch.database:master-secret-fingerprint) remembers which password the instance was given. When the secret has another
        one, the instance gets it. An adopted instance without that tag is taken to have the one of the secret.
    type: str
  subnet_group:
    description: DB subnet group. It can't be changed.
    type: str
  vpc_security_group_ids:
    description: The security groups, all of them.
    type: list
    elements: str
  parameter_group:
    description: DB parameter group. Another one is in force only after a reboot, see O(reboot).
    type: str
  kms_key_id:
    description: Id, ARN or alias of the KMS key of the storage. It can't be changed.
    type: str
  storage_encrypted:
    description: Whether the storage is encrypted. It can't be changed.
    type: bool
  backup_retention_period:
    description: Days that automated backups are kept, 0 to 35; V(0) is no backups.
    type: int
  backup_window:
    description: Daily window of the backups in UTC, such as V(03:00-04:00), at least 30 minutes, apart from O(maintenance_window).
    type: str
  maintenance_window:
    description: Weekly window of maintenance in UTC, such as V(sun:05:00-sun:06:00), at least 30 minutes.
    type: str
  auto_minor_version_upgrade:
    description: Whether RDS raises the minor version by itself.
    type: bool
  monitoring_interval:
    description: Seconds between two samples of Enhanced Monitoring, one of 0, 1, 5, 10, 15, 30, 60; V(0) is off.
    type: int
  monitoring_role_arn:
    description: Role that writes these samples. Needed when O(monitoring_interval) is not 0.
    type: str
  performance_insights:
    description: Whether Performance Insights is on.
    type: bool
  performance_insights_retention:
    description: Days that its data is kept, 7, a multiple of 31 up to 713, or 731.
    type: int
  cloudwatch_logs_exports:
    description: The logs that go to CloudWatch, all of them, of C(postgresql), C(upgrade) and C(iam-db-auth-error).
    type: list
    elements: str
  deletion_protection:
    description: Whether the instance is protected from deletion.
    type: bool
  publicly_accessible:
    description: Whether the instance has a public address.
    type: bool
  copy_tags_to_snapshot:
    description: Whether snapshots get the instance's tags.
    type: bool
  apply_immediately:
    description:
      - Whether changes are made at once that otherwise wait for the maintenance window - class, version, storage, Multi-AZ.
      - RDS then also makes the changes that others have queued; there is a warning if there are any.
      - Without it, changes that wait are in RV(pending), not lost and not repeated.
    type: bool
    default: false
  reboot:
    description:
      - Whether the instance is rebooted when parameters wait for it, or have kept it from starting (C(incompatible-parameters)).
      - The status C(incompatible-parameters) needs a corrected parameter group, and then V(if_pending); V(never) refuses it.
    type: str
    choices: [never, if_pending]
    default: never
  wait:
    description: Whether to wait until the instance has settled. Without it, whatever needs a second step is left to the next run.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most, for everything the module waits for.
    type: int
    default: 3600
  progress_file:
    description: A file that gets a line whenever the wait has something new. The action plugin of the module names it and shows its lines. Leave it unset.
    type: path
  skip_final_snapshot:
    description: Whether O(state=absent) takes no last snapshot.
    type: bool
    default: false
  final_snapshot_identifier:
    description: Name of the last snapshot, one that is not taken. Needed with O(state=absent) unless O(skip_final_snapshot=true).
    type: str
  allow_destructive:
    description: Confirms that an instance may be deleted.
    type: bool
    default: false
  state:
    description:
      - Whether the instance should exist.
      - V(absent) needs O(allow_destructive=true) and, for a protected instance, O(deletion_protection=false).
    type: str
    choices: [present, absent]
    default: present
author:
  - launch.database contributors (!UNKNOWN)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - launch.database._aws
  - launch.database._attributes
  - launch.database._attributes.aws_group
  - launch.database._tags
seealso:
  - name: Settings for DB instances
    description: When RDS carries a change out, and whether it interrupts.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
  - module: launch.database.db_secret
  - module: launch.database.rds_parameter_group
"""

EXAMPLES = r"""
- name: The database of launch
  launch.database.rds_instance:
    identifier: launch-db-main
    engine_version: "17.4"
    instance_class: db.t4g.medium
    storage_type: gp3
    allocated_storage: 400
    iops: 12000
    storage_throughput: 500
    db_name: launch
    master_username: db_admin
    master_secret: /launch/db/credentials
    subnet_group: launch-db-subnets
    vpc_security_group_ids: [sg-007799fca73ab5b45]
    parameter_group: launch-pg-main
    storage_encrypted: true
    kms_key_id: arn:aws:kms:us-west-2:597088015766:key/62739486-7aa4-4cdb-9bfc-68dd7d80c7c0
    backup_retention_period: 7
    backup_window: 03:00-04:00
    maintenance_window: sun:05:00-sun:06:00
    monitoring_interval: 15
    monitoring_role_arn: arn:aws:iam::597088015766:role/launch-role-db-monitoring
    performance_insights: true
    performance_insights_retention: 7
    cloudwatch_logs_exports: [postgresql, upgrade]
    deletion_protection: true
    reboot: if_pending
  register: __instance

- name: Another class, now
  launch.database.rds_instance:
    identifier: launch-db-main
    instance_class: db.r6g.xlarge
    apply_immediately: true

- name: No instance any more
  launch.database.rds_instance:
    identifier: launch-db-old
    deletion_protection: false
    final_snapshot_identifier: launch-db-old-last
    allow_destructive: true
    state: absent
"""

RETURN = r"""
instance:
  description:
    - The instance after the run; in check mode, before it. Besides what is named here there is one key for each option that is an
      attribute of the instance, with the value in force.
  returned: success
  type: dict
  contains:
    identifier:
      description: Its identifier.
      type: str
      sample: launch-db-main
    exists:
      description: Whether it exists.
      type: bool
    status:
      description: Its status as RDS says it, C(absent) where it does not exist.
      type: str
      sample: available
    arn:
      description: Its ARN.
      type: str
    resource_id:
      description: The id that it keeps whatever it is called.
      type: str
    availability_zone:
      description: The zone it is in.
      type: str
      sample: us-west-2a
    endpoint:
      description: Where it can be reached; the address is V(null) until it is made.
      type: dict
      sample: {"address": "launch-db-main.cr4cyac0cdfd.us-west-2.rds.amazonaws.com", "port": 5432}
    engine_version:
      description: The version that runs.
      type: str
      sample: "17.6"
    parameter_apply_status:
      description: Whether the parameter group is in force.
      type: str
      sample: in-sync
    pending_modified_values:
      description: What RDS has accepted and not made yet, by option.
      type: dict
    tags:
      description: Its tags.
      type: dict
plan:
  description: What the run changed, or in check mode would change. C(when) says when it is in force.
  returned: success
  type: list
  elements: dict
  sample: [{"action": "update", "path": "instance_class", "before": "db.t4g.medium", "after": "db.r6g.xlarge", "when": "maintenance_window",
    "destructive": false}]
pending:
  description: What waits for the maintenance window or for a reboot.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.launch.database.plugins.module_utils._argspec import TAGS, ArgumentSpec
from ansible_collections.launch.database.plugins.module_utils._converge import converge, reporting
from ansible_collections.launch.database.plugins.module_utils._errors import raise_all
from ansible_collections.launch.database.plugins.module_utils._progress import ProgressFile
from ansible_collections.launch.database.plugins.module_utils._aws import identifiers
from ansible_collections.launch.database.plugins.module_utils._aws.clients import client
from ansible_collections.launch.database.plugins.module_utils._aws.instance import checks, normalize
from ansible_collections.launch.database.plugins.module_utils._aws.instance.job import Instance
from ansible_collections.launch.database.plugins.module_utils._aws.instance.state import DesiredInstance

SPEC = ArgumentSpec(options={
    "identifier": {"type": "str", "required": True},
    "engine_version": {"type": "str"},
    "instance_class": {"type": "str"},
    "allocated_storage": {"type": "int"},
    "storage_type": {"type": "str", "choices": ["gp2", "gp3", "io1", "io2"]},
    "iops": {"type": "int"},
    "storage_throughput": {"type": "int"},
    "max_allocated_storage": {"type": "int"},
    "multi_az": {"type": "bool"},
    "db_name": {"type": "str"},
    "port": {"type": "int"},
    "master_username": {"type": "str"},
    "master_secret": {"type": "str", "no_log": False},
    "subnet_group": {"type": "str"},
    "vpc_security_group_ids": {"type": "list", "elements": "str"},
    "parameter_group": {"type": "str"},
    "kms_key_id": {"type": "str", "no_log": False},
    "storage_encrypted": {"type": "bool"},
    "backup_retention_period": {"type": "int"},
    "backup_window": {"type": "str"},
    "maintenance_window": {"type": "str"},
    "auto_minor_version_upgrade": {"type": "bool"},
    "monitoring_interval": {"type": "int"},
    "monitoring_role_arn": {"type": "str"},
    "performance_insights": {"type": "bool"},
    "performance_insights_retention": {"type": "int"},
    "cloudwatch_logs_exports": {"type": "list", "elements": "str"},
    "deletion_protection": {"type": "bool"},
    "publicly_accessible": {"type": "bool"},
    "copy_tags_to_snapshot": {"type": "bool"},
    "apply_immediately": {"type": "bool", "default": False},
    "reboot": {"type": "str", "choices": ["never", "if_pending"], "default": "never"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    "progress_file": {"type": "path"},
    "skip_final_snapshot": {"type": "bool", "default": False},
    "final_snapshot_identifier": {"type": "str"},
    "allow_destructive": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}).merge(TAGS)

PLAIN = (
    "state", "master_secret", "apply_immediately", "reboot", "wait", "tags", "purge_tags", "skip_final_snapshot",
    "final_snapshot_identifier",
)


def desired_instance(params) -> DesiredInstance:
    """The options as the plan takes them. Raises LaunchError, or LaunchErrors, for what RDS would refuse."""
    identifier, attributes = identifiers.instance("identifier", params["identifier"]), normalize.options(params)
    if params["state"] == "present":
        raise_all(checks.problems(attributes))
    return DesiredInstance(identifier, attributes=attributes, **{option: params[option] for option in PLAIN})


def main() -> None:
    module = AnsibleAWSModule(supports_check_mode=True, **SPEC.to_kwargs())
    with reporting(module):
        desired = desired_instance(module.params)
    instance = Instance(
        client(module, "rds"), lambda service: client(module, service), desired, module.no_log_values.add,
        module.params["wait_timeout"], ProgressFile(module.params["progress_file"]).write,
    )
    converge(
        module, read=instance.read, settle=instance.settle, plan=instance.plan, advice=instance.advice, apply=instance.apply,
        result=instance.result, allow_destructive=module.params["allow_destructive"],
    )


if __name__ == "__main__":
    main()
