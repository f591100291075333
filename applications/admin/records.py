"""Calls, their versions of the terms, and firms."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from applications.domain import office_scopes
from applications.models import Call, CallTerms, Firm
from portal.admin.records import ReadOnlyAdmin, instant_column
from portal.kernel.roles import STAFF

__all__ = ["office_scopes"]


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """The calls: published data that everybody in the office may read."""

    readers = STAFF
    published = True
    list_display = ("title", "slug", "code", "cup")
    fields = ("title", "slug", "code", "programme", "cup", "source")
    ordering = ("-pk",)


@admin.register(CallTerms)
class CallTermsAdmin(ReadOnlyAdmin):
    """The published versions of the terms."""

    readers = STAFF
    published = True
    list_display = ("call", "version", instant_column("valid_from", _("in vigore dal")), "act")
    list_display_links = ("version",)
    fields = ("call", "version", "valid_from", "act", "sha256", "payload")
    list_select_related = ("call",)
    ordering = ("call", "version")


@admin.register(Firm)
class FirmAdmin(ReadOnlyAdmin):
    """Firms, once each."""

    call_path = "applications__call"
    list_display = ("name", "tax_code", "vat_number", "province", "ateco")
    fields = (
        "name", "tax_code", "vat_number", "legal_form", "rea", "ateco", "province", "municipality", "address", "pec",
        "road_freight", "created_at",
    )  # fmt: skip
    search_fields = ("name", "=tax_code", "=vat_number")
    search_help_text = _("Per denominazione, codice fiscale o partita IVA.")
    ordering = ("name", "pk")
