"""Django's name cards for this floor and for the officers' desk."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from portal import checks

RECORDS = ("user", "audit", "jobs", "people", "person", "away")


class PortalConfig(AppConfig):
    """The `portal` floor."""

    name = "portal"
    verbose_name = _("Persone e sistema")

    def ready(self) -> None:
        """Register what must hold before the portal starts."""
        for check in checks.CHECKS:
            register(check)


class DeskConfig(AdminConfig):
    """Django's admin with our site as the default one: the desk (/ufficio/)."""

    default_site = "portal.admin.desk.DeskSite"

    def ready(self) -> None:
        """Find what each floor shows at the desk; this floor's records need the site to exist before them."""
        super().ready()
        for name in RECORDS:
            import_module(f"portal.admin.{name}")
