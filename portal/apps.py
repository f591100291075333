"""Django's name card for this floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The `portal` floor."""

    name = "portal"
    verbose_name = _("Piano terra")
