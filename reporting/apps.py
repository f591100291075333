"""Django's name card for this floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """The `reporting` floor."""

    name = "reporting"
    verbose_name = _("Monitoraggio")
