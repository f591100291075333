"""Presenting over HTTP: one protocol however many times it is asked, kind refusals, a receipt that proves it."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from applications.documents import receipts
from applications.domain import review, story
from applications.models import Application, Call, DeskWindow, Firm
from applications.tasks import render_receipt
from portal.kernel.deadlines import rome_day
from portal.models import Mail, Sequence, User
from portal.services import documents
from portal.templatetags.italian import giorno
from tests.applications.answering import asked, today
from tests.applications.guided import GOOD, fill_in, new_terms
from tests.conftest import Desk, FirmMaker
from tests.portal.services.parallel import at_once
from vouchers.models import Allocation

KEY = UUID(int=7)


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def begun(client: Client, firm: Firm) -> Application:
    client.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    return Application.objects.get(firm=firm)


@pytest.fixture
def ready(anna_in: Client, open_call: Call, firm: Firm) -> Application:
    """A draft with every page complete."""
    item = begun(anna_in, firm)
    fill_in(anna_in, item)
    return item


def present(client: Client, item: Application, key: object = KEY, **more: Any) -> Any:
    return client.post(f"/domande/{item.pk}/presenta/", {"chiave": str(key), "firmo": "si"} | more)


def text(response: Any) -> str:
    return response.content.decode().replace("&#x27;", "'")


def presented(item: Application) -> Application:
    return Application.objects.select_related("receipt", "call").get(pk=item.pk)


def test_check_your_answers_shows_them_all_and_how_to_change_them(anna_in: Client, ready: Application) -> None:
    page = text(anna_in.get(f"/domande/{ready.pk}/controlla/"))

    for words in ("Preparazione delle offerte", "4 notebook", "07643520567", "1.250,00", "Presenta la domanda"):
        assert words in page
    assert "/stima/?dipendenti=12&amp;azioni=A&amp;azioni=B" in page
    back = f"/domande/{ready.pk}/compila/operatore/?torna=controlla"
    assert back in page
    assert 'name="torna" value="controlla"' in text(anna_in.get(back))
    changed = anna_in.post(back, GOOD["operatore"] | {"lavoro": "0999", "torna": "controlla"})
    assert changed["Location"] == f"/domande/{ready.pk}/controlla/"


def test_presenting_gives_a_protocol_and_a_receipt(anna_in: Client, ready: Application) -> None:
    response = present(anna_in, ready)

    assert response["Location"] == f"/domande/{ready.pk}/ricevuta/"
    item = presented(ready)
    page = text(anna_in.get(response["Location"]))
    assert item.protocol in page
    assert "L'ufficio decide entro il" in page
    assert "Il PDF è in preparazione" in page
    assert item.answers["signed"] is True
    assert item.snapshot is not None
    assert item.snapshot["answers"] == item.answers
    assert len(item.receipt_code or "") == 25


def test_a_session_too_weak_is_told_before_pressing_and_nothing_is_lost(
    anna_in: Client, open_call: Call, ready: Application
) -> None:
    notice, page = "Con questo accesso non si può presentare", f"/domande/{ready.pk}/controlla/"
    assert notice not in text(anna_in.get(page))
    strong = {"valid_from": "2020-01-01", "strength": "STRONG", "text": "Accesso con SPID.", "article": "Avviso"}
    new_terms(open_call, login=[strong])

    told = text(anna_in.get(page))
    refused = text(present(anna_in, ready))
    assert notice in told
    assert "serve un'identità digitale: accesso con SPID (Avviso)" in told
    assert "esci, rientra con l'identità digitale" in told
    assert "esci, rientra con l'identità digitale" in refused
    assert presented(ready).protocol == ""

    session = anna_in.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "socialaccount"}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()
    assert notice not in text(anna_in.get(page))
    present(anna_in, ready)
    assert presented(ready).protocol


def test_again_and_again_is_the_same_receipt(anna_in: Client, ready: Application) -> None:
    first = present(anna_in, ready)
    protocol = presented(ready).protocol

    for again in (present(anna_in, ready), present(anna_in, ready, uuid4()), present(anna_in, ready, firmo="")):
        assert again["Location"] == first["Location"]
    assert anna_in.get(f"/domande/{ready.pk}/controlla/")["Location"] == first["Location"]
    assert anna_in.get(f"/domande/{ready.pk}/compila/")["Location"] == f"/domande/{ready.pk}/"
    assert presented(ready).protocol == protocol
    assert "non si possono più cambiare" in text(
        anna_in.post(f"/domande/{ready.pk}/compila/impresa/salva/", GOOD["impresa"])
    )


def test_five_at_once_are_one_protocol(committed_db: None, anna: User, open_call: Call, firm: Firm) -> None:
    first = Client()
    first.force_login(anna)
    item = begun(first, firm)
    fill_in(first, item)
    clients = [Client() for _ in range(5)]
    for client in clients:
        client.force_login(anna)

    answers = at_once(5, lambda n: present(clients[n], item, KEY if n < 3 else uuid4())["Location"])

    assert answers == [f"/domande/{item.pk}/ricevuta/"] * 5
    assert Sequence.objects.get(series="protocol").last == 1
    assert presented(item).protocol.endswith("/0000001")


def test_without_a_signature_nothing_happens(anna_in: Client, ready: Application) -> None:
    page = text(anna_in.post(f"/domande/{ready.pk}/presenta/", {"chiave": str(KEY)}))

    assert "serve la sottoscrizione" in page
    assert "<title>Errore:" in page
    assert f'value="{KEY}"' in page
    assert presented(ready).status == "DRAFT"


def test_a_key_that_is_not_one_starts_again_from_the_summary(anna_in: Client, ready: Application) -> None:
    assert present(anna_in, ready, "x")["Location"] == f"/domande/{ready.pk}/controlla/"


def test_when_the_desk_closes_the_draft_stays(anna_in: Client, ready: Application) -> None:
    before = presented(ready).answers
    DeskWindow.objects.filter(number=3).update(closes_at=timezone.now() - timedelta(seconds=1))

    page = text(present(anna_in, ready))

    assert "Lo sportello è chiuso dal" in page
    assert "La bozza resta qui" in page
    assert (presented(ready).status, presented(ready).answers) == ("DRAFT", before)


def test_an_unfinished_draft_says_everything_that_is_missing(
    anna_in: Client,
    open_call: Call,
    firm: Firm,
) -> None:
    item = begun(anna_in, firm)
    assert "Indicare almeno un'azione" in text(present(anna_in, item))
    for slug in ("impresa", "requisiti", "operatore", "aiuti"):
        anna_in.post(f"/domande/{item.pk}/compila/{slug}/", GOOD[slug])
    Application.objects.filter(pk=item.pk).update(answers=presented(item).answers | {"actions": ["A"]})

    page = text(present(anna_in, item))

    assert "Manca il piano di smart working" in page
    assert presented(item).status == "DRAFT"


def test_a_lost_answer_is_checked_not_redone(client: Client, ready: Application, anna: User, bruno: User) -> None:
    address = f"/domande/esito/{KEY}/"
    assert "non rifare nulla" in text(client.get(address))
    present(client, ready)
    page = text(client.get(address, headers={"HX-Request": "true"}))
    assert presented(ready).protocol in page
    assert "<html" not in page

    client.force_login(bruno)
    assert presented(ready).protocol not in text(client.get(address))


def take_away(call: Call) -> None:
    """Leave no money on the lines, as if it were all granted."""
    for line in Allocation.objects.filter(action__call=call):
        Allocation.objects.filter(pk=line.pk).update(available=0, committed=line.available)


def test_money_left_is_told_honestly(anna_in: Client, ready: Application) -> None:
    assert "Le risorse bastano, per ora." in text(anna_in.get(f"/domande/{ready.pk}/coda/"))
    present(anna_in, ready)
    assert "Sì, per ora." in text(anna_in.get(f"/domande/{ready.pk}/coda/"))
    take_away(ready.call)
    assert "in overbooking" in text(anna_in.get(f"/domande/{ready.pk}/coda/"))


def test_before_presenting_too(anna_in: Client, ready: Application) -> None:
    assert f'hx-get="/domande/{ready.pk}/coda/"' in anna_in.get(f"/domande/{ready.pk}/controlla/").content.decode()
    take_away(ready.call)
    assert "andrebbe in lista d'attesa" in text(anna_in.get(f"/domande/{ready.pk}/coda/"))


def test_the_room_left_by_the_aids(anna_in: Client, ready: Application, bruno: User) -> None:
    page = text(anna_in.get(f"/domande/{ready.pk}/capienza/", headers={"HX-Request": "true"}))

    assert "298.750,00" in page
    assert "Con gli aiuti salvati restano" in page
    assert "Il voucher che chiedi vale" not in page


def test_the_page_of_the_aids_asks_for_the_room(anna_in: Client, ready: Application) -> None:
    assert f'hx-get="/domande/{ready.pk}/capienza/"' in text(anna_in.get(f"/domande/{ready.pk}/compila/aiuti/"))


def test_a_voucher_that_does_not_fit_under_the_ceiling_is_told_before(anna_in: Client, ready: Application) -> None:
    anna_in.post(f"/domande/{ready.pk}/compila/aiuti/", GOOD["aiuti"] | {"aiuto_0_importo": "299.000,00"})

    for piece in ("capienza", "coda"):
        page = text(anna_in.get(f"/domande/{ready.pk}/{piece}/", headers={"HX-Request": "true"}))
        assert "Il voucher che chiedi vale 10.500,00\xa0€" in page, piece
        assert "restano 1.000,00\xa0€" in page, piece
        assert "non potrebbe essere concesso" in page, piece


@pytest.fixture
def received(desk: Desk, firm: Firm) -> Application:
    """Anna's application, submitted, its receipt made."""
    item = desk.submit(firm)
    render_receipt.run(application_id=item.pk)
    return presented(item)


def test_the_page_of_the_receipt_promises_no_check_that_is_over(
    anna_in: Client, desk: Desk, firm: Firm, make_firm: FirmMaker, anna: User
) -> None:
    waiting, decided = desk.submit(make_firm(anna)), desk.admitted(firm)

    assert "Un istruttore controlla i requisiti" in text(anna_in.get(f"/domande/{waiting.pk}/ricevuta/"))
    page = text(anna_in.get(f"/domande/{decided.pk}/ricevuta/"))
    assert "Un istruttore controlla i requisiti" not in page
    assert "L'ufficio ha deciso il" in page


def test_the_receipt_is_made_once_and_always_the_same(received: Application) -> None:
    assert received.receipt is not None
    data = documents.read(received.receipt)

    render_receipt.run(application_id=received.pk)

    assert presented(received).receipt_id == received.receipt_id
    assert receipts.to_pdf(receipts.receipt_facts(received)) == data
    assert data.startswith(b"%PDF")


def test_the_receipt_says_protocol_instant_and_where_to_check(received: Application) -> None:
    page = receipts.to_html(receipts.receipt_facts(received))

    for words in (
        received.protocol,
        "02/04/2020, 12:30",
        received.snapshot_sha256,
        "<svg",
        f"/verifica/{received.receipt_code}/",
    ):
        assert words in page, words


def test_the_last_day_to_decide_counts_the_days_in_which_the_clock_stood(
    anna_in: Client, desk: Desk, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = asked(today(desk), firm).application
    address = f"/domande/{item.pk}/ricevuta/"
    assert "adesso il conto è fermo" in text(anna_in.get(address))

    review.answer_integration(item, "Ecco", actor=desk.filer(firm), now=desk.tick(days=7))
    later = desk.at + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    page = text(anna_in.get(address))
    shown = story.standing(Application.objects.get(pk=item.pk), later).decide_by
    assert "60 giorni, più 7 giorni in cui il conto è stato fermo" in page
    assert shown is not None
    assert f"L'ufficio decide entro il {giorno(shown)}:" in page
    assert shown >= rome_day(item.submitted_at + timedelta(days=67))


def test_without_suspensions_the_receipt_says_that_there_may_be(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = today(desk).submit(firm)

    assert "(60 giorni, salvo sospensioni" in text(anna_in.get(f"/domande/{item.pk}/ricevuta/"))
    body = Mail.objects.get(about=f"application:{item.pk}", channel="PEC").body
    assert "L'ufficio decide entro 60 giorni, salvo sospensioni." in body


def test_the_file_is_for_the_firm_only(client: Client, received: Application, anna: User, bruno: User) -> None:
    client.force_login(anna)
    response = client.get(f"/domande/{received.pk}/ricevuta.pdf")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert "attachment" in response["Content-Disposition"]
    client.force_login(bruno)
    assert client.get(f"/domande/{received.pk}/ricevuta.pdf").status_code == 404


def test_everybody_may_check_a_receipt_and_sees_no_personal_data(client: Client, received: Application) -> None:
    address = f"/verifica/{received.receipt_code}/"
    page = text(client.get(address))

    assert received.protocol in page
    assert received.snapshot_sha256 in page
    for secret in ("Alfa S.r.l.", received.firm.tax_code, received.firm.pec):
        assert secret not in page
    assert client.get(f"/verifica/{'A' * 25}/").status_code == 404
    assert client.get("/verifica/x/").status_code == 404
    assert "Nessuna ricevuta con questo codice" in text(client.get("/verifica/x/"))


def test_the_right_file_corresponds_and_a_changed_one_does_not(client: Client, received: Application) -> None:
    assert received.receipt is not None
    address, data = f"/verifica/{received.receipt_code}/", documents.read(received.receipt)

    def send(content: bytes) -> str:
        return text(client.post(address, {"documento": SimpleUploadedFile("r.pdf", content)}))

    assert "esattamente quello che il portale ha conservato" in send(data)
    assert "Non corrisponde" in send(data[:-1] + b"x")
    right = {"impronta": hashlib.sha256(data).hexdigest().upper()}
    assert "esattamente quello" in text(client.post(address, right))
    assert "Non corrisponde" in text(client.post(address, {"impronta": "0" * 64}))
    assert "ricopiala per intero" in text(client.post(address, {"impronta": "abc"}))
    assert "Scegli il file" in text(client.post(address, {}))
