# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models of tenants' tables for Django 5.2. Copy it; docs/applications.md says why it is as it is."""
from __future__ import annotations

import typing as t

from django.db import models
from django.db.models.functions import Now

from .tenancy import MakeToken, run


def filled_in(field: models.Field) -> models.GeneratedField:
    """A column that the database fills in, and that nobody may write: Django leaves it out, and reads it back after an INSERT.

    The expression counts in migrations only, and these tables are not made by Django.
    """
    return models.GeneratedField(expression=Now(), output_field=field, db_persist=True)


class NewId(models.Func):
    """What the database makes ids with."""

    function = "app.new_entity_id"
    output_field = models.TextField()


class TenantTable(models.Model):
    """What every tenant's table has. The key is the id alone: Django's foreign keys know no pair, and the policy adds the tenant."""

    id = models.TextField(primary_key=True, db_default=NewId())
    tenant_id = filled_in(models.TextField())
    created_at = filled_in(models.DateTimeField())
    created_by = filled_in(models.TextField())
    updated_at = filled_in(models.DateTimeField())
    updated_by = filled_in(models.TextField())
    version = filled_in(models.IntegerField())

    class Meta:
        abstract = True
        managed = False

    def save(self, *arguments: t.Any, **named: t.Any) -> None:
        """Django reads back what an INSERT filled in, but not an UPDATE."""
        adding = self._state.adding
        super().save(*arguments, **named)
        if not adding:
            self.refresh_from_db(fields=["updated_at", "updated_by", "version"])


class Project(TenantTable):
    """A project."""

    name = models.CharField(max_length=255)
    is_active = models.BooleanField(db_default=True)

    class Meta(TenantTable.Meta):
        app_label = "app"
        # Django puts quotes around the whole, and these make two names of it.
        db_table = 'app"."projects'


def projects(make_token: MakeToken, size: int = 100) -> t.Iterator[Project]:
    """All projects of a tenant, page by page; each page is a transaction of its own and costs the same, however far it is."""
    key = "created_at", "id"
    page = Project.objects.order_by(*key)
    while True:
        rows = run(make_token, lambda: list(page[:size]), repeatable=True)
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1]
        # (created_at, id) > (last...), and the index knows where to begin.
        page = Project.objects.order_by(*key).filter(created_at__gte=last.created_at).exclude(created_at=last.created_at, id__lte=last.id)
