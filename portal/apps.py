"""Django's name card for this floor."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from portal import checks


class PortalConfig(AppConfig):
    """The `portal` floor."""

    name = "portal"
    verbose_name = _("Piano terra")

    def ready(self) -> None:
        """Register what must hold before the portal starts."""
        for check in checks.CHECKS:
            register(check)
