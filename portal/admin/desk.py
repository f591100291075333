"""The officers' desk (/ufficio/): its site, its screens and the boxes of its first page.

The floors above add their screens and boxes here by decorator; this floor never imports them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import update_wrapper
from operator import attrgetter, itemgetter
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import User

Readers = frozenset[Role]
View = Callable[..., HttpResponse]
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of the desk that is not a record: its address under /ufficio/, who reads it, its voice in the menu."""

    route: str
    view: View
    name: str
    readers: Readers
    label: Words
    place: int = 50
    whole_office: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the desk's first page."""

    title: Words
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


MakeBox = Callable[[User, datetime], Box | None]
SCREENS: list[Screen] = []
BOXES: list[tuple[int, Readers, MakeBox]] = []


def screen(
    route: str, *, name: str, readers: Readers, label: Words = "", place: int = 50, whole_office: bool = False
) -> Callable[[View], View]:
    """Add a page to the desk; with a label, a voice in its menu, in order of `place`. Others than `readers` get 403.

    `whole_office`: a role held for some calls only is not enough.
    """

    def add(view: View) -> View:
        SCREENS.append(Screen(route, view, name, readers, label, place, whole_office))
        return view

    return add


def box(*, place: int, readers: Readers) -> Callable[[MakeBox], MakeBox]:
    """Add a box to the first page, in the order of `place`; it is not drawn when its maker returns None."""

    def add(make: MakeBox) -> MakeBox:
        BOXES.append((place, readers, make))
        return make

    return add


def show(request: HttpRequest, template: str, title: Words, **context: Any) -> HttpResponse:
    """A page in the desk's frame."""
    return render(request, template, {**admin.site.each_context(request), "title": title, **context})


class DeskSite(admin.AdminSite):
    """Django's admin without its forms: only what somebody reads, and the screens of the floors."""

    site_header = _("Ufficio")
    site_title = _("Ufficio")
    index_title = _("Scrivania")
    enable_nav_sidebar = False

    def register(
        self, model_or_iterable: Any, admin_class: type[admin.ModelAdmin] | None = None, **options: Any
    ) -> None:
        """Takes our read-only records; the forms that libraries would bring (groups, addresses) stay out."""
        if hasattr(admin_class, "readers"):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only: somebody who holds a role of the office now."""
        return request.user.is_authenticated and request.user.is_active and request.user.is_staff

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The door of every page: the anonymous to the portal's one sign-in, the others who are not staff to 403.

        It opens before anything is looked up, so a missing page and a forbidden one look the same from outside.
        """

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return update_wrapper(guarded if cacheable else never_cache(guarded), view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The first page, the screens, the records; nothing of Django's forms for passwords and look-ups."""
        urls: list[URLPattern | URLResolver] = [path("", self.admin_view(self.index), name="index")]
        urls += [path(item.route, self.admin_view(_readers_only(item)), name=item.name) for item in SCREENS]
        for model, records in self._registry.items():
            prefix = f"archivio/{model._meta.app_label}/{model._meta.model_name}/"
            urls.append(path(prefix, include(records.urls)))
        return [*urls, re_path(r"(?P<url>.*)$", self.admin_view(self.catch_all_view))]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The records the person may read, by floor, from the ground up."""
        groups: dict[str, list[dict[str, Any]]] = {config.label: [] for config in apps.get_app_configs()}
        for model, records in self._registry.items():
            if records.has_module_permission(request):
                name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
                groups[model._meta.app_label].append(
                    {"name": model._meta.verbose_name_plural, "admin_url": reverse(name)}
                )
        return [
            {"name": apps.get_app_config(label).verbose_name, "app_label": label, "models": models}
            for label, models in groups.items()
            if models and app_label in (None, label)
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the desk knows: its menu too."""
        voices = [Screen("", self.index, "index", STAFF, _("Scrivania"))]
        voices += [item for item in sorted(SCREENS, key=attrgetter("place")) if item.label]
        paths = [(reverse(f"admin:{item.name}"), item.label) for item in voices if _may_read(request.user, item)]
        home = reverse("admin:index")
        menu = [
            {"path": to, "label": label, "current": request.path == to if to == home else request.path.startswith(to)}
            for to, label in paths
        ]
        return {**super().each_context(request), "desk_menu": menu}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The first page: the boxes of one's roles, then the records one may read."""
        now, held = timezone.now(), request.user.roles
        made = [make(request.user, now) for _, readers, make in sorted(BOXES, key=itemgetter(0)) if held & readers]
        boxes = [item for item in made if item is not None]
        return show(request, "admin/index.html", self.index_title, boxes=boxes, app_list=self.get_app_list(request))


def _may_read(user: User, item: Screen) -> bool:
    held = user.roles_in(EVERYWHERE) if item.whole_office else user.roles
    return not held.isdisjoint(item.readers)


def _readers_only(item: Screen) -> View:
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _may_read(request.user, item):
            raise PermissionDenied
        return item.view(request, *args, **kwargs)

    return update_wrapper(guarded, item.view)
