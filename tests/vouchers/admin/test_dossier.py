"""The dossier: one page that tells everything, and asks the database a constant number of times."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from applications.domain import attachments, integration, review
from applications.domain.integration import Sending
from applications.models import Application, Attachment, Call, Firm
from applications.rules.integration import FieldGiven, Given, TextGiven
from portal.kernel.scopes import of_call
from portal.models import Mail, RoleGrant, User
from portal.services.clock import story_clock
from tests.access.world import desk_of_today
from tests.applications.answering import asked, today
from tests.applications.guided import opened
from tests.conftest import CALL_FILE, LONG_AGO, Desk, FirmMaker
from tests.portal.services.files.papers import pdf
from tests.refusals import assert_missing
from tests.vouchers.admin.conftest import CountQueries
from vouchers.domain import terminations
from vouchers.domain.accounts import name_account
from vouchers.domain.publishing import publish
from vouchers.models import Award
from vouchers.rules.call_file import read_call


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


def test_an_integration_with_its_answer(
    as_carla: Client, call: Call, elena: User, dario: User, firm: Firm, anna: User, carla: User
) -> None:
    desk = desk_of_today(opened(call), carla, elena, dario)
    item = desk.in_review(firm)
    review.request_integration(item, ["Procura del <b>firmatario</b>"], actor=carla, now=desk.tick())
    waiting = text(as_carla, item)
    assert "In attesa dell'impresa" in waiting.replace("&#x27;", "'")
    assert "termine sospeso" in waiting
    assert "Procura del &lt;b&gt;firmatario" in waiting

    review.answer_integration(item, "Ecco la procura.", actor=anna, now=desk.tick())

    assert "Ecco la procura." in text(as_carla, item)


def test_a_file_of_an_answer_is_called_as_the_firm_saw_it(as_carla: Client, desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(today(desk), firm)
    sent = attachments.Sent("organigramma.pdf", pdf())
    for code in ("ANSWER_FILES", "DE_MINIMIS_DECLARATION"):
        attachments.receive(row.application, code, [sent], actor=anna, now=desk.tick())
    enclosed = Attachment.objects.get(code="ANSWER_FILES")

    page = text(as_carla, row.application, f"?guarda={enclosed.pk}")

    assert "Altri file, se servono" in page
    assert "ANSWER_FILES" not in page


def test_an_answer_is_shown_beside_what_was_presented(as_carla: Client, desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(desk, firm)
    field = FieldGiven(0, "Fasce orarie", "9:30-12:30", "9:30-17:00 <b>", "9:30-17:00 <b>")
    answer = Given(fields=(field,), texts=(TextGiven(2, "Chi segue il progetto?", "La dott.ssa Verdi"),))
    sending = Sending(0, (), gaps_accepted=True)
    integration.send(row, answer, sending, actor=anna, clock=story_clock(desk.tick()))

    page = text(as_carla, row.application)

    for words in ("9:30-12:30", "9:30-17:00 &lt;b&gt;", "Chi segue il progetto?", "La dott.ssa Verdi"):
        assert words in page
    assert "ha completato dei dati il" in page


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
    Mail.objects.filter(about=f"application:{item.pk}").update(state=Mail.State.FAILED, failure="REFUSED")

    assert "non consegnata: il server di posta ha rifiutato" in text(as_carla, item)


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
    item = desk.submit(firm)
    answer = as_carla.get(at(item, query))

    assert (answer.status_code, answer.context["previous"], answer.context["next"]) == (200, None, None)
    assert firm.name in answer.content.decode()


def test_a_draft_has_no_dossier(as_carla: Client, desk: Desk, firm: Firm) -> None:
    assert_missing(as_carla.get(at(desk.draft(firm))), firm.name, firm.tax_code)


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 40])
def test_a_dossier_that_does_not_exist(pk: str, as_carla: Client, call: object) -> None:
    assert_missing(as_carla.get(f"/ufficio/domande/{pk}/"))


def test_the_same_queries_for_a_short_and_for_a_long_story(
    queries_of: CountQueries, desk: Desk, make_firm: FirmMaker, anna: User, carla: User, settings: Settings
) -> None:
    """As in the office: with a second factor, and from a view of the queue, so that the neighbours are asked too."""
    settings.STAFF_SECOND_FACTOR = True
    Authenticator.objects.create(user=carla, type=Authenticator.Type.TOTP, data={})
    short = desk.granted(make_firm(anna))
    before = queries_of(at(short.application, "?stato=tutte"))

    long = desk.in_review(make_firm(anna))
    for _ in range(3):
        review.request_integration(long, ["Procura"], actor=carla, now=desk.tick())
        review.answer_integration(long, "Ecco.", actor=anna, now=desk.tick())
    desk.admit(long)
    desk.fund()
    desk.sign()
    for iban in ("IT60X0542811101000000123456", "DE89370400440532013000"):
        name_account(long.firm, {"iban": iban, "holder": "x"}, actor=anna, now=desk.tick())
    terminations.renounce(Award.objects.get(application=long), actor=anna, reason_code="OTHER", now=desk.tick())

    assert queries_of(at(long, "?stato=tutte")) == before <= 20


def test_a_late_dossier_is_told_by_how_much(as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm)

    assert "Oltre il termine di 60 giorni" in text(as_carla, item)


def test_what_it_has_in_common_is_shown_with_a_way_to_it(
    as_carla: Client, desk: Desk, firm: Firm, other_firm: Firm
) -> None:
    one, other = desk.submit(firm), desk.submit(other_firm)
    Firm.objects.update(representative_tax_code="")
    assert "Da guardare" not in text(as_carla, one)
    Firm.objects.filter(pk=other_firm.pk).update(vat_number=firm.vat_number)

    page = text(as_carla, one)

    for words in ("Da guardare", "Stessa partita IVA", "2020/0000002", "Beta S.r.l.", at(other, "?stato=tutte")):
        assert words in page


def test_the_account_is_whole_with_those_before_it_and_a_shared_one_is_found(
    as_carla: Client, client: Client, desk: Desk, firm: Firm, other_firm: Firm, anna: User, bruno: User, ivo: User
) -> None:
    """A planted fraud: the account of one firm, given by another too."""
    item = desk.granted(firm).application
    assert "non ha ancora indicato il conto" in text(as_carla, item)
    desk.granted(other_firm)
    for of, iban, by in (
        (firm, "DE89370400440532013000", anna),
        (firm, "IT60X0542811101000000123456", anna),
        (other_firm, "IT60X0542811101000000123456", bruno),
    ):
        name_account(of, {"iban": iban, "holder": f"Conto di {of}"}, actor=by, now=desk.tick())
    Firm.objects.update(representative_tax_code="")

    page = as_carla.get(at(item))

    said = page.content.decode()
    assert [(row.iban, row.given_by) for row in page.context["accounts"]] == [
        ("IT60 X054 2811 1010 0000 0123 456", "Anna"),
        ("DE89 3704 0044 0532 0130 00", "Anna"),
    ]
    for words in ("IT60 X054 2811 1010 0000 0123 456", "Conto di Alfa S.r.l.", "Stesso IBAN", "Beta S.r.l."):
        assert words in said
    assert "Conto di Beta" not in said
    client.force_login(ivo)
    assert "IT60 X054 2811 1010 0000 0123 456" in text(client, item)


def test_of_another_call_no_name_is_told(client: Client, carla: User, desk: Desk, firm: Firm, other_firm: Firm) -> None:
    item = desk.submit(firm)
    other = desk.submit(other_firm)
    Firm.objects.filter(pk=other_firm.pk).update(vat_number=firm.vat_number)
    elsewhere = publish(read_call(CALL_FILE.with_name("lavoro_agile_prova.toml").read_text()), now=LONG_AGO).call
    Application.objects.filter(pk=other.pk).update(call=elsewhere)
    RoleGrant.objects.filter(user=carla).update(scope=of_call(item.call_id))
    client.force_login(carla)

    page = text(client, item)

    assert "una domanda di un altro avviso" in page
    assert "Beta" not in page
