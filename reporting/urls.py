"""Addresses of the top floor."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
