"""Reports asked for, at the officers' desk. Django's autodiscovery imports this module."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.admin.records import ReadOnlyAdmin, instant_column
from portal.kernel.roles import READS_MANAGEMENT
from reporting.models import ReportRun


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    """Each making of a report; the files are on the managers' page."""

    readers = READS_MANAGEMENT
    call_path = "call"
    list_display = ("report", "call", instant_column("as_of", _("dati al")), "format", "requested_by")
    fields = ("report", "call", "as_of", "format", "requested_by", "requested_at", "progress", "figures_sha256")
    list_select_related = ("call", "requested_by")
    ordering = ("-requested_at", "-pk")
