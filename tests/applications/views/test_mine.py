"""What a firm sees of its own applications, and of the others' (nothing)."""

import re
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain import review, story, submission
from applications.models import Application, Firm
from applications.permissions import applications_visible_to
from portal.models import User
from portal.services.clock import story_clock
from portal.templatetags.italian import giorno, ultimo_giorno
from tests.applications.answering import asked, today
from tests.applications.rules.test_calendar_file import events
from tests.conftest import FIRST_DAY, Desk, FirmMaker


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def without_token(response: HttpResponse) -> str:
    """A page without the token that is different each time."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"', "", response.content.decode())


def submitted(desk: Desk, draft: Application) -> Application:
    """A draft presented by who filled it in."""
    clock = story_clock(desk.tick())
    return submission.submit(draft, actor=draft.created_by, clock=clock, client_key=uuid4())


def test_who_is_not_in_is_asked_to_sign_in(client: Client, desk: Desk, firm: Firm) -> None:
    application = desk.draft(firm)

    for address in ("/domande/", f"/domande/{application.pk}/", f"/domande/{application.pk}/voucher/"):
        assert client.get(address)["Location"] == f"/accesso/?next={address}"


def test_the_list_shows_ones_own_and_only_those(anna_in: Client, desk: Desk, firm: Firm, other_firm: Firm) -> None:
    mine = desk.submit(firm)
    theirs = desk.submit(other_firm)

    page = page_of(anna_in, "/domande/")

    assert mine.protocol in page
    assert "Alfa S.r.l." in page
    assert "Presentata" in page
    assert theirs.protocol not in page
    assert "Beta S.r.l." not in page


def test_somebody_elses_application_is_as_if_it_did_not_exist(
    client: Client, desk: Desk, firm: Firm, bruno: User, carla: User
) -> None:
    application = desk.submit(firm)
    for stranger in (bruno, carla):
        client.force_login(stranger)
        for tail in ("", "voucher/"):
            foreign = client.get(f"/domande/{application.pk}/{tail}")
            missing = client.get(f"/domande/999999/{tail}")

            assert foreign.status_code == missing.status_code == 404
            assert without_token(foreign) == without_token(missing)


def test_who_no_longer_acts_for_the_firm_sees_nothing(anna: User, desk: Desk, firm: Firm) -> None:
    desk.submit(firm)
    now = timezone.now()
    assert applications_visible_to(anna, now).count() == 1

    firm.members.update(until=now)

    assert not applications_visible_to(anna, now).exists()
    assert applications_visible_to(anna, now - timedelta(seconds=1)).count() == 1


def test_an_application_shows_its_facts_and_its_story(anna_in: Client, desk: Desk, firm: Firm) -> None:
    application = desk.in_review(firm, headcount=25, total_employees=1200)

    page = page_of(anna_in, f"/domande/{application.pk}/")

    for words in (
        application.protocol,
        "In istruttoria",
        "2 aprile 2020, 12:30",
        "A + B",
        "1.200",
        "grande",
        "Percorso ordinario",
        "Decreto 18 marzo 2020, n. 3516",
        "Presa in carico dall&#x27;istruttore",
        "impresa (Anna)",
        "Domanda presentata",
        f'hx-get="/domande/{application.pk}/messaggi/"',
    ):
        assert words in page
    assert "Domanda presentata: protocollo" in page_of(anna_in, f"/domande/{application.pk}/messaggi/")


def test_an_integration_says_what_is_missing_and_the_last_useful_day(anna_in: Client, desk: Desk, firm: Firm) -> None:
    row = asked(today(desk), firm, "Procura del firmatario")

    page = page_of(anna_in, f"/domande/{row.application_id}/")

    assert "Tocca a te" in page
    assert "Procura del firmatario" in page
    assert f"Rispondi entro il {ultimo_giorno(row.due_at)} compreso." in page
    assert f'href="/domande/{row.application_id}/integrazione/"' in page
    assert "adesso il conto è fermo" in page
    assert "giorno 0 di 60" in page


def test_a_term_that_has_passed_acts_when_the_page_is_opened_first(anna_in: Client, desk: Desk, firm: Firm) -> None:
    """Also when the job that closes terms is not running."""
    application = desk.in_review(firm)
    review.request_integration(application, ["Procura del firmatario"], actor=desk.officer, now=desk.tick())

    page = page_of(anna_in, f"/domande/{application.pk}/")

    assert "Non ammessa" in page
    assert "Termine dell&#x27;integrazione scaduto" in page
    assert "Rispondi" not in page
    application.refresh_from_db()
    assert application.status == "REJECTED"


def test_the_buttons_are_those_of_the_life_cycle(anna_in: Client, desk: Desk, firm: Firm, other_firm: Firm) -> None:
    def buttons(application: Application) -> set[str]:
        page = page_of(anna_in, f"/domande/{application.pk}/")
        return {
            name
            for name in ("compila", "integrazione", "osservazioni", "ritiro")
            if f"{application.pk}/{name}/" in page
        }

    draft = today(desk).draft(firm)
    assert buttons(draft) == {"compila"}
    application = submitted(desk, draft)
    assert buttons(application) == {"ritiro"}
    review.take_charge(application, actor=desk.officer, now=desk.tick())
    review.notify_rejection(application, ["DURC"], actor=desk.officer, now=desk.tick())
    assert buttons(application) == {"osservazioni", "ritiro"}
    review.withdraw(application, actor=desk.filer(firm), reason="x", now=desk.tick())
    assert buttons(application) == set()


def test_the_list_says_the_next_thing_and_by_when(
    anna_in: Client, anna: User, desk: Desk, make_firm: FirmMaker
) -> None:
    row = asked(today(desk), make_firm(anna), "DURC")
    desk.draft(make_firm(anna))
    waiting = desk.submit(make_firm(anna))

    page = page_of(anna_in, "/domande/")

    for words in (
        "Rispondi all&#x27;integrazione",
        ultimo_giorno(row.due_at),
        "Completa e presenta la domanda",
        "Un istruttore la prende in carico",
        giorno(story.standing(waiting, desk.at).decide_by or FIRST_DAY),
        "Inizia una domanda",
    ):
        assert words in page, words


def test_the_calendar_file_has_the_dates_to_come(anna_in: Client, desk: Desk, firm: Firm) -> None:
    row = asked(today(desk), firm, "DURC")

    response = anna_in.get(f"/domande/{row.application_id}/scadenze.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(response.content)
    assert event["UID"] == f"application-{row.application_id}-firm@sportello"
    assert event["DTEND"] == f"{row.due_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    assert event["SUMMARY"].startswith("Rispondi all'integrazione")
    review.withdraw(row.application, actor=desk.filer(firm), reason="x", now=desk.tick())
    assert anna_in.get(f"/domande/{row.application_id}/scadenze.ics")["Location"] == f"/domande/{row.application_id}/"


def test_a_rejection_gives_its_reasons_with_the_article(anna_in: Client, desk: Desk, firm: Firm) -> None:
    application = desk.rejected(firm, "DURC")

    page = page_of(anna_in, f"/domande/{application.pk}/")

    assert "Non ammessa" in page
    assert "irregolarità contributiva accertata con il DURC" in page
    assert "D.M. 30 gennaio 2015" in page
    assert "Ricorso al Tribunale amministrativo regionale: entro 60 giorni dalla comunicazione" in page
    assert "D.P.R. 1199/1971, art. 9" in page, "and before the head of State"


def test_a_draft_has_no_protocol_and_says_so(anna_in: Client, desk: Desk, firm: Firm) -> None:
    application = desk.draft(firm)

    page = page_of(anna_in, f"/domande/{application.pk}/")

    assert "Domanda in bozza" in page
    assert "nessun protocollo" in page
    assert "Questa è una bozza: la domanda NON è presentata" in page


def test_empty_lists_say_how_to_begin(client: Client, anna: User, firm: Firm, bruno: User) -> None:
    client.force_login(anna)
    assert "Comincia dall&#x27;avviso che ti interessa" in page_of(client, "/domande/").replace("'", "&#x27;")
    client.force_login(bruno)
    assert "Non agisci per nessuna impresa" in page_of(client, "/domande/")


def test_what_others_write_never_becomes_markup(anna_in: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    firm = make_firm(anna, name="<script>alert(1)</script>")
    application = desk.submit(firm)

    for address in ("/domande/", f"/domande/{application.pk}/"):
        assert "<script>alert" not in page_of(anna_in, address)


def test_the_pages_cost_the_same_with_one_application_and_with_three(
    anna_in: Client, anna: User, desk: Desk, make_firm: FirmMaker
) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(anna_in, address)
        return len(queries)

    application = desk.in_review(make_firm(anna))
    one = cost("/domande/"), cost(f"/domande/{application.pk}/")
    for _ in range(2):
        desk.in_review(make_firm(anna))
    desk.draft(make_firm(anna))
    review.request_integration(application, ["Procura"], actor=desk.officer, now=desk.tick())
    review.answer_integration(application, "Ecco", actor=anna, now=desk.tick())

    assert (cost("/domande/"), cost(f"/domande/{application.pk}/")) == one
    assert max(one) < 15
