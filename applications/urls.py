"""Addresses of this floor."""

from django.urls import path

from applications.views import calls, home, mine

urlpatterns = [
    path("", home.home, name="home"),
    path("avvisi/", calls.calls, name="calls"),
    path("domande/", mine.mine, name="my_applications"),
    path("domande/<int:pk>/", mine.application, name="my_application"),
]
