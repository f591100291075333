"""A call whose desk is open now, and a guided draft written well: what the tests of the wizard stand on."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from applications.domain.attachments import documents_asked
from applications.domain.calls import terms_in_force
from applications.domain.forms_to_sign import ask_form
from applications.models import Application, Attachment, Call, CallTerms, DeskWindow
from applications.rules.signing import TO_SIGN
from portal.kernel.signing import Signature, SignatureReport, SignatureState
from portal.services import documents

GOOD: dict[str, dict[str, Any]] = {
    "impresa": {
        "totale": "12",
        "lombardia": "12",
        "percorso": "ORDINARY",
        "sede_0_comune": "Milano",
        "sede_0_provincia": "MI",
        "sede_0_dipendenti": "12",
    },
    "requisiti": {"confermo": ["EXISTING_PLAN", "DURC", "DISABLED_QUOTA", "INSOLVENCY", "EXCLUDED_SUBJECT"]},
    "piano": {
        "attivita_0_nome": "Preparazione delle offerte",
        "attivita_0_criteri": ["ALONE", "OUTPUT"],
        "giorni": "8",
        "orari": "9:30-12:30",
        "strumenti": "Portatile aziendale, rete privata",
        "formazione": "Otto ore per i responsabili",
        "sicurezza": "Informativa e disconnessione",
        "inizio": "7/1/2027",
        "mesi": "5",
        "lavoratori": "3",
        "indicatori": "Offerte chiuse al mese",
    },
    "operatore": {
        "nome": "Operatore accreditato",
        "codice_fiscale": "07643520567",
        "formazione": "0123",
        "lavoro": "0456",
    },
    "strumenti": {
        "chiedo": "si",
        "bene_0_nome": "4 notebook",
        "bene_0_attivita": "Preparazione delle offerte",
    },
    "aiuti": {
        "ricevuti": "si",
        "aiuto_0_data": "7/1/2026",
        "aiuto_0_importo": "1.250,00",
        "aiuto_0_codice": "07643520567",
    },
    "firma": {"firma": "titolare"},
}
SIGNED = SignatureReport((Signature("Anna Rossi", "RSSNNA80A41F205X", "", SignatureState.VALID),), True)


def opened(call: Call) -> Call:
    """The call with a third desk, open since yesterday and until tomorrow."""
    now = timezone.now()
    day = timedelta(days=1)
    DeskWindow.objects.create(call=call, number=3, name="Terzo sportello", opens_at=now - day, closes_at=now + day)
    return call


def write_pages(client: Client, draft: Application, **pages: dict[str, Any]) -> None:
    """Write every page of a draft."""
    for slug, typed in (GOOD | pages).items():
        response = client.post(f"/domande/{draft.pk}/compila/{slug}/", typed)
        assert response.status_code == 302, (slug, response.content.decode())


def give_documents(draft: Application, report: SignatureReport = SIGNED) -> None:
    """A file for every document that a draft is asked, the application signed: as rows, without looking into them."""
    now, draft = timezone.now(), Application.objects.get(pk=draft.pk)
    for wanted in documents_asked(draft, now):
        to_sign = wanted.code == TO_SIGN
        Attachment.objects.create(
            application=draft,
            code=wanted.code,
            document=documents.store(
                kind="attachment", name=f"{wanted.code}.pdf", media_type="application/pdf", data=b"%PDF-",
                key=f"test:{uuid4()}", now=now,
            ),
            format="pdf",
            received_at=now,
            received_from=draft.created_by,
            scan=Attachment.Scan.NOT_SCANNED,
            signatures=report.to_json() if to_sign else None,
            form=ask_form(draft, actor=draft.created_by, now=now) if to_sign else None,
        )  # fmt: skip


def fill_in(client: Client, draft: Application, **pages: dict[str, Any]) -> None:
    """Write every page of a draft and give it its documents."""
    write_pages(client, draft, **pages)
    give_documents(draft)


def new_terms(call: Call, **changes: Any) -> CallTerms:
    """A version of the terms in force since an hour."""
    old = terms_in_force(call, timezone.now())
    payload = old.payload | changes
    return CallTerms.objects.create(
        call=call, version=9, valid_from=timezone.now() - timedelta(hours=1), act=old.act, payload=payload,
        sha256=uuid4().hex * 2,
    )  # fmt: skip
