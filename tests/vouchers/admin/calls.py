"""A whole call written at the desk with the test client, page by page, as an office would: one line, three bands."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from portal.models import User
from tests.vouchers.admin.written import written
from vouchers.models import CallDraft

PARTS = "/ufficio/avvisi/bozze/{pk}/parti/{part}/"


def signed_in(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    """The page as it is read."""
    return response.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def begun(client: Client, **typed: str) -> CallDraft:
    """A draft from the model."""
    named = {"come_inizia": "nuovo", "titolo": "Voucher unico 2027", "slug": "voucher-unico-2027"} | typed
    answer = client.post("/ufficio/avvisi/nuova/", named)
    assert answer.status_code == 302, text(answer)
    return CallDraft.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def rewrite(client: Client, draft: CallDraft, part: str, *, add: tuple[str, ...] = (), **changes: str) -> Any:
    """Open a part, ask for more rows, change some fields, save; the answer to the last request."""
    at = PARTS.format(pk=draft.pk, part=part)
    typed = written(text(client.get(at)))
    for section in add:
        typed = written(text(client.post(at, typed | {"aggiungi": section})))
    unknown = set(changes) - set(typed) - {name for name in changes if name.endswith("DELETE")}
    assert not unknown, (unknown, sorted(typed))
    return client.post(at, typed | changes)


def wrote(client: Client, draft: CallDraft, part: str, *, add: tuple[str, ...] = (), **changes: str) -> None:
    """The same, and it is saved."""
    answer = rewrite(client, draft, part, add=add, **changes)
    assert answer.status_code == 302, text(answer)


def write_call(client: Client, draft: CallDraft, *, now: datetime) -> None:
    """What only the office knows: who it is, dates, the line «U», three bands, the money."""
    act = "Decreto di prova 1/2027"
    who = {
        "short_title": "Voucher unico", "subtitle": "Una sola linea", "programme": "Programma di prova",
        "axis": "Asse di prova", "objective": "Obiettivo di prova", "programme_action": "Azione di prova",
        "code": "VU2027", "cup": "E00A27000000001", "aid": "Contributo a fondo perduto in regime de minimis",
        "authority": "Amministrazione di prova", "directorate": "Direzione di prova", "office": "Ufficio di prova",
        "office_pec": "ufficio@pec.example",
    }  # fmt: skip
    founding = {"code": "FOUNDING", "date": f"{now:%d/%m/%Y}", "act": act, "text": "Approvazione dell'avviso."}
    wrote(client, draft, "identita", **_named("identity", who), **_row("identity-founding_acts", 0, founding))
    opens, closes = now + timedelta(minutes=10), now + timedelta(days=60)
    window = {
        "desk": "1", "title": "Sportello unico", "opens": f"{opens:%d/%m/%Y %H:%M}",
        "closes": f"{closes:%d/%m/%Y %H:%M}", "timezone": "Europe/Rome", "act": act,
    }  # fmt: skip
    version = {"valid_from": f"{now:%d/%m/%Y}", "act": act, "summary": "Prima versione."}
    wrote(client, draft, "sportelli", **_named("terms", version), **_row("terms-windows", 0, window))
    wrote(client, draft, "azioni", **_row("terms-actions", 0, {"code": "U", "title": "Voucher unico"}))
    bands = [("3", "14", "4.000,00", "1"), ("15", "49", "8.000,00", "3"), ("50", "", "12.000,00", "5")]
    rows: dict[str, str] = {}
    for number, (low, high, amount, workers) in enumerate(bands):
        rows |= _row("terms-bands", number, {"min": low, "max": high, "amount__U": amount, "workers": workers})
    wrote(client, draft, "fasce", add=("terms-bands", "terms-bands"), **rows)
    money = {
        "code": "OPENING", "date": f"{now:%d/%m/%Y}", "act": act, "title": "Dotazione iniziale", "total": "100.000,00",
        "split__U": "100.000,00",
    }  # fmt: skip
    wrote(client, draft, "risorse", **_row("money_acts", 0, money))


def _row(section: str, number: int, values: dict[str, str]) -> dict[str, str]:
    return {f"{section}-{number}-{name}": value for name, value in values.items()}


def _named(section: str, values: dict[str, str]) -> dict[str, str]:
    return {f"{section}-{name}": value for name, value in values.items()}
