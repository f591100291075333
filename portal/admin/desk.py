"""The officers' desk."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class DeskSite(admin.AdminSite):
    """Django's admin at /ufficio/, for the people of the office only."""

    site_header = _("Ufficio")
    site_title = _("Sportello, ufficio")
    index_title = _("La scrivania")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only: somebody who holds a role of the office now."""
        return request.user.is_authenticated and request.user.is_active and request.user.is_staff
