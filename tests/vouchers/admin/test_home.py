"""The desk's first page, role by role: each figure is the number of rows of the very list it leads to."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain import agenda, decisions, review
from applications.models import Application, Call, RejectionNotice
from applications.rules.states import UNDECIDED
from portal.kernel.roles import Role
from portal.models import Promise, User
from portal.services import absences
from tests.access.world import desk_of_today
from tests.applications.guided import opened
from tests.conftest import Desk, FirmMaker, person
from vouchers.domain import decrees
from vouchers.models import Decree, LedgerEntry

FIGURE = re.compile(r'<a href="/ufficio/domande/(\?[^"]*|)">(?:<strong>)?([\d.]+)(?:</strong>)?([^<]*)')


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now."""
    return desk_of_today(opened(call), carla, elena, dario)


@pytest.fixture
def lia(db: None) -> User:
    return person("lia@ufficio.example", "Lia", Role.CASE_OFFICER)


@pytest.fixture
def busy(desk: Desk, make_firm: FirmMaker, anna: User, lia: User) -> Desk:
    """One of everything that the first page counts."""
    now = desk.tick()
    desk.submit(make_firm(anna))
    late = desk.in_review(make_firm(anna))
    soon = desk.in_review(make_firm(anna))
    back = desk.in_review(make_firm(anna))
    review.request_integration(back, ["Procura"], actor=desk.officer, now=desk.tick())
    review.answer_integration(back, "Eccola.", actor=anna, now=desk.tick())
    for _ in range(2):  # one of them far from its end
        noticed = desk.in_review(make_firm(anna))
        review.notify_rejection(noticed, ["DURC"], actor=desk.officer, now=desk.tick())
    RejectionNotice.objects.filter(application=noticed).update(due_at=now + timedelta(days=2))
    desk.propose(desk.in_review(make_firm(anna)))
    desk.admitted(make_firm(anna))
    desk.fund()
    desk.sign()
    desk.admitted(make_firm(anna))
    desk.reserve()
    other = desk.submit(make_firm(anna))
    review.take_charge(other, actor=lia, now=desk.tick())
    for item, days in ((late, 61), (soon, 55)):
        Application.objects.filter(pk=item.pk).update(submitted_at=now - timedelta(days=days))
    return desk


def home(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/ufficio/").content.decode()


def boxes(page: str) -> list[str]:
    return re.findall(r'<h2 id="box-\d+">([^<]+)</h2>', page)


def rows_of(user: User, query: str) -> int:
    """How many rows the list has, all its pages: the lines of its file but the first."""
    client = Client()
    client.force_login(user)
    answer = client.get(f"/ufficio/domande.csv{unescape(query)}")
    return b"".join(answer).decode().count("\r\n") - 1  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["carla", "elena", "dario", "ivo", "accountant", "inspector"])
def test_every_figure_is_the_length_of_its_list(who: str, busy: Desk, request: pytest.FixtureRequest) -> None:
    roles = {"accountant": Role.ACCOUNTANT, "inspector": Role.INSPECTOR}
    user = person(f"{who}@ufficio.example", who, roles[who]) if who in roles else request.getfixturevalue(who)

    found = FIGURE.findall(home(user))

    assert len(found) >= 5
    for query, figure, label in found:
        assert rows_of(user, query) == int(figure), (query, label)


def test_an_officer_sees_what_is_theirs_by_days_left(busy: Desk, carla: User) -> None:
    page = home(carla)

    said = {label.strip(): int(figure) for query, figure, label in FIGURE.findall(page) if "istruttore=mie" in query}
    assert said["oltre il termine"] == 1
    assert said["entro 7 giorni"] == 1
    assert said["tornate dall&#x27;impresa"] == 1
    assert said["preavvisi in scadenza"] == 1
    assert boxes(page)[0] == "I miei fascicoli"
    urgent = page[page.index("I più urgenti") : page.index("</table>")]
    assert urgent.index("scaduto da 1") < urgent.index("<strong>5</strong>") < urgent.index("sospeso")


def test_each_role_has_its_own_first_box(
    busy: Desk, carla: User, elena: User, dario: User, ivo: User, lia: User
) -> None:
    accountant = person("ragioneria@ufficio.example", "Ragioneria", Role.ACCOUNTANT)
    administrator = person("amministratore@ufficio.example", "Amministrazione", Role.SYSTEM_ADMIN)

    assert boxes(home(lia))[0] == "I miei fascicoli"
    assert boxes(home(elena))[0] == "Da decidere"
    assert boxes(home(dario))[0] == "Decreti da firmare"
    assert boxes(home(accountant))[0] == "Voucher"
    assert "Carico degli istruttori" in boxes(home(ivo))
    assert boxes(home(administrator)) == ["Lavori e messaggi"]
    for stranger in (lia, accountant):
        assert not {"Da decidere", "Carico degli istruttori", "Decreti da firmare"} & set(boxes(home(stranger)))


def test_what_was_proposed_by_oneself_is_said(busy: Desk, elena: User) -> None:
    assert "<strong>1</strong> proposte aperte" in home(elena)

    both = person("due@ufficio.example", "Due ruoli", Role.CASE_OFFICER, Role.PROCEEDING_MANAGER)
    waiting = Application.objects.get(status="SUBMITTED")
    busy.propose(review.take_charge(waiting, actor=both, now=busy.tick()), both)

    assert "di cui 1 proposte da te" in home(both)


def test_a_draft_waits_for_who_signs_until_it_is_signed(busy: Desk, dario: User) -> None:
    assert "Nessuna bozza aspetta la firma" in home(dario)
    busy.ask_cors()

    draft = decrees.draft(busy.call, Decree.Kind.GRANT, actor=busy.manager, now=busy.tick())

    assert f'href="/ufficio/decreti/{draft.pk}/"' in home(dario)


def test_who_stands_in_for_somebody_finds_their_dossiers(busy: Desk, carla: User, lia: User) -> None:
    now = timezone.now()
    absences.declare(
        carla, substitute=lia, since=now, until=now + timedelta(days=3), reason="ferie", actor=carla, now=now
    )

    page = home(lia)

    assert "di Carla, che sostituisci" in page
    found = {query: int(figure) for query, figure, _label in FIGURE.findall(page) if f"={carla.pk}" in query}
    assert found == {query: rows_of(lia, query) for query in found} != {}


def test_the_money_leads_to_the_entries_of_its_line(busy: Desk, carla: User) -> None:
    client = Client()
    client.force_login(carla)
    lines = re.findall(r'href="(/ufficio/archivio/vouchers/ledgerentry/\?linea=(\d+))"', home(carla))
    assert lines

    for address, line in lines:
        shown = client.get(address).context["cl"].result_count
        assert shown == LedgerEntry.objects.filter(allocation=line).count() > 0
    assert client.get("/ufficio/archivio/vouchers/ledgerentry/?linea=x").status_code == 200


def test_an_answer_is_news_until_somebody_does_something(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    item = desk.in_review(make_firm(anna))
    for _ in range(2):
        review.request_integration(item, ["Procura"], actor=desk.officer, now=desk.tick())
        assert not Application.objects.filter(agenda.come_back()).exists()
        review.answer_integration(item, "Eccola.", actor=anna, now=desk.tick())
        assert Application.objects.get(agenda.come_back()) == item
    desk.check(item)
    decisions.propose_admission(item, actor=desk.officer, now=desk.tick())

    assert not Application.objects.filter(agenda.come_back()).exists()


@pytest.mark.parametrize("days", [7, 15, 30])
def test_days_left_are_those_of_the_term(days: int, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    item, now = desk.submit(make_firm(anna)), timezone.now()

    for used, is_in in ((59 - days, False), (60 - days, True), (60, True), (61, False)):
        Application.objects.filter(pk=item.pk).update(submitted_at=now - timedelta(days=used))
        assert Application.objects.filter(agenda.due_within(now, days)).exists() is is_in, used


@pytest.mark.parametrize("who", ["carla", "elena", "dario", "ivo"])
def test_the_same_queries_for_one_and_for_three(
    who: str, desk: Desk, make_firm: FirmMaker, anna: User, lia: User, request: pytest.FixtureRequest
) -> None:
    user, costs = request.getfixturevalue(who), []

    def more() -> None:
        desk.submit(make_firm(anna))
        desk.in_review(make_firm(anna))
        desk.propose(desk.in_review(make_firm(anna)))
        review.take_charge(desk.submit(make_firm(anna)), actor=lia, now=desk.tick())
        desk.admitted(make_firm(anna))
        desk.reserve()

    for count in (1, 2):
        for _ in range(count):
            more()
        with CaptureQueriesContext(connection) as queries:
            home(user)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 30


def test_what_was_proposed_is_no_longer_to_be_decided_by_the_officer(busy: Desk, carla: User) -> None:
    mine = Application.objects.filter(officer=carla, status__in=sorted(UNDECIDED))
    proposed = mine.filter(status__in=("PROPOSED_ADMISSION", "PROPOSED_REJECTION"))
    assert proposed.exists()

    page = home(carla)

    said = {label.strip(): int(figure) for query, figure, label in FIGURE.findall(page) if "istruttore=mie" in query}
    assert said["da decidere"] == mine.count() - proposed.count()
    urgent = page[page.index("I più urgenti") : page.index("</table>")]
    assert not any(item.protocol in urgent for item in proposed)


def test_waiting_jobs_lead_to_their_list(busy: Desk, elena: User, carla: User) -> None:
    waiting = Promise.objects.filter(state=Promise.State.PENDING)
    again = waiting.order_by("pk")[:1].get()
    Promise.objects.filter(pk=again.pk).update(attempts=2)
    client = Client()
    client.force_login(elena)

    links = re.findall(r'href="([^"]*portal/promise/[^"]*)">(\d+)</a>', home(elena))

    assert [int(figure) for _at, figure in links] == [waiting.count(), 1]
    for link, figure in links:
        assert client.get(unescape(link)).context["cl"].result_count == int(figure)
    assert "portal/promise" not in home(carla)
