"""The dossier: one page that tells everything, and asks the database a constant number of times."""

import pytest
from django.test import Client

from applications.domain import review
from applications.models import Application, Firm
from portal.models import Mail, User
from tests.conftest import Desk, FirmMaker
from tests.vouchers.admin.conftest import CountQueries
from vouchers.domain import terminations
from vouchers.models import Award


def at(item: Application, query: str = "") -> str:
    """The address of a dossier."""
    return f"/ufficio/domande/{item.pk}/{query}"


def text(client: Client, item: Application, query: str = "") -> str:
    """What the page says."""
    return client.get(at(item, query)).content.decode()


def test_a_granted_dossier_from_facts_to_money(as_carla: Client, desk: Desk, firm: Firm) -> None:
    award = desk.granted(firm)

    page = text(as_carla, award.application)

    for words in ("Domanda 2020/0000001", "Alfa S.r.l.", "00000000001", "62.01.00", "2 aprile 2020, 12:30"):
        assert words in page
    for words in ("Decisa in 0 giorni su 60", "Operatore accreditato", "formazione 0001, lavoro 0002"):
        assert words in page
    for words in ("12 dipendenti in Lombardia, fascia", "7.000,00\u00a0€", "3.500,00\u00a0€", "10.500,00\u00a0€"):
        assert words in page
    for words in ("Prenotazione", "Impegno", "n. 1/2020", "A, ammesse e finanziate, riga 1"):
        assert words in page
    for words in ("Proposta di ammissione", "Approvata da Elena", "Voucher concesso con decreto", "Dario"):
        assert words in page


def test_what_is_shown_is_what_was_submitted(as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    Firm.objects.filter(pk=firm.pk).update(name="Omega S.r.l.", ateco="01.11.00")

    page = text(as_carla, item)

    assert "Alfa S.r.l." in page
    assert "Omega" not in page
    assert "01.11.00" not in page


def test_a_rejected_dossier_says_why_everywhere(as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.rejected(firm, "DURC")

    page = as_carla.get(at(item))

    (reason,) = page.context["reasons"]
    said = page.content.decode()
    assert said.count("motivo della non ammissione") == 1
    assert "Motivi della non ammissione" in said
    assert "DURC" in reason
    assert "Preavviso di rigetto (art. 10-bis L. 241/1990)" in said
    assert "Nessun voucher" in said


def test_an_integration_with_its_answer(as_carla: Client, desk: Desk, firm: Firm, anna: User, carla: User) -> None:
    item = desk.in_review(firm)
    review.request_integration(item, ["Procura del <b>firmatario</b>"], actor=carla, now=desk.tick())
    waiting = text(as_carla, item)
    assert "In attesa dell'impresa" in waiting.replace("&#x27;", "'")
    assert "termine sospeso" in waiting
    assert "Procura del &lt;b&gt;firmatario" in waiting

    review.answer_integration(item, "Ecco la procura.", actor=anna, now=desk.tick())

    assert "Ecco la procura." in text(as_carla, item)


def test_the_story_is_one_newest_first_with_authors_and_reasons(
    as_carla: Client, desk: Desk, firm: Firm, anna: User
) -> None:
    award = desk.granted(firm)
    terminations.renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())

    steps = as_carla.get(at(award.application)).context["steps"]

    assert (str(steps[0].title), str(steps[0].author), steps[0].reason) == (
        "Rinuncia al voucher",
        "Anna",
        "Oneri amministrativi troppo gravosi",
    )
    assert [str(step.author) for step in steps if str(step.title) == "Importo calcolato"] == ["portale"]
    assert [step.at for step in steps] == sorted((step.at for step in steps), reverse=True)


def test_messages_with_their_delivery(as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    Mail.objects.filter(about=f"application:{item.pk}").update(state=Mail.State.FAILED)

    assert "non recapitata" in text(as_carla, item)


def test_neighbours_are_those_of_the_view(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    first, second, third = (desk.submit(make_firm(anna)) for _ in range(3))
    desk.admit(review.take_charge(second, actor=desk.officer, now=desk.tick()))

    opened = as_carla.get(at(first)).context
    assert (opened["previous"], opened["next"].pk) == (None, third.pk)
    everything = as_carla.get(at(first, "?stato=tutte")).context
    assert everything["next"].pk == second.pk
    assert at(second, "?stato=tutte") in text(as_carla, first, "?stato=tutte")
    decided = as_carla.get(at(second)).context
    assert (decided["previous"].pk, decided["next"].pk) == (first.pk, third.pk)


@pytest.mark.parametrize(
    "query", ["?stato=xx", "?istruttore=%27", "?provincia=%00", "?avviso=%22", "?q=%00", "?voucher=1&percorso=2"]
)
def test_a_strange_view_is_set_aside(query: str, as_carla: Client, desk: Desk, firm: Firm) -> None:
    assert as_carla.get(at(desk.submit(firm), query)).status_code == 200


def test_a_draft_has_no_dossier(as_carla: Client, desk: Desk, firm: Firm) -> None:
    assert as_carla.get(at(desk.draft(firm))).status_code == 404


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 40])
def test_a_dossier_that_does_not_exist(pk: str, as_carla: Client, call: object) -> None:
    assert as_carla.get(f"/ufficio/domande/{pk}/").status_code == 404


def test_the_same_queries_for_a_short_and_for_a_long_story(
    queries_of: CountQueries, desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    short = desk.granted(make_firm(anna))
    before = queries_of(at(short.application))

    long = desk.in_review(make_firm(anna))
    for _ in range(3):
        review.request_integration(long, ["Procura"], actor=carla, now=desk.tick())
        review.answer_integration(long, "Ecco.", actor=anna, now=desk.tick())
    desk.admit(long)
    desk.fund()
    desk.sign()
    terminations.renounce(Award.objects.get(application=long), actor=anna, reason_code="OTHER", now=desk.tick())

    assert queries_of(at(long)) == before <= 20


def test_a_late_dossier_is_told_by_how_much(as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm)

    assert "Oltre il termine di 60 giorni" in text(as_carla, item)
