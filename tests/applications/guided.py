"""A call whose desk is open now, and a guided draft written well: what the tests of the wizard stand on."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from applications.models import Application, Call, DeskWindow

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
}


def opened(call: Call) -> Call:
    """The call with a third desk, open since yesterday and until tomorrow."""
    now = timezone.now()
    day = timedelta(days=1)
    DeskWindow.objects.create(call=call, number=3, name="Terzo sportello", opens_at=now - day, closes_at=now + day)
    return call


def fill_in(client: Client, draft: Application, **pages: dict[str, Any]) -> None:
    """Write every page of a draft."""
    for slug, typed in (GOOD | pages).items():
        response = client.post(f"/domande/{draft.pk}/compila/{slug}/", typed)
        assert response.status_code == 302, (slug, response.content.decode())
