"""The desk (/ufficio/) takes the place of Django's own admin site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with our site as the default one."""

    default_site = "portal.admin.desk.DeskSite"
