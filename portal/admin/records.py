"""Records at the desk: lists with search, and one page each. Nobody adds, changes or removes anything here."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.admin.desk import Readers, show
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import EVERYWHERE
from portal.templatetags.italian import istante

EMPTY = "—"


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A kind of record that `readers` may list, search and open. `fields` says what its page shows."""

    readers: Readers = READS_DOSSIERS
    call_path: str = ""
    """Where a record's call is: who holds a role for some calls only reads theirs."""
    published: bool = False
    """The record is the public's, or holds nothing of a dossier: a role for one call is enough to read it."""
    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = EMPTY

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the person holds one of the roles that read these records, everywhere or where it is enough."""
        user = request.user
        held = user.roles if self.call_path or self.published else user.roles_in(EVERYWHERE)
        return not held.isdisjoint(self.readers)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The records, of the calls the person's roles are for."""
        rows, calls = super().get_queryset(request), request.user.calls_at(timezone.now(), self.readers)
        if not self.call_path or calls is None:
            return rows
        theirs = self.model._default_manager.filter(**{f"{self.call_path}__in": sorted(calls)})
        return rows.filter(pk__in=theirs.order_by().values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The list appears on the first page to those who may open it."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: records are written by acts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: records are written by acts."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: records are kept."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The list and the page of a record; no form has an address."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        door = self.admin_site.admin_view
        return [
            path("", door(self.changelist_view), name=f"{name}_changelist"),
            path("<str:object_id>/", door(self.change_view), name=f"{name}_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the plural name of its records."""
        name = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": name[:1].upper() + name[1:], **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The record, field by field. Raises PermissionDenied, then Http404 for one that does not exist."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        names = self.get_fields(request, record)
        rows = [(label_for_field(name, self.model, self), self._shown(name, record, request)) for name in names]
        list_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return show(request, "admin/record.html", self.title_of(record), rows=rows, opts=self.opts, list_url=list_url)

    def title_of(self, record: models.Model) -> str:
        """What kind of record it is and its name: Decreto 1/2020."""
        kind, name = str(self.opts.verbose_name), str(record)
        title = name if name.lower().startswith(kind.lower()) else f"{kind} {name}"
        return title[:1].upper() + title[1:]

    def _shown(self, name: str, record: models.Model, request: HttpRequest) -> Any:
        field, _attribute, value = lookup_field(name, record, self)
        if value is None or value == "":
            return EMPTY
        if isinstance(value, models.Model):
            return self._link(value, request)
        if isinstance(field, models.DateTimeField):
            return istante(value)
        if isinstance(field, models.JSONField):
            return as_json(value)
        if field is None:
            return display_for_value(value, EMPTY)
        return display_for_field(value, field, EMPTY)

    def _link(self, value: models.Model, request: HttpRequest) -> Any:
        """The other record's name, as a link when the person may read its page."""
        records = self.admin_site._registry.get(type(value))
        if records is None or not records.has_view_permission(request):
            return str(value)
        return format_html('<a href="{}">{}</a>', address_of(value), value)


def address_of(record: models.Model) -> str:
    """The address of a record's page at the desk; empty for a kind the desk does not show."""
    try:
        return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""


def as_json(value: Any) -> SafeString:
    """A JSON value written out, escaped; a keyboard can scroll it."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return format_html('<pre class="json" tabindex="0">{}</pre>', text)


def instant_column(name: str, label: Any) -> Callable[[models.Model], str]:
    """A column with an instant as Italians write it, sorted by the field itself."""

    @admin.display(description=label, ordering=name, empty_value=EMPTY)
    def column(record: models.Model) -> str:
        value = getattr(record, name)
        return istante(value) if value else EMPTY

    column.__name__ = name
    return column
