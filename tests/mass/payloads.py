"""One good answer to every form outside the desk: what the portal writes when nobody is trying anything."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.access.world import Holdings, written
from tests.applications.guided import GOOD
from tests.portal.services.files.papers import pdf

KEY = "00000000-0000-4000-8000-000000000001"


def payloads(own: Holdings) -> dict[str, dict[str, Any]]:
    """By the name of the address; one that is not here takes nothing and must write nothing."""
    counted = f"{timezone.now() - timedelta(days=30):%d/%m/%Y}"
    firm = {
        "vat_number": "09000010158", "name": "Gamma S.r.l.", "legal_form": "SRL", "rea": "MI-9000001",
        "ateco": "62.01.00", "road_freight": "no", "address": "Via Prima 1", "province": "MI",
        "municipality": "Milano", "pec": "gamma@pec.example", "total_employees": "12",
        "total_employees_on": counted, "representative_name": "Anna", "representative_tax_code": "NNANNA80A41F205K",
    }  # fmt: skip
    site = {"address": "Via Nuova 3", "province": "MI", "municipality": "Milano", "employees": "0",
            "employees_on": counted}  # fmt: skip
    page = written("Ritocco", GOOD)["impresa"] | {"totale": "13", "versione": "99", "finestra": KEY}
    file = SimpleUploadedFile("elenco.pdf", pdf(), "application/pdf")
    return {
        "accounts:account_signup": {"email": "nuova@impresa.example", "name": "Nuova", "password1": PASSWORD},
        "application_start": {"impresa": str(own.firms["spare"].pk)},
        "application_step": page,
        "application_save": page,
        "application_documents": {"documento": "EQUIPMENT_LIST", "file": file},
        "application_document_remove": {"conferma": "si"},
        "application_clone": {
            "impresa": str(own.firms["spare"].pk),
            "avviso": str(own.applications["draft"].call_id),
        },
        "application_withdrawal": {"motivo": "Non serve più", "conferma": "si"},
        "application_integration": {"r0": "Ecco i dati", "versione": "0", "finestra": KEY},
        "application_integration_save": {"r0": "Ecco i dati", "versione": "0", "finestra": KEY},
        "application_observations": {"r0": "Non siamo d'accordo", "versione": "0", "finestra": KEY},
        "application_observations_save": {"r0": "Non siamo d'accordo", "versione": "0", "finestra": KEY},
        "application_messages": {"testo": "Buongiorno", "chiave": KEY},
        "application_comments": {"testo": "Controlla questa pagina", "chiave": KEY},
        "mandates": {"email": "delegata@studio.example", "scopes": ["FILL"], "until": ""},
        "payment_account": {"iban": "IT60X0542811101000000123456", "holder": "Gamma S.r.l."},
        "renounce_award": {"motivo": REASON},
        "reduce_award": {"motivo": REASON},
        "new_firm": firm | {"tax_code": "09000010158", "capacity": "APPLICANT"},
        "edit_firm": firm,
        "new_site": site,
        "edit_site": site,
        "remove_site": {"conferma": "si"},
    }


PASSWORD = "una-frase-lunga-abbastanza"
REASON = "ONLY_EQUIPMENT"
"""A reason to give up, as the terms of the call name it."""
