"""The models of an application's documents: papers to be signed, with what the portal already knows written in."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from applications.models import Application
from applications.rules.guidance import guides_from
from portal.kernel.money import euro

NAMES = {
    "APPLICATION_FORM": "domanda",
    "DE_MINIMIS_DECLARATION": "dichiarazione-de-minimis",
    "MANDATE": "procura",
    "SITE_COMMITMENT": "impegno-sede",
    "EQUIPMENT_LIST": "elenco-strumentazione",
    "COVID_DECLARATION": "dichiarazione-covid",
}
"""How the files are called."""
AWARE = (
    "consapevole delle conseguenze penali delle dichiarazioni false (D.P.R. 445/2000, articoli 75 e 76), ai sensi "
    "degli articoli 46 e 47 dello stesso decreto,"
)
BLANK = "_" * 30
LINE = "_" * 16
Answers = Mapping[str, Any]


class NoModel(LookupError):
    """The portal prepares no paper for this document."""

    def __init__(self) -> None:
        super().__init__("Per questo documento non c'è un modello da scaricare.")


def has_model(application: Application, code: str) -> bool:
    """Whether the portal prepares a paper for the document."""
    guide = guides_from(application.call.source).get(code)
    return code in WORDS and guide is not None and guide.model


def model_of(application: Application, code: str) -> dict[str, Any]:
    """What the model for a document says, as plain JSON. Raises NoModel."""
    if not has_model(application, code):
        raise NoModel
    firm = application.firm
    return {
        "code": code,
        "call": application.call.title,
        "firm": {name: getattr(firm, name) for name in ("name", "tax_code", "vat_number", "municipality", "province")},
        "signer": firm.representative_name or BLANK,
        "signer_code": firm.representative_tax_code or BLANK,
        **WORDS[code](application.answers),
    }


def _aids(answers: Answers) -> dict[str, Any]:
    """What the firm answered; nothing is declared in its place: without an answer it is left to be written by hand."""
    rows = [
        [f"{date.fromisoformat(aid['granted_on']):%d/%m/%Y}", euro(Decimal(aid["amount"])), aid["granted_to"]]
        for aid in answers.get("aids") or ()
    ]
    few = "che all'impresa unica non sono stati concessi aiuti de minimis nel periodo da considerare."
    many = "che all'impresa unica sono stati concessi gli aiuti de minimis che seguono, e nessun altro."
    said = many if rows else few
    if "aids" not in answers:
        said = (
            "(barrare la voce che interessa) [  ] che all'impresa unica non sono stati concessi aiuti de minimis nel "
            "periodo da considerare; [  ] che all'impresa unica sono stati concessi gli aiuti de minimis che seguono, "
            "e nessun altro."
        )
        rows = [[LINE, LINE, LINE]] * 3
    return {
        "title": "Dichiarazione sugli aiuti de minimis",
        "opening": AWARE,
        "verb": "Dichiara",
        "points": [
            said,
            "di impegnarsi a comunicare ogni altro aiuto de minimis ricevuto fino alla concessione del voucher.",
        ],
        "columns": ["Concesso il", "Importo", "Codice fiscale di chi l'ha ricevuto"],
        "rows": rows,
    }


def _mandate(answers: Answers) -> dict[str, Any]:
    return {
        "title": "Procura alla firma della domanda",
        "opening": "legale rappresentante dell'impresa, ai sensi del D.P.R. 445/2000, art. 38, comma 3-bis,",
        "verb": "Conferisce procura",
        "points": [
            f"a {BLANK}, codice fiscale {BLANK}, per sottoscrivere e presentare la domanda a valere sull'avviso "
            "indicato sopra, e per rispondere alle richieste dell'ufficio;",
            "la procura vale fino alla conclusione del procedimento, salvo revoca comunicata all'ufficio.",
        ],
        "note": "Allegare, nello stesso file, la copia di un documento di identità di chi conferisce la procura.",
    }


def _site(answers: Answers) -> dict[str, Any]:
    return {
        "title": "Impegno ad aprire una sede operativa in Lombardia",
        "opening": AWARE,
        "verb": "Si impegna",
        "points": [
            f"ad attivare una sede operativa nel comune di {BLANK} entro l'accettazione del voucher;",
            "a darne prova all'ufficio con la visura camerale da cui risulta la sede.",
        ],
    }


def _goods(answers: Answers) -> dict[str, Any]:
    return {
        "title": "Elenco della strumentazione",
        "opening": AWARE,
        "verb": "Dichiara",
        "points": [
            "che i beni che seguono sono nuovi, non sono acquistati in locazione finanziaria, e servono ciascuno "
            "all'attività del piano scritta accanto.",
        ],
        "columns": ["Bene", "Attività del piano a cui serve"],
        "rows": [[one["item"], one["activity"]] for one in answers.get("equipment") or ()] or [[LINE, LINE]] * 3,
    }


def _emergency(answers: Answers) -> dict[str, Any]:
    return {
        "title": "Dichiarazione COVID",
        "opening": AWARE,
        "verb": "Dichiara",
        "points": [
            f"di avere introdotto lo smart working il {BLANK} (non prima del 25 febbraio 2020), nel periodo "
            f"dell'emergenza, per {BLANK} dipendenti;",
            "di avere consegnato ai lavoratori l'informativa sulla salute e sicurezza (L. 81/2017, art. 22) e di avere "
            "fatto la comunicazione al Ministero del Lavoro e delle Politiche sociali.",
        ],
    }


WORDS: Mapping[str, Callable[[Answers], dict[str, Any]]] = {
    "DE_MINIMIS_DECLARATION": _aids,
    "MANDATE": _mandate,
    "SITE_COMMITMENT": _site,
    "EQUIPMENT_LIST": _goods,
    "COVID_DECLARATION": _emergency,
}
