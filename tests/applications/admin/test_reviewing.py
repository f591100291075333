"""The officer's steps by their pages: each writes once, says what it refuses, and never loses what was typed."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from applications.domain import assignment, checklist, decisions, review
from applications.domain.as_read import Moved, as_read, last_step
from applications.domain.checklist import Found
from applications.models import (
    Application,
    ApplicationEvent,
    Assignment,
    Call,
    IntegrationRequest,
    Proposal,
    RejectionNotice,
)
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail, User
from tests.access.world import desk_of_today
from tests.applications.guided import GOOD, opened
from tests.conftest import Desk, FirmMaker, person
from tests.portal.services.parallel import at_once

STEPS = {
    "presa-in-carico": "take_charge",
    "integrazione": "request_integration",
    "preavviso": "notify_rejection",
    "ammissione": "propose_admission",
    "non-ammissione": "propose_rejection",
}


def at(item: Application, step: str = "") -> str:
    """The address of a step of a dossier, or of the dossier."""
    return f"/ufficio/domande/{item.pk}/" + (f"{step}/" if step else "")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("&#x27;", "'"))


def step_of(item: Application) -> int:
    return ApplicationEvent.objects.filter(subject=item).latest("pk").pk


def status(item: Application) -> str:
    return Application.objects.get(pk=item.pk).status


def facts() -> tuple[int, ...]:
    """How much was written by acts: nothing more after a refusal."""
    kinds = (ApplicationEvent, IntegrationRequest, RejectionNotice, Proposal, Mail, AuditEntry)
    return tuple(kind.objects.count() for kind in kinds)


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now: the pages take the hour from the clock."""
    return desk_of_today(opened(call), carla, elena, dario)


@pytest.fixture
def client(carla: User) -> Client:
    return signed_in(carla)


def all_met(desk: Desk, item: Application, **but: tuple[str, str]) -> None:
    """Every requirement found met, except those told otherwise."""
    outcomes = {row.code: but.get(row.code, ("YES", "")) for row in checklist.requirements_of(item)}
    found = [Found(code, checklist.Outcome(outcome), note) for code, (outcome, note) in outcomes.items()]
    checklist.record_checks(item, found, seen=0, actor=desk.officer, now=desk.tick())


def post(client: Client, item: Application, step: str, **data: object):
    return client.post(at(item, step), {"passo": step_of(item)} | data)


def test_buttons_are_those_the_table_offers(client, desk, make_firm, anna, elena, ivo):
    waiting, mine = desk.submit(make_firm(anna)), desk.in_review(make_firm(anna))

    assert at(waiting, "presa-in-carico") in said(client.get(at(waiting)))
    page = said(client.get(at(mine)))
    for step in STEPS:
        assert (at(mine, step) in page) is (step != "presa-in-carico"), step
    for reader in (elena, ivo):
        assert "act-buttons" not in said(signed_in(reader).get(at(mine)))
    desk.admit(mine)
    assert "act-buttons" not in said(client.get(at(mine)))


def test_an_officer_takes_charge_and_comes_back_in_the_view_they_left(client, desk, firm, carla):
    item = desk.submit(firm)
    data = {"passo": step_of(item)}

    answer = client.post(at(item, "presa-in-carico") + "?stato=tutte", data, follow=True)

    assert answer.redirect_chain == [(at(item) + "?stato=tutte", 302)]
    assert "La domanda è in carico a te" in said(answer)
    item.refresh_from_db()
    assert (item.status, item.officer) == ("IN_REVIEW", carla)


def test_an_integration_asks_a_document_and_a_question_with_its_day(client, desk, firm):
    item = desk.in_review(firm)
    page = said(client.get(at(item, "integrazione")))
    assert "15 giorni" in page
    assert "senza risposta la domanda è inammissibile" in page
    document = re.search(r'name="(c\d+)"[^>]*> <label[^>]*>([^<]*)', page)
    assert document

    post(
        client, item, "integrazione",
        **{document[1]: "on", f"{document[1]}_testo": "Serve una copia leggibile.", "d0": "Chi ha firmato?"},
    )  # fmt: skip

    request = IntegrationRequest.objects.get()
    assert request.items == ["Serve una copia leggibile.", "Chi ha firmato?"]
    assert [ask["kind"] for ask in request.asked] == ["DOCUMENT", "TEXT"]
    assert status(item) == "INTEGRATION"
    assert "Serve una copia leggibile." in Mail.objects.latest("pk").body


def test_fields_of_the_wizard_are_offered_with_what_they_say_and_never_those_that_decide(client, desk, firm):
    item = desk.in_review(firm)
    typed = {slug: {"values": dict(page)} for slug, page in GOOD.items()}
    Application.objects.filter(pk=item.pk).update(typed=typed)

    page = said(client.get(at(item, "integrazione")))

    fieldset = page[page.index("Dati della domanda") :]
    assert GOOD["operatore"]["nome"] in fieldset
    assert "Numero di dipendenti" not in fieldset
    number = re.search(r'name="(c\d+)"[^>]*> <label[^>]*>[^<]*operatore', fieldset, re.IGNORECASE)
    assert number
    post(client, item, "integrazione", **{number[1]: "on", f"{number[1]}_testo": "Scrivi il nome per intero."})
    assert IntegrationRequest.objects.get().asked[0]["page"] == "operatore"


def test_an_integration_that_asks_nothing_is_not_sent(client, desk, firm):
    item = desk.in_review(firm)
    before = facts()

    page = said(post(client, item, "integrazione", d0="  "))

    assert "Errore:" in page
    assert "Non chiedi nulla" in page
    assert (facts(), status(item)) == (before, "IN_REVIEW")


def test_a_text_too_long_stays_on_the_page(client, desk, firm):
    item = desk.in_review(firm)

    page = said(post(client, item, "integrazione", d0="è" * 5_001))

    assert "è" * 5_001 in page
    assert "al massimo 5000" in page
    assert status(item) == "IN_REVIEW"


def test_a_notice_gives_its_reasons_and_its_explanation_to_the_firm(client, desk, firm):
    item = desk.in_review(firm)
    assert "10 giorni" in said(client.get(at(item, "preavviso")))

    post(client, item, "preavviso", motivi=["DURC", "SECTOR"], nota="Il DURC del 3 marzo è negativo.")

    notice = RejectionNotice.objects.get()
    assert notice.reason_codes == ["DURC", "SECTOR"]
    letter = Mail.objects.latest("pk").body
    assert "Il DURC del 3 marzo è negativo." in letter
    assert "irregolarità contributiva" in letter
    assert "Il DURC del 3 marzo è negativo." in said(client.get(at(item)))


@pytest.mark.parametrize(
    ("motivi", "words"), [([], "Scegli almeno un motivo"), (["INVENTED"], "Il motivo «INVENTED» non è tra quelli")]
)
def test_a_notice_without_a_reason_of_the_terms_keeps_the_note(motivi, words, client, desk, firm):
    item = desk.in_review(firm)
    before = facts()

    page = said(post(client, item, "preavviso", motivi=motivi, nota="Ci ho pensato a lungo."))

    assert words in page
    assert "Ci ho pensato a lungo." in page
    assert (facts(), status(item)) == (before, "IN_REVIEW")


def noticed(desk: Desk, item: Application, *codes: str) -> None:
    review.notify_rejection(item, codes, actor=desk.officer, now=desk.tick())
    review.submit_observations(item, "Non è così.", actor=desk.filer(item.firm), now=desk.tick())


def test_a_rejection_is_proposed_for_the_reasons_of_its_notice(client, desk, firm, carla):
    item = desk.in_review(firm)
    noticed(desk, item, "DURC")
    page = said(client.get(at(item, "non-ammissione")))
    assert re.search(r'value="DURC"[^>]*checked', page)
    assert 'value="SECTOR"' not in page

    post(client, item, "non-ammissione", motivi=["DURC"], nota="Le osservazioni non bastano.")

    proposal = Proposal.objects.get()
    assert (proposal.outcome, proposal.reason_codes, proposal.proposed_by) == ("REJECT", ["DURC"], carla)
    assert proposal.note == "Le osservazioni non bastano."


def test_without_a_notice_there_is_no_rejection_to_propose(client, desk, firm):
    item = desk.in_review(firm)
    before = facts()

    assert "Nessun preavviso chiuso" in said(client.get(at(item, "non-ammissione")))
    assert "non è tra quelli di questa pagina" in said(post(client, item, "non-ammissione", motivi=["DURC"]))
    assert (facts(), status(item)) == (before, "IN_REVIEW")


def test_two_notices_do_not_add_up_to_one(client, desk, firm):
    item = desk.in_review(firm)
    noticed(desk, item, "DURC")
    noticed(desk, item, "SECTOR")

    answer = post(client, item, "non-ammissione", motivi=["DURC", "SECTOR"], nota="Tutti e due.")

    assert answer.status_code == 409
    assert "serve il preavviso di rigetto" in said(answer)
    assert "Tutti e due." in said(answer)
    assert not Proposal.objects.exists()


def test_a_notice_whose_days_have_passed_is_closed_by_the_first_who_looks(client, desk, firm):
    item = desk.in_review(firm)
    review.notify_rejection(item, ["DURC"], actor=desk.officer, now=desk.tick())
    RejectionNotice.objects.update(sent_at=timezone.now() - timedelta(days=20), due_at=timezone.now())
    assert status(item) == "REJECTION_NOTICE"

    page = said(client.get(at(item)))

    assert at(item, "non-ammissione") in page
    assert status(item) == "IN_REVIEW"


@pytest.mark.parametrize("who", ["elena", "dario", "ivo", "anna", "bruno"])
@pytest.mark.parametrize("step", STEPS)
def test_who_is_not_an_officer_writes_nothing(step, who, request, desk, firm):
    item = desk.submit(firm) if step == "presa-in-carico" else desk.in_review(firm)
    before = facts()

    answer = post(signed_in(request.getfixturevalue(who)), item, step, motivi=["DURC"], d0="Chi?", nota="x")

    assert answer.status_code == 403
    assert "Il tuo ruolo non permette" in said(answer)
    assert facts() == before


def test_an_officer_who_acts_for_the_firm_is_told_it_is_not_theirs(desk, make_firm):
    both = person("lia@ufficio.example", "Lia", Role.CASE_OFFICER)
    item = desk.submit(make_firm(both))
    before = facts()
    client = signed_in(both)

    assert "non spetta al ruolo" in said(client.get(at(item, "presa-in-carico")))
    answer = post(client, item, "presa-in-carico")

    assert (answer.status_code, facts()) == (409, before)
    assert "non spetta al ruolo" in said(answer)


@pytest.fixture
def lia(db: None) -> User:
    """Another officer."""
    return person("lia@ufficio.example", "Lia", Role.CASE_OFFICER)


def test_the_second_officer_is_told_who_did_what_and_keeps_the_text(client, desk, firm, lia):
    item = desk.in_review(firm)
    read = step_of(item)
    assignment.take_over(item, actor=lia, reason="Carla è assente", now=desk.tick())
    review.request_integration(item, ["Procura"], actor=lia, now=desk.tick())
    before = facts()

    answer = client.post(at(item, "preavviso"), {"passo": read, "motivi": ["DURC"], "nota": "Scritto da Carla."})

    page = said(answer)
    assert answer.status_code == 409
    assert "richiesta di integrazione (Lia, " in page
    assert "in attesa di integrazione" in page
    assert "Scritto da Carla." in page
    assert "Errore:" in page
    assert (facts(), status(item)) == (before, "INTEGRATION")


def test_the_holder_changed_while_the_page_was_open_is_told_and_keeps_the_text(client, desk, firm, lia):
    item = desk.in_review(firm)
    read = step_of(item)
    assignment.take_over(item, actor=lia, reason="Carla è assente", now=desk.tick())

    answer = client.post(at(item, "preavviso"), {"passo": read, "motivi": ["DURC"], "nota": "Scritto da Carla."})

    page = said(answer)
    assert answer.status_code == 409
    assert "è di Lia (dal " in page
    assert "Scritto da Carla." in page
    assert status(item) == "IN_REVIEW"
    assert "è di Lia (dal " in said(client.get(at(item, "preavviso")))
    page = said(client.get(at(item)))
    assert ("Subentra a Lia" in page, at(item, "preavviso") in page) == (True, False)


def test_a_stale_page_is_refused_also_when_the_state_came_back_to_the_same(client, desk, firm, anna, carla):
    item = desk.in_review(firm)
    read = step_of(item)
    review.request_integration(item, ["Procura"], actor=carla, now=desk.tick())
    review.answer_integration(item, "Eccola.", actor=anna, now=desk.tick())
    assert read != step_of(item)

    answer = client.post(at(item, "ammissione"), {"passo": read, "nota": "Tutto a posto."})

    page = said(answer)
    assert "risposta all'integrazione (Anna, " in page
    assert "Tutto a posto." in page
    assert not Proposal.objects.exists()
    fresh = re.search(r'name="passo" value="(\d+)"', page)
    all_met(desk, item)
    assert fresh
    client.post(at(item, "ammissione"), {"passo": fresh[1], "nota": "Riletta."})  # having read it, one may go on
    assert Proposal.objects.get().note == "Riletta."


def test_control_without_the_page_the_same_act_passes(desk, firm, anna, carla):
    item = desk.in_review(firm)
    read = last_step(item)
    review.request_integration(item, ["Procura"], actor=carla, now=desk.tick())
    review.answer_integration(item, "Eccola.", actor=anna, now=desk.tick())
    desk.check(item)
    assert read is not None

    with pytest.raises(Moved, match="risposta all'integrazione"):
        as_read(item, read.pk, lambda row: decisions.propose_admission(row, actor=carla, now=desk.tick()))
    decisions.propose_admission(item, actor=carla, now=desk.tick())  # the state alone does not see it

    assert status(item) == "PROPOSED_ADMISSION"


@pytest.mark.parametrize("step", [step for step in STEPS if step != "presa-in-carico"])
def test_a_withdrawn_application_is_said(step, client, desk, firm, anna):
    item = desk.in_review(firm)
    noticed(desk, item, "DURC")
    read = step_of(item)
    review.withdraw(item, actor=anna, reason="Ci ho ripensato", now=desk.tick())
    before = facts()

    page = said(client.post(at(item, step), {"passo": read, "motivi": ["DURC"], "d0": "Chi?", "nota": "x"}))

    assert "ritiro (Anna, " in page
    assert "ritirata" in page
    assert '<button class="button"' not in page
    assert (facts(), status(item)) == (before, "WITHDRAWN")
    read_again = said(client.get(at(item, step)))
    assert "Adesso non si può" in read_again
    assert "Ultimo passo: ritiro, Anna, " in read_again


def test_a_button_pressed_twice_is_one_act(client, desk, firm):
    item = desk.in_review(firm)
    data = {"passo": step_of(item), "d0": "Chi ha firmato?"}

    first, second = (client.post(at(item, "integrazione"), data, follow=True) for _ in range(2))

    assert "La richiesta è partita" in said(first)
    assert "Era già fatto" in said(second)
    assert IntegrationRequest.objects.count() == 1


@pytest.mark.parametrize("passo", ["", "0", "x", "-1", "9" * 40, "²"])
def test_a_page_without_its_step_is_stale(passo, client, desk, firm):
    item = desk.in_review(firm)

    answer = client.post(at(item, "ammissione"), {"passo": passo, "nota": "Nota mia."})

    assert answer.status_code == 409
    assert "Nota mia." in said(answer)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_draft_has_no_steps(step, client, desk, firm):
    assert client.get(at(desk.draft(firm), step)).status_code == 404


def test_of_two_officers_at_once_one_acts_and_the_other_is_told(committed_db, desk, firm, carla, lia):
    item = desk.submit(firm)
    data, officers = {"passo": step_of(item)}, (carla, lia)

    answers = at_once(2, lambda number: signed_in(officers[number]).post(at(item, "presa-in-carico"), data))

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    (told,) = [said(answer) for answer in answers if answer.status_code == 409]
    assert re.search(r"presa in carico \((Carla|Lia), ", told)
    assert Assignment.objects.get().officer in officers
    assert ApplicationEvent.objects.filter(subject=item, event="take_charge").count() == 1


def test_control_without_the_lock_both_find_the_page_fresh(committed_db, desk, firm):
    item = desk.in_review(firm)
    read = step_of(item)

    def look(number: int) -> bool:
        with transaction.atomic():
            last = last_step(Application.objects.get(pk=item.pk))
            return last is not None and last.pk == read

    assert at_once(2, look) == [True, True]


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", "{{ 7*7 }}"])
def test_what_officers_write_is_text(payload, client, desk, firm):
    item = desk.in_review(firm)
    post(client, item, "integrazione", d0=payload)

    assert "<script>alert" not in said(client.get(at(item)))
    assert "49" not in IntegrationRequest.objects.get().items[0]


def test_pages_cost_the_same_however_long_the_story(
    client, desk, make_firm: FirmMaker, anna, django_assert_max_num_queries
):
    item = desk.in_review(make_firm(anna))
    for _ in range(3):
        review.request_integration(item, ["Procura"], actor=desk.officer, now=desk.tick())
        review.answer_integration(item, "Ecco.", actor=anna, now=desk.tick())

    for step in STEPS:
        with django_assert_max_num_queries(20):
            client.get(at(item, step))
