"""Accepting, giving up and thinking again as a firm meets them: three clicks, what follows said first, 404 to Bruno."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Firm, FirmMember
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from tests.conftest import LONG_AGO, Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker, status
from vouchers.domain.reductions import reduce
from vouchers.domain.terminations import renounce
from vouchers.models import Award, AwardLine, LedgerEntry, Renunciation


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Pages asked while the clock of the web server stands at an instant of the story."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: instant)
        yield


Inside = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def inside(desk: Desk) -> Inside:
    """The next instant of the story."""
    return lambda: clock_at(desk.tick())


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


@pytest.fixture
def award(desk: Desk, firm: Firm) -> Award:
    """Anna's voucher, granted."""
    return desk.granted(firm)


@pytest.fixture
def here(award: Award) -> str:
    """Where Anna's voucher is, without the last slash."""
    return f"/domande/{award.application_id}/voucher"


def words(response: object) -> str:
    """The answer in words."""
    page = response.content.decode().replace("&#x27;", "'").replace("\u00a0", " ")  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def pages_of(award: Award, given: Renunciation | None = None) -> list[str]:
    """Every address about a voucher's choices."""
    here = f"/domande/{award.application_id}/voucher"
    number = given.pk if given else 1
    return [f"{here}/accetta/", f"{here}/rinuncia/", f"{here}/rinuncia/B/", f"{here}/ripensamento/{number}/"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_bruno_finds_none_of_these_pages(
    client: Client, desk: Desk, anna: User, bruno: User, other_firm: Firm, method: str, award: Award
) -> None:
    given = reduce(award.application, "B", actor=anna, reason_code="OTHER", now=desk.tick())
    client.force_login(bruno)
    before = (AuditEntry.objects.count(), LedgerEntry.objects.count())

    answers = [getattr(client, method)(page, {"motivo": "OTHER"}) for page in pages_of(award, given)]
    nowhere = getattr(client, method)("/domande/999999/voucher/rinuncia/", {"motivo": "OTHER"})

    assert {answer.status_code for answer in answers} == {404}
    assert {words(answer) for answer in answers} == {words(nowhere)}
    assert (status(award), AuditEntry.objects.count(), LedgerEntry.objects.count()) == ("GRANTED", *before)


def test_a_stranger_is_asked_to_sign_in(client: Client, desk: Desk, firm: Firm) -> None:
    for page in pages_of(desk.granted(firm)):
        assert client.get(page)["Location"].startswith("/accesso/")


def test_what_one_commits_to_is_said_and_one_button_accepts(
    anna_in: Client, inside: Inside, award: Award, here: str
) -> None:
    page = f"{here}/accetta/"

    with inside():
        text = words(anna_in.get(page))
        answer = anna_in.post(page, follow=True)

    for sentence in ("10.500,00 €", "fino al 2 maggio 2020 compreso", "60 giorni", "270 giorni", "2 anni", "5 mesi"):
        assert sentence in text
    assert "Atto di accettazione" in text
    assert "Il voucher è accettato" in words(answer)
    assert status(award) == "ACCEPTED"


def test_accepting_again_and_the_back_button_say_how_things_stand(
    anna_in: Client, inside: Inside, award: Award, here: str
) -> None:
    page = f"{here}/accetta/"

    with inside():
        anna_in.post(page)
        again = words(anna_in.post(page, follow=True))
        back = anna_in.get(page)

    assert "Il voucher è accettato" in again
    assert "Qui non c'è più nulla da fare" in words(back)
    assert award.events.filter(event="accept").count() == 1


def test_the_closing_instant_is_told_kindly(anna_in: Client, award: Award, here: str) -> None:
    with clock_at(award.acceptance_due_at):
        text = words(anna_in.post(f"{here}/accetta/", follow=True))

    assert "Il termine per accettare è scaduto il 2 maggio 2020." in text
    assert status(award) == "GRANTED"


def test_three_clicks_from_the_button_to_the_renunciation(
    anna_in: Client, inside: Inside, award: Award, here: str
) -> None:
    page = f"{here}/rinuncia/"

    with inside():
        box = anna_in.get(f"{here}/").content.decode()
        reasons = words(anna_in.get(page))
        confirm = words(anna_in.get(page, {"motivo": "BURDEN", "avanti": "si"}))
        done = words(anna_in.post(page, {"motivo": "BURDEN"}, follow=True))

    assert f'href="{page}"' in box
    assert "Si liberano subito 10.500,00 €" in reasons
    assert "Nessuno è in lista d'attesa" in reasons
    assert "Motivo: Oneri amministrativi troppo gravosi" in confirm
    assert "La rinuncia è registrata." in done
    assert status(award) == "RENOUNCED"


def test_the_effect_names_nobody_and_says_how_many_are_served(
    anna_in: Client, make_desk: DeskMaker, make_firm: FirmMaker, anna: User, bruno: User
) -> None:
    desk = make_desk("7000.00", "3500.00")
    mine = desk.admitted(make_firm(anna))
    other = desk.admitted(make_firm(bruno, name="Beta S.r.l."))
    desk.fund()

    with clock_at(desk.tick()):
        text = words(anna_in.get(f"/domande/{mine.pk}/voucher/rinuncia/"))

    assert "Vanno a una domanda in lista d'attesa" in text
    assert "quello che passa ad altri non torna" in text
    assert other.firm.name not in text


def test_without_a_reason_nothing_is_confirmed(anna_in: Client, inside: Inside, award: Award, here: str) -> None:
    page = f"{here}/rinuncia/"

    with inside():
        empty = anna_in.get(page, {"avanti": "si"}).content.decode()
        forged = words(anna_in.post(page, {"motivo": "<script>"}, follow=True))

    assert "<title>Errore:" in empty
    assert "Scegli il motivo, anche «Altro motivo»." in empty
    assert "non è previsto" in forged
    assert status(award) == "GRANTED"


def test_only_b_is_given_up_and_the_box_says_the_new_amount(anna_in: Client, inside: Inside, here: str) -> None:
    with inside():
        text = words(anna_in.get(f"{here}/rinuncia/B/"))
        anna_in.post(f"{here}/rinuncia/B/", {"motivo": "ONLY_EQUIPMENT"})
        box = words(anna_in.get(f"{here}/"))
        alone = anna_in.get(f"{here}/rinuncia/A/")

    assert "Rinunci solo all'Azione B: resta l'Azione A" in text
    assert "prende atto del nuovo importo con un atto successivo" in text
    assert re.search(r"da accettare 7\.000,00 €", box)
    assert "Azione B rinunciata il" in box and "(3.500,00 €)" in box
    assert re.search(r"Azione B rinunciata il [^€]*-3\.500,00 € Resta 7\.000,00 €", box)
    assert "Riprendi l'Azione B" in box
    assert "Qui non c'è più nulla da fare" in words(alone)


def test_before_the_amount_too_an_action_may_be_given_up_from_the_box(
    anna_in: Client, desk: Desk, firm: Firm, inside: Inside
) -> None:
    item = desk.in_review(firm)

    with inside():
        page = anna_in.get(f"/domande/{item.pk}/").content.decode()
        box = anna_in.get(f"/domande/{item.pk}/voucher/").content.decode()
        text = words(anna_in.get(f"/domande/{item.pk}/voucher/rinuncia/B/"))
        anna_in.post(f"/domande/{item.pk}/voucher/rinuncia/B/", {"motivo": "OTHER"})
        whole = anna_in.post(f"/domande/{item.pk}/voucher/rinuncia/", {"motivo": "OTHER"})

    assert f'hx-get="/domande/{item.pk}/voucher/"' in page
    assert f'href="/domande/{item.pk}/voucher/rinuncia/B/"' in box
    assert f'href="/domande/{item.pk}/voucher/rinuncia/"' not in box
    assert "L'importo si calcola all'ammissione, senza questa Azione" in text
    assert "Per questa domanda non c'è ancora un voucher" in words(whole)
    assert Renunciation.objects.get().award is None


def test_a_second_thought_is_one_page_and_one_button(
    anna_in: Client, anna: User, desk: Desk, inside: Inside, award: Award, here: str
) -> None:
    renounce(award, actor=anna, reason_code="OTHER", now=desk.tick())
    page = f"{here}/ripensamento/{Renunciation.objects.get().pk}/"

    with inside():
        box = anna_in.get(f"{here}/").content.decode()
        text = words(anna_in.get(page))
        done = words(anna_in.post(page, follow=True))
        twice = words(anna_in.post(page, follow=True))

    assert f'href="{page}"' in box
    assert "Puoi tornare indietro fino al" in text
    assert "tutto torna com'era" in done
    assert "tutto torna com'era" in twice
    assert status(award) == "GRANTED"
    assert AwardLine.objects.filter(award=award).count() == 2


def test_a_delegate_who_may_only_write_sees_no_button_and_is_told_why(
    client: Client, firm: Firm, bruno: User, inside: Inside, award: Award, here: str
) -> None:
    FirmMember.objects.create(firm=firm, user=bruno, role=Role.DELEGATE, scopes=["FILL"], since=LONG_AGO)
    client.force_login(bruno)

    with inside():
        box = words(client.get(f"{here}/"))
        answer = words(client.post(f"{here}/accetta/", follow=True))

    assert "Che cosa puoi fare" not in box
    assert "La tua delega" in answer
    assert status(award) == "GRANTED"


def test_the_pages_cost_the_same_with_one_voucher_and_with_three(
    anna_in: Client, anna: User, desk: Desk, make_firm: FirmMaker
) -> None:
    def cost(pages: list[str]) -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries, clock_at(desk.tick()):
                anna_in.get(page)
            counts.append(len(queries))
        return counts

    pages = pages_of(desk.granted(make_firm(anna)))
    one = cost(pages)
    for _ in range(2):
        desk.granted(make_firm(anna))

    assert cost(pages) == one
    assert max(one) <= 15


def test_giving_up_costs_the_same_however_many_wait_for_the_money(
    anna_in: Client, anna: User, make_desk: DeskMaker, make_firm: FirmMaker
) -> None:
    desk = make_desk("7000.00", "3500.00")
    here = f"/domande/{desk.granted(make_firm(anna)).application_id}/voucher/rinuncia/"

    def cost() -> list[int]:
        desk.in_review(make_firm(anna))
        desk.admitted(make_firm(anna))
        desk.fund()
        found = []
        for page in (here, f"{here}B/", f"{here}?motivo=BURDEN&avanti=1"):
            with CaptureQueriesContext(connection) as queries, clock_at(desk.tick()):
                assert "lista d'attesa" in words(anna_in.get(page))
            found.append(len(queries))
        return found

    one = cost()
    cost()
    assert cost() == one
    assert max(one) <= 15


def test_a_second_click_is_told_the_same_as_the_first(anna_in: Client, inside: Inside, award: Award, here: str) -> None:
    for page, sentence, state in (
        (f"{here}/rinuncia/B/", "La rinuncia all'Azione B è registrata", "GRANTED"),
        (f"{here}/accetta/", "Il voucher è accettato", "ACCEPTED"),
        (f"{here}/rinuncia/", "La rinuncia è registrata", "RENOUNCED"),
    ):
        for _click in (1, 2):
            with inside():
                told = words(anna_in.post(page, {"motivo": "OTHER"}, follow=True))
            assert sentence in told
            assert "non è possibile" not in told
            assert status(award) == state
    assert Renunciation.objects.filter(application=award.application).count() == 2
