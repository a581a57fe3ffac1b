# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The face of the repository: short names for commands that a person could type as well.

.DEFAULT_GOAL := help
.PHONY: help bootstrap up site drift schema mutants down lint unit sanity integration molecule drivers witness test
MAKEFLAGS += --no-print-directory

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Inherited settings of other Ansible projects on this machine must not decide here.
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
# The local inventory has credentials of its own; amazon.aws refuses them beside a profile.
unexport AWS_PROFILE AWS_DEFAULT_PROFILE
export CONTAINERS_CONF := $(CURDIR)/local/state/containers.conf
# FAST=1 runs site and drift with Mitogen: docs/speed.md says what that is, and what its limits are.
export FAST
# The tests run a site with it once.
test integration: FAST := 1
# What only the tests need of the machine.
export TESTS
test integration: TESTS := 1
ACCELERATE := $(if $(FAST),python bin/accelerate)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap:
	@bin/bootstrap

up: bootstrap  ## start the local stack: an AWS endpoint on loopback, as the account is before us
	@python -m local preflight --profile site
	@python -m local up --profile site

site: up  ## build everything on the local stack, and prove it (FAST=1: with Mitogen)
	$(ACCELERATE) ansible-playbook playbooks/site.yml -i inventories/launch/local $(ARGS)

drift: bootstrap  ## compare the local stack with its inventory: clean, drift or unknown
	$(ACCELERATE) ansible-playbook playbooks/drift_check.yml -i inventories/launch/local --check --diff $(ARGS)

schema: bootstrap  ## write what the migrations of launch and notes make into their expected catalogs, after they were changed
	@python -m local images
	@PYTHONPATH=.collections python -m local.schema launch
	@PYTHONPATH=.collections python -m local.schema notes

mutants: bootstrap  ## remove each protection of launch's database in turn, and table who notices (half an hour)
	@python -m local images
	@PYTHONPATH=.collections python -m tests.attacks.mutation

down: bootstrap  ## remove every container, network and process that the local stack made
	python -m local down --profile site

lint: bootstrap  ## ansible-lint (production, with yamllint), shellcheck, and what Galaxy says of the package
	shellcheck bin/bootstrap .ci/run tests/drivers tests/galaxy tests/sanity local/images/*.sh
	ansible-lint --offline --profile production
	tests/galaxy

unit: bootstrap  ## tests without any server
	pytest -q tests/unit $(ARGS)

sanity: bootstrap  ## ansible-test sanity, on a copy at the path it insists on
	tests/sanity

integration: bootstrap  ## tests against real PostgreSQL, PgBouncer, ansible-playbook and the local endpoint
	pytest -q tests/integration $(ARGS)

molecule: bootstrap  ## the roles on real systemd hosts
	molecule test --all

drivers: bootstrap  ## the examples for pgx and Prisma; needs Go and npm, and is no part of `make test`
	tests/drivers $(ARGS)

witness: bootstrap  ## what pg-delta finds of launch's mutants, held against our comparison; needs npm, and is no part of `make test` (a quarter of an hour)
	@python -m local images
	@PYTHONPATH=.collections python -m tests.pg_delta $(ARGS)

test: bootstrap  ## everything; closes with the counts
	python -m tests.run
