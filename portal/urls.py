"""The map of the site. Floors above are included by name: pages meet at URLs."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accesso/", include("allauth.urls")),
    path("ufficio/", admin.site.urls),
]
