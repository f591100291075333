"""Django's name card for this floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """The `applications` floor."""

    name = "applications"
    verbose_name = _("Avvisi e imprese")
