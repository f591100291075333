"""The map of the site. Floors above are included by name: pages meet at URLs."""

from django.contrib import admin
from django.urls import include, path

from portal.views import health, pages

urlpatterns = [
    path("accesso/", include("portal.accounts.urls")),
    path("ufficio/", admin.site.urls),
    path("salute/", health.health, name="health"),
    path("accessibilita/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("contatti/", pages.contacts, name="contacts"),
    path("imprese/", include("applications.firm_urls")),
    path("", include("applications.urls")),
    path("", include("vouchers.urls")),
    path("", include("reporting.urls")),
]
