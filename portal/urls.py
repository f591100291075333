"""The map of the site. Floors above are included by name: pages meet at URLs."""

from django.contrib import admin
from django.urls import include, path

from portal.accounts import trial
from portal.views import health, mailbox, pages

urlpatterns = [
    path("accesso/", include("portal.accounts.urls")),
    path("ufficio/", admin.site.urls),
    path("salute/", health.health, name="health"),
    path("accessibilita/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("contatti/", pages.contacts, name="contacts"),
    path("posta/", mailbox.mails, name="mailbox"),
    path("posta/<str:name>/", mailbox.mail, name="mailbox_mail"),
    path("posta/<str:name>/testo/", mailbox.text, name="mailbox_text"),
    path("identita-di-prova/.well-known/openid-configuration", trial.discovery, name="trial_discovery"),
    path("identita-di-prova/chiavi/", trial.keys, name="trial_keys"),
    path("identita-di-prova/accedi/", trial.enter, name="trial_enter"),
    path("identita-di-prova/gettone/", trial.token, name="trial_token"),
    path("identita-di-prova/persona/", trial.person, name="trial_person"),
    path("imprese/", include("applications.firm_urls")),
    path("", include("applications.urls")),
    path("", include("vouchers.urls")),
    path("", include("reporting.urls")),
]
