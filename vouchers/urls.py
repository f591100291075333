"""Addresses of this floor."""

from django.urls import path

from vouchers.views import account, award_box, board, call, closing, estimate, precheck, queue_box

urlpatterns = [
    path("avvisi/<slug:slug>/", call.call_page, name="call"),
    path("avvisi/<slug:slug>/stima/", estimate.estimate_page, name="estimate"),
    path("avvisi/<slug:slug>/fa-per-te/", precheck.precheck_page, name="precheck"),
    path("avvisi/<slug:slug>/fa-per-te/esito/", precheck.result_page, name="precheck_result"),
    path("avvisi/<slug:slug>/fa-per-te/siete-pronti/", precheck.readiness_page, name="readiness"),
    path("consulente/", board.board, name="board"),
    path("domande/<int:pk>/coda/", queue_box.queue_box, name="my_place"),
    path("domande/<int:pk>/capienza/", queue_box.room_box, name="my_room"),
    path("imprese/<int:pk>/conto/", account.account, name="payment_account"),
    path("domande/<int:pk>/voucher/", award_box.award_box, name="my_award"),
    path("domande/<int:pk>/voucher/lettera.pdf", award_box.award_letter, name="award_letter"),
    path("domande/<int:pk>/voucher/lettera/<int:letter>.pdf", award_box.award_letter, name="award_letter_of"),
    path("domande/<int:pk>/voucher/accetta/", closing.accept, name="accept_award"),
    path("domande/<int:pk>/voucher/rinuncia/", closing.renounce, name="renounce_award"),
    path("domande/<int:pk>/voucher/rinuncia/<slug:action>/", closing.reduce_award, name="reduce_award"),
    path("domande/<int:pk>/voucher/ripensamento/<int:renunciation_pk>/", closing.think_again, name="think_again"),
]
