"""The audit register, read from the newest entry."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.admin.records import ReadOnlyAdmin, instant_column
from portal.kernel.roles import Role
from portal.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when; the hash ties each entry to the one before."""

    readers = frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN})
    list_display = ("number", instant_column("at", _("istante")), "author", "act", "target")
    fields = ("number", "at", "author", "act", "target", "detail", "previous_sha256", "sha256")
    list_select_related = ("actor",)
    search_fields = ("=target", "act")
    search_help_text = _("Per oggetto, per esempio application:12, o per atto.")
    ordering = ("-number",)

    @admin.display(description=_("autore"), ordering="actor__name")
    def author(self, entry: AuditEntry) -> str:
        """The person, or the portal when it acted by itself."""
        return str(entry.actor or _("portale"))
