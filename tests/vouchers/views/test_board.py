"""The board of who acts for many firms: what waits in each, its place, filters, and the firms of others."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain import drafting, review
from applications.models import Call, DeskWindow, Firm, FirmMember, IntegrationRequest
from portal.models import User
from tests.conftest import Desk, FirmMaker, good_answers
from vouchers.models import Award

BOARD = "/consulente/"


@pytest.fixture
def at_desk(client: Client, anna: User) -> Client:
    """Anna, signed in: she acts for many."""
    client.force_login(anna)
    return client


@pytest.fixture
def open_now(call: Call) -> DeskWindow:
    """The call with a desk open until five days from now."""
    now, day = timezone.now(), timedelta(days=1)
    return DeskWindow.objects.create(call=call, number=3, name="Terzo", opens_at=now - day, closes_at=now + 5 * day)


def page_of(client: Client, query: str = "") -> str:
    return client.get(BOARD + query).content.decode()


def firms_in(page: str) -> list[str]:
    return re.findall(r"</span><span>([^<]+)<br>", page)


def cell(page: str, firm: str, column: str) -> str:
    """The text of a cell, its words only."""
    row = next(part for part in page.split("<tr>") if f"<span>{firm}<br>" in part)
    found = re.search(rf'<td data-label="{column}">(.*?)</td>', row, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found[1]).split())


NOBODY = {"representative_name": "", "representative_tax_code": ""}


def test_each_firm_shows_what_waits_and_where_to_do_it(
    at_desk: Client, desk: Desk, make_firm: FirmMaker, anna: User, open_now: DeskWindow
) -> None:
    drafted, fresh = make_firm(anna, name="Bozza S.r.l."), make_firm(anna, name="Nuova S.r.l.", pec="", **NOBODY)
    draft = drafting.draft(desk.call, drafted, actor=anna, now=timezone.now(), answers=good_answers())
    submitted = desk.submit(make_firm(anna, name="Presentata S.r.l."))
    page = page_of(at_desk)

    assert "Mancano: sedi, dipendenti, rappresentante, PEC" in cell(page, "Nuova S.r.l.", "Dati impresa")
    assert "Da iniziare" in cell(page, "Nuova S.r.l.", "Domanda")
    assert f'href="/domande/nuova/{desk.call.slug}/"' in page
    assert "Bozza, pagine scritte: 0" in cell(page, "Bozza S.r.l.", "Domanda")
    assert f'href="/domande/{draft.pk}/compila/"' in page
    assert "0 di 3" in cell(page, "Bozza S.r.l.", "Documenti")
    assert f'href="/domande/{draft.pk}/documenti/"' in page
    assert submitted.protocol in cell(page, "Presentata S.r.l.", "Domanda")
    assert cell(page, "Presentata S.r.l.", "Istruttoria").startswith("Presentata")
    assert f'href="/imprese/{fresh.pk}/"' in page


def test_the_next_deadline_is_the_first_row_and_says_how_near_it_is(
    at_desk: Client, desk: Desk, make_firm: FirmMaker, anna: User, open_now: DeskWindow
) -> None:
    make_firm(anna, name="Nuova S.r.l.")
    asked = desk.in_review(make_firm(anna, name="Urgente S.r.l."))
    review.request_integration(asked, ["Visura"], actor=desk.officer, now=desk.tick())
    now = timezone.now()
    IntegrationRequest.objects.update(due_at=now + timedelta(hours=40))
    granted = desk.granted(make_firm(anna, name="Concessa S.r.l."))
    Award.objects.filter(pk=granted.pk).update(acceptance_due_at=now - timedelta(hours=1))
    page = page_of(at_desk)

    assert firms_in(page) == ["Concessa S.r.l.", "Urgente S.r.l.", "Nuova S.r.l."]
    assert "Da accettare" in cell(page, "Concessa S.r.l.", "Voucher")
    assert "In ritardo:" in cell(page, "Concessa S.r.l.", "Voucher")
    assert "Integrazione da inviare" in cell(page, "Urgente S.r.l.", "Istruttoria")
    assert "Entro 48 ore:" in cell(page, "Urgente S.r.l.", "Istruttoria")
    assert "Entro 7 giorni:" in cell(page, "Nuova S.r.l.", "Domanda")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Bozza S.r.l.", "Nuova S.r.l.", "Presentata S.r.l."}),
        ("?stato=bozze", {"Bozza S.r.l."}),
        ("?stato=da-iniziare", {"Nuova S.r.l."}),
        ("?stato=ufficio", {"Presentata S.r.l."}),
        ("?stato=ritardo", set()),
        ("?stato=7-giorni", {"Bozza S.r.l.", "Nuova S.r.l."}),
        ("?stato=nonsenso", {"Bozza S.r.l.", "Nuova S.r.l.", "Presentata S.r.l."}),
        ("?cerca=nuova", {"Nuova S.r.l."}),
        ("?cerca=00000000001", {"Bozza S.r.l."}),
        ("?stato=bozze&cerca=nuova", set()),
        ("?pagina=9", {"Bozza S.r.l.", "Nuova S.r.l.", "Presentata S.r.l."}),
    ],
)
def test_rows_are_filtered_by_state_and_text(
    query: str, found: set[str], at_desk: Client, desk: Desk, make_firm: FirmMaker, anna: User, open_now: DeskWindow
) -> None:
    drafted = make_firm(anna, name="Bozza S.r.l.")
    make_firm(anna, name="Nuova S.r.l.")
    drafting.draft(desk.call, drafted, actor=anna, now=timezone.now())
    desk.submit(make_firm(anna, name="Presentata S.r.l."))

    assert set(firms_in(page_of(at_desk, query))) == found


def test_a_withdrawn_application_gives_way_to_a_new_one(
    at_desk: Client, desk: Desk, firm: Firm, anna: User, open_now: DeskWindow
) -> None:
    review.withdraw(desk.submit(firm), actor=anna, reason="Rinvio", now=desk.tick())

    assert "Da iniziare (Ritirata)" in cell(page_of(at_desk), "Alfa S.r.l.", "Domanda")


def test_the_firms_of_others_are_not_on_the_board(
    at_desk: Client, desk: Desk, firm: Firm, other_firm: Firm, anna: User
) -> None:
    desk.submit(other_firm)
    page = page_of(at_desk, "?cerca=Beta")

    assert "Beta S.r.l." not in page
    assert "Nessuna impresa così" in page


def test_a_mandate_that_ended_leaves_the_board_at_the_next_request(
    at_desk: Client, firm: Firm, make_firm: FirmMaker, anna: User
) -> None:
    make_firm(anna, name="Gamma S.r.l.")
    before = firms_in(page_of(at_desk))
    FirmMember.objects.filter(firm=firm).update(until=timezone.now())

    assert (before, firms_in(page_of(at_desk))) == (["Alfa S.r.l.", "Gamma S.r.l."], ["Gamma S.r.l."])


def test_who_acts_for_nobody_reads_how_to_begin(at_desk: Client) -> None:
    assert "Non agisci per nessuna impresa" in page_of(at_desk)


def test_the_menu_leads_to_the_board_who_acts_for_two_firms(
    at_desk: Client, firm: Firm, make_firm: FirmMaker, anna: User
) -> None:
    link = f'<li><a href="{BOARD}"'
    page_of(at_desk)
    alone = at_desk.get("/avvisi/").content.decode()
    make_firm(anna)
    page_of(at_desk)

    assert link not in alone
    assert link in at_desk.get("/avvisi/").content.decode()
    assert f'href="{BOARD}"' in at_desk.get("/domande/").content.decode()


def test_twenty_five_rows_a_page_keep_the_filter(at_desk: Client, make_firm: FirmMaker, anna: User) -> None:
    for _number in range(26):
        make_firm(anna)
    first = page_of(at_desk, "?cerca=impresa")

    assert len(firms_in(first)) == 25
    assert "?cerca=impresa&amp;pagina=2" in first
    assert len(firms_in(page_of(at_desk, "?cerca=impresa&pagina=2"))) == 1


def lived(desk: Desk, make_firm: FirmMaker, anna: User, many: int) -> None:
    """As many firms in each of five states."""
    for _number in range(many):
        make_firm(anna)
        drafting.draft(desk.call, make_firm(anna), actor=anna, now=timezone.now(), answers=good_answers())
        asked = desk.in_review(make_firm(anna))
        review.request_integration(asked, ["Visura"], actor=desk.officer, now=desk.tick())
        desk.granted(make_firm(anna))
        desk.submit(make_firm(anna))


def queries(client: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page_of(client)
    return len(asked)


def test_the_board_asks_the_same_queries_for_one_and_for_fifty_firms(
    at_desk: Client, desk: Desk, make_firm: FirmMaker, anna: User, open_now: DeskWindow
) -> None:
    lived(desk, make_firm, anna, 1)
    page_of(at_desk)  # the session learns that Anna acts for many
    few = queries(at_desk)
    lived(desk, make_firm, anna, 2)
    some = queries(at_desk)
    for _number in range(35):
        make_firm(anna)
    many = queries(at_desk)

    assert few == some == many
    assert few < 15
