"""Addresses of this floor."""

from django.urls import path

from vouchers.views import award_box, call, estimate

urlpatterns = [
    path("avvisi/<slug:slug>/", call.call_page, name="call"),
    path("avvisi/<slug:slug>/stima/", estimate.estimate_page, name="estimate"),
    path("domande/<int:pk>/voucher/", award_box.award_box, name="my_award"),
]
