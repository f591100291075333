"""Addresses of this floor."""

from django.urls import path

from applications.views import attachments, calls, home, mine, receipts, submission, wizard

urlpatterns = [
    path("", home.home, name="home"),
    path("avvisi/", calls.calls, name="calls"),
    path("domande/", mine.mine, name="my_applications"),
    path("domande/<int:pk>/", mine.application, name="my_application"),
    path("domande/nuova/<slug:slug>/", wizard.start, name="application_start"),
    path("domande/<int:pk>/compila/", wizard.tasks, name="application_tasks"),
    path("domande/<int:pk>/compila/<slug:slug>/", wizard.step, name="application_step"),
    path("domande/<int:pk>/compila/<slug:slug>/salva/", wizard.save, name="application_save"),
    path("domande/<int:pk>/controlla/", submission.review, name="application_review"),
    path("domande/<int:pk>/presenta/", submission.submit, name="application_submit"),
    path("domande/<int:pk>/ricevuta/", receipts.receipt, name="application_receipt"),
    path("domande/<int:pk>/ricevuta.pdf", receipts.receipt_file, name="application_receipt_file"),
    path("domande/esito/<uuid:key>/", submission.outcome, name="application_outcome"),
    path("verifica/<str:code>/", receipts.check, name="receipt_check"),
    path("domande/<int:pk>/documenti/", attachments.documents, name="application_documents"),
    path("domande/<int:pk>/documenti/scansione/", attachments.scan, name="application_scan"),
    path("domande/<int:pk>/documenti/<int:attachment>/", attachments.download, name="application_document"),
    path("domande/<int:pk>/documenti/<int:attachment>/togli/", attachments.remove, name="application_document_remove"),
    path("domande/<int:pk>/domanda.pdf", attachments.form_to_sign, name="application_form"),
]
