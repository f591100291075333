"""Proposals at the desk: read with what they would cost, decided once, by somebody else."""

from functools import partial
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import assignment, decisions, review
from applications.domain.lifecycle import LIFE
from applications.models import Application, ApplicationEvent, Firm, Proposal
from portal.kernel.roles import Role
from portal.models import Mail, User
from tests.conftest import Desk, FirmMaker, person
from tests.portal.services.parallel import at_once
from tests.refusals import assert_missing


def at(item: Application, act: str = "") -> str:
    return f"/ufficio/proposte/{item.pk}/" + (f"{act}/" if act else "")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def proposed(desk: Desk, firm: Firm) -> Application:
    item = desk.in_review(firm)
    desk.propose(item, note="Tutto in ordine.")
    return item


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return proposed(desk, firm)


def seen(item: Application) -> dict[str, object]:
    return {"proposta": item.proposals.latest("pk").pk}


def state(item: Application) -> str:
    return str(Application.objects.get(pk=item.pk).status)


def test_the_list_is_in_protocol_order_with_the_money_and_its_total(
    desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    first, second = proposed(desk, make_firm(anna)), proposed(desk, make_firm(anna))

    page = said(signed_in(elena), "/ufficio/proposte/")

    assert page.index(first.protocol) < page.index(second.protocol)
    assert page.count("10.500,00") == 2
    assert "21.000,00" in page


def test_the_list_costs_the_same_for_one_and_for_four(
    desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    client, costs = signed_in(elena), []
    for count in (1, 3):
        for _ in range(count):
            proposed(desk, make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            client.get("/ufficio/proposte/")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12


def test_the_page_says_what_is_proposed_and_what_it_costs(item: Application, elena: User) -> None:
    client = signed_in(elena)
    with CaptureQueriesContext(connection) as queries:
        page = said(client, at(item))

    for words in ("Tutto in ordine.", "Carla", "Approva l'ammissione", "10.500,00", "Requisiti"):
        assert words in page, words
    assert len(queries) <= 20


def test_the_manager_approves_and_the_firm_is_told(item: Application, elena: User) -> None:
    client = signed_in(elena)

    answer = client.post(at(item, "approva"), seen(item), follow=True)

    assert f"La domanda {item.protocol} ora è «ammessa»" in answer.content.decode()
    assert state(item) == "ADMITTED"
    assert item.proposals.get().decided_by == elena
    assert Mail.objects.filter(about=f"application:{item.pk}", subject__endswith="esito positivo").exists()


def test_the_manager_sends_back_with_a_reason(item: Application, elena: User) -> None:
    answer = signed_in(elena).post(at(item, "rinvia"), {**seen(item), "motivo": "Manca il DURC."})

    assert answer.status_code == 302
    assert state(item) == "IN_REVIEW"
    assert ApplicationEvent.objects.filter(subject=item, event="send_back").get().reason == "Manca il DURC."


def test_without_a_reason_nothing_goes_back(item: Application, elena: User) -> None:
    page = signed_in(elena).post(at(item, "rinvia"), {**seen(item), "motivo": "  "}).content.decode()

    assert "Scrivi il motivo" in page
    assert "Errore:" in page
    assert state(item) == "PROPOSED_ADMISSION"


def test_a_reason_too_long_stays_on_the_page(item: Application, elena: User) -> None:
    page = signed_in(elena).post(at(item, "rinvia"), {**seen(item), "motivo": "à" * 2_001}).content.decode()

    assert "à" * 2_001 in page
    assert "al massimo 2000" in page


def test_who_proposed_sees_no_button_and_is_refused(desk: Desk, firm: Firm) -> None:
    both = person("due@ufficio.example", "Due ruoli", Role.CASE_OFFICER, Role.PROCEEDING_MANAGER)
    item = desk.in_review(firm)
    assignment.take_over(item, actor=both, reason="Carla è assente", now=desk.tick())
    desk.propose(item, both)
    client = signed_in(both)

    assert "decide un altro responsabile" in said(client, at(item))
    for act in ("approva", "rinvia"):
        page = client.post(at(item, act), {**seen(item), "motivo": "No."}).content.decode()
        assert "Chi ha proposto l" in page
    assert state(item) == "PROPOSED_ADMISSION"


@pytest.mark.parametrize("reader", ["carla", "dario", "ivo"])
def test_a_hidden_button_does_nothing_for_other_roles(
    reader: str, item: Application, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(reader))

    assert "Approva l" not in said(client, at(item))
    page = client.post(at(item, "rinvia"), {**seen(item), "motivo": "No."}).content.decode()
    assert "non spetta al ruolo" in page
    client.post(at(item, "approva"), seen(item))
    assert state(item) == "PROPOSED_ADMISSION"
    assert item.proposals.get().decided_at is None


def test_a_page_left_open_says_who_decided_and_keeps_what_was_typed(item: Application, desk: Desk, elena: User) -> None:
    other = person("elsa@ufficio.example", "Elsa", Role.PROCEEDING_MANAGER)
    read = seen(item)
    decisions.approve(item, actor=other, now=desk.tick())

    page = signed_in(elena).post(at(item, "rinvia"), {**read, "motivo": "Manca il DURC."}).content.decode()

    assert "Approvata da Elsa" in page
    assert "è «ammessa». La proposta è stata approvata da Elsa" in page
    assert "Manca il DURC." in page
    assert state(item) == "ADMITTED"


def test_a_proposal_made_again_is_not_approved_by_the_page_of_the_first(
    item: Application, desk: Desk, elena: User
) -> None:
    read = seen(item)
    decisions.send_back(item, actor=elena, reason="Riguardare.", now=desk.tick())
    desk.propose(item, note="Con una riserva.")

    page = signed_in(elena).post(at(item, "approva"), read).content.decode()

    assert "è cambiata mentre la leggevi" in page
    assert "Con una riserva." in page
    assert state(item) == "PROPOSED_ADMISSION"


def test_a_withdrawn_application_is_said(item: Application, desk: Desk, anna: User, elena: User) -> None:
    read = seen(item)
    review.withdraw(item, actor=anna, reason="Ci ripensiamo.", now=desk.tick())

    page = signed_in(elena).post(at(item, "approva"), read).content.decode()

    assert "«ritirata»" in page
    assert state(item) == "WITHDRAWN"


def test_nothing_was_ever_proposed(desk: Desk, firm: Firm, elena: User) -> None:
    item = desk.in_review(firm)

    assert_missing(signed_in(elena).get(at(item)), firm.name)
    assert state(item) == "IN_REVIEW"


def race(item: Application, managers: list[User], acts: tuple[str, str]) -> list[str]:
    """What the two managers are told, having posted at once from the same page."""
    read = {**seen(item), "motivo": "Manca il DURC."}
    clients = [signed_in(manager) for manager in managers]

    def post(number: int) -> str:
        return str(clients[number].post(at(item, acts[number]), read, follow=True).content.decode())

    return [str(page) for page in at_once(2, post)]


def decisions_of(item: Application) -> int:
    events = ["send_back", "approve_admission"]
    return ApplicationEvent.objects.filter(subject=item, event__in=events).count()


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("acts", [("approva", "rinvia"), ("approva", "approva"), ("rinvia", "rinvia")])
def test_two_managers_at_once_make_one_decision(acts: tuple[str, str], desk: Desk, firm: Firm, elena: User) -> None:
    other = person("elsa@ufficio.example", "Elsa", Role.PROCEEDING_MANAGER)
    item = proposed(desk, firm)

    pages = race(item, [elena, other], acts)

    decided: Proposal = item.proposals.get()
    assert decisions_of(item) == 1
    assert sum("ora è «" in page for page in pages) == 1
    (loser,) = [page for page in pages if "ora è «" not in page]
    assert f"da {decided.decided_by}" in loser


@pytest.mark.usefixtures("committed_db")
def test_without_the_lock_only_the_letter_stops_the_second_manager(
    desk: Desk, firm: Firm, elena: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = person("elsa@ufficio.example", "Elsa", Role.PROCEEDING_MANAGER)
    item, both, save = proposed(desk, firm), Barrier(2), Proposal.save

    def save_together(proposal: Proposal, **options: Any) -> None:
        both.wait(timeout=60)  # each has read the proposal as open
        save(proposal, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **options: found.all())
    monkeypatch.setattr(Proposal, "save", save_together)
    monkeypatch.setattr(decisions, "LIFE", SimpleNamespace(apply=partial(LIFE.apply, held=True)))

    pages = race(item, [elena, other], ("approva", "approva"))

    assert any("portal_mail_message_id_key" in page for page in pages)  # an error of the database, not words
