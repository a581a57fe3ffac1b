# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/django."""

from __future__ import annotations

import pathlib
import sys
import types
import typing as t

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from serve import EXAMPLES, Adapter, ApplicationError, Request, Rows, percent, serve

# Models say of which package they are.
package = types.ModuleType("app")
package.__path__ = [str(EXAMPLES / "django")]
sys.modules["app"] = package


def view_that_fails(request: HttpRequest) -> HttpResponse:
    models.Project.objects.create(name=request.GET["name"])
    raise ApplicationError("after a write")


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(models.Project.objects.count()))


class Django(Adapter):
    def __init__(self, config: Request) -> None:
        global models, tenancy, transaction, connections
        from app import tenancy
        hosts = {"hostaddr": ",".join(config["addresses"])}
        settings.configure(
            DATABASES={
                {"write": "default"}.get(profile, profile): tenancy.database(
                    ",".join(config["hosts"]), config["database"], login["user"], login["password"], config["ca"],
                    ",".join(map(str, config["ports"])), **hosts,
                )
                for profile, login in config["logins"].items()
            },
            INSTALLED_APPS=[], USE_TZ=True, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="of a test",
        )
        django.setup()
        from app import models
        from django.db import connections, transaction

    def run(self, request: Request, make_token: t.Callable[[], str], work: t.Callable[[t.Any], t.Any]) -> t.Any:
        using = {"write": "default"}.get(request["profile"], request["profile"])
        mode = ", ".join(["isolation level serializable"] * request["serializable"] + ["read only"] * request["read_only"])
        return tenancy.run(make_token, lambda: work(using), using, request["repeatable"], request["attempts"], mode)

    def query(self, connection: str, sql: str, values: list[t.Any]) -> Rows:
        with connections[connection].cursor() as cursor:
            cursor.execute(percent(sql), values)
            return [list(row) for row in cursor] if cursor.description else []

    def savepoint(self, connection: str) -> t.ContextManager[t.Any]:
        return transaction.atomic(using=connection)

    def bare(self, sql: str) -> Rows:
        return self.query("default", sql, [])

    def pages(self, make_token: t.Callable[[], str], size: int) -> t.Iterable[str]:
        return (project.name for project in models.projects(make_token, size))

    def bulk(self, connection: str, names: list[str]) -> None:
        models.Project.objects.using(connection).bulk_create([models.Project(name=name) for name in names], batch_size=1000)

    def model(self, request: Request, make_token: t.Callable[[], str]) -> dict[str, t.Any]:
        def make() -> dict[str, t.Any]:
            return fields(models.Project.objects.create(name=request["name"]))

        def change() -> dict[str, t.Any]:
            project = models.Project.objects.get(name=request["name"])
            project.is_active = False
            project.save()
            return fields(project)

        return {"rows": [tenancy.run(make_token, work) for work in (make, change)]}

    def trap(self, request: Request, make_token: t.Callable[[], str]) -> dict[str, t.Any]:
        """A request of Django's own test client, with the middleware or the decorator that is asked for."""
        from django.test import Client
        from django.urls import path

        views = {"fails": view_that_fails, "counts": view}
        if request["decorated"]:
            views = {name: tenancy.for_tenant(lambda _: make_token())(one) for name, one in views.items()}
        sys.modules[__name__].urlpatterns = [path(name, one) for name, one in views.items()]
        settings.MIDDLEWARE = [f"{__name__}.{name}" for name in request["middleware"]]
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = request["atomic_requests"]
        global token
        token = make_token
        from django.urls import clear_url_caches

        clear_url_caches()
        response = Client(raise_request_exception=False).get(f"/{request['view']}", {"name": request["name"]})
        return {"status": response.status_code}


def atomic_around(get_response: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """A middleware that looks right."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with tenancy.tenant(token()):
            return get_response(request)

    return middleware


def context_before(get_response: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Another one, for ATOMIC_REQUESTS."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with connections["default"].cursor() as cursor:
            cursor.execute(tenancy.SET_CONTEXT, [token()])
        return get_response(request)

    return middleware


def fields(project: t.Any) -> dict[str, t.Any]:
    return {field.name: getattr(project, field.name) for field in project._meta.concrete_fields}


assert pathlib.Path(package.__path__[0]).is_dir()
serve(Django)
