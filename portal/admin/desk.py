"""The officers' desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class DeskSite(admin.AdminSite):
    """Django's admin at /ufficio/, for the people of the office only."""

    site_header = _("Ufficio")
    site_title = _("Sportello, ufficio")
    index_title = _("La scrivania")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only: somebody who holds a role of the office now."""
        return request.user.is_authenticated and request.user.is_active and request.user.is_staff

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sends to the portal's one sign-in page. Raises PermissionDenied (403) for who is in but not of the office."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())
