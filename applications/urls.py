"""Addresses of this floor."""

from django.urls import path

from applications.views import (
    answers,
    attachments,
    calls,
    cloning,
    closing,
    headcounts,
    home,
    messages,
    mine,
    operators,
    order,
    receipts,
    submission,
    waiting_room,
    wizard,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("avvisi/", calls.calls, name="calls"),
    path("domande/", mine.mine, name="my_applications"),
    path("domande/<int:pk>/", mine.application, name="my_application"),
    path("domande/<int:pk>/scadenze.ics", mine.deadlines, name="application_deadlines"),
    path("domande/<int:pk>/ritiro/", closing.withdraw, name="application_withdrawal"),
    *(
        route
        for kind, name in answers.PAGES.items()
        for route in (
            path(f"domande/<int:pk>/{kind}/", answers.answer, {"kind": kind}, name=name),
            path(f"domande/<int:pk>/{kind}/salva/", answers.save, {"kind": kind}, name=f"{name}_save"),
            path(f"domande/<int:pk>/{kind}/confronto/", answers.compare, {"kind": kind}, name=f"{name}_compare"),
        )
    ),
    path("domande/operatori/", operators.operator_options, name="operator_options"),
    path("domande/nuova/<slug:slug>/", wizard.start, name="application_start"),
    path("domande/<int:pk>/compila/", wizard.tasks, name="application_tasks"),
    path("domande/<int:pk>/compila/<slug:slug>/", wizard.step, name="application_step"),
    path("domande/<int:pk>/compila/<slug:slug>/salva/", wizard.save, name="application_save"),
    path("domande/<int:pk>/controlla/", submission.review, name="application_review"),
    path("domande/<int:pk>/presenta/", submission.submit, name="application_submit"),
    path("domande/<int:pk>/ricevuta/", receipts.receipt, name="application_receipt"),
    path("domande/<int:pk>/ricevuta.pdf", receipts.receipt_file, name="application_receipt_file"),
    path("domande/esito/<uuid:key>/", submission.outcome, name="application_outcome"),
    path("domande/<int:pk>/apertura/", waiting_room.opening, name="application_opening"),
    path("domande/<int:pk>/fila/", waiting_room.enter, name="application_enter"),
    path("avvisi/<slug:slug>/ordine/", order.order, name="call_order"),
    path("avvisi/<slug:slug>/ordine/prova-ordine.py", order.script, name="order_script"),
    path("avvisi/<slug:slug>/ordine/<int:number>/", order.window_order, name="window_order"),
    path("avvisi/<slug:slug>/ordine/<int:number>/ordine.txt", order.order_file, name="order_file"),
    path("avvisi/<slug:slug>/ordine/<int:number>/sorteggio.txt", order.draw_file, name="draw_file"),
    path("verifica/<str:code>/", receipts.check, name="receipt_check"),
    path("domande/<int:pk>/documenti/", attachments.documents, name="application_documents"),
    path("domande/<int:pk>/documenti/scansione/", attachments.scan, name="application_scan"),
    path("domande/<int:pk>/documenti/<int:attachment>/", attachments.download, name="application_document"),
    path("domande/<int:pk>/documenti/<int:attachment>/togli/", attachments.remove, name="application_document_remove"),
    path("domande/<int:pk>/domanda.pdf", attachments.form_to_sign, name="application_form"),
    path("domande/<int:pk>/modelli/<slug:paper>/", attachments.form_to_sign, name="application_paper"),
    path("domande/<int:pk>/messaggi/", messages.correspond, name="application_messages"),
    path("domande/<int:pk>/messaggi/<int:mail>/invia/", messages.send_again, name="application_mail_again"),
    path("domande/<int:pk>/commenti/<slug:slug>/", messages.comment, name="application_comments"),
    path("domande/<int:pk>/riusa/", cloning.choose, name="application_base"),
    path("domande/<int:pk>/riusa/comincia/", cloning.begin, name="application_clone"),
    path("consulente/dipendenti/", headcounts.upload, name="headcounts"),
    path("consulente/dipendenti/modello.csv", headcounts.model, name="headcounts_model"),
    path("consulente/dipendenti/<int:pk>/", headcounts.shown, name="headcounts_shown"),
    path("consulente/dipendenti/<int:pk>/conferma/", headcounts.confirm, name="headcounts_confirm"),
]
