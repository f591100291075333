"""The doors of the portal: only what somebody can use, under Italian addresses."""

from allauth.account import views
from django.urls import path

from portal.accounts.views import SignIn

urlpatterns = [
    path("", SignIn.as_view(), name="account_login"),
    path("uscita/", views.logout, name="account_logout"),
    path("sospeso/", views.account_inactive, name="account_inactive"),
]
