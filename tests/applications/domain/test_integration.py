"""A structured integration: what may be asked, what may be given, once, in time, beside what was presented."""

from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from applications.domain import decisions, integration, review, story
from applications.domain.drafting import DraftChanged
from applications.domain.expiry import settle
from applications.domain.integration import AnswerChanged, Incomplete, Sending
from applications.domain.mandates import NotForYou
from applications.domain.reopening import files_added
from applications.domain.review import TooLate
from applications.models import Application, Firm, IntegrationRequest
from applications.rules.integration import Asked, AskKind, FieldGiven, Given, NotAskable, TextGiven
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import ROME
from portal.models import User
from portal.services.clock import story_clock
from tests.applications.answering import asked, in_review
from tests.conftest import Desk
from tests.portal.services.parallel import at_once

TICK = timedelta.resolution
QUESTION = Asked.text("Chi segue il progetto?")


def given(answer: str = "La dott.ssa Verdi") -> Given:
    return Given(texts=(TextGiven(0, "Chi segue il progetto?", answer),))


def send(row: IntegrationRequest, at: datetime, actor: User, what: Given | None = None, **sending: Any) -> Any:
    how = Sending(**{"version": row.typed.get("version", 0), "files": ()} | sending)
    return integration.send(row, what or given(), how, actor=actor, clock=story_clock(at))


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("impresa", "totale"), ("impresa", "lombardia"), ("impresa", "percorso"), ("impresa", "sede_0_dipendenti"),
        ("impresa", "da_aprire"), ("strumenti", "chiedo"), ("aiuti", "ricevuti"), ("aiuti", "aiuto_0_importo"),
        ("firma", "firma"),
    ],
)  # fmt: skip
def test_what_decides_order_or_amount_is_not_asked(page: str, name: str, desk: Desk, firm: Firm) -> None:
    item = in_review(desk, firm)

    with pytest.raises(NotAskable, match="decide l'ordine, l'importo o la firma"):
        review.request_integration(item, [QUESTION, Asked.field(page, name, "x")], actor=desk.officer, now=desk.tick())
    assert Application.objects.get(pk=item.pk).status == "IN_REVIEW"
    assert not IntegrationRequest.objects.exists()


@pytest.mark.parametrize(
    "ask",
    [
        Asked.field("piano", "ignoto", "x"),
        Asked.field("ignota", "orari", "x"),
        Asked.field("impresa", "sede_7_comune", "x"),
        Asked.document("START_NOTICE", "x"),
        Asked.document("IGNOTO", "x"),
        Asked.text("  "),
    ],
)
def test_what_the_application_does_not_have_is_not_asked(ask: Asked, desk: Desk, firm: Firm) -> None:
    with pytest.raises(NotAskable):
        review.request_integration(in_review(desk, firm), [ask], actor=desk.officer, now=desk.tick())
    assert not IntegrationRequest.objects.exists()


def test_the_same_thing_is_not_asked_twice(desk: Desk, firm: Firm) -> None:
    twice = [Asked.document("MANDATE", "x"), Asked.document("MANDATE", "y")]

    with pytest.raises(NotAskable, match="chiesto due volte"):
        review.request_integration(in_review(desk, firm), twice, actor=desk.officer, now=desk.tick())


def test_plain_sentences_are_questions_in_words(desk: Desk, firm: Firm) -> None:
    row = asked(desk, firm, "DURC", Asked.document("MANDATE", "La procura"))

    assert row.items == ["DURC", "La procura"]
    assert [ask["kind"] for ask in row.asked] == ["TEXT", "DOCUMENT"]
    IntegrationRequest.objects.update(asked=[])
    row.refresh_from_db()
    assert {ask.kind for ask in integration.asks_of(row)} == {AskKind.TEXT}


def test_an_answer_is_kept_beside_what_was_presented(desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(desk, firm, QUESTION)
    before = Application.objects.get(pk=row.application_id)

    sent = send(row, desk.tick(), anna)

    after = Application.objects.get(pk=row.application_id)
    assert (sent.answer, sent.answered_by, after.status) == ("La dott.ssa Verdi", anna, "IN_REVIEW")
    assert (after.snapshot, after.answers, after.protocol) == (before.snapshot, before.answers, before.protocol)
    assert integration.given_in(sent) == given()


FORGED = Given(
    fields=(FieldGiven(0, "Dipendenti", "12", "999", "999"), FieldGiven(7, "x", "", "y", "y")),
    texts=(*given().texts, TextGiven(9, "altro", "altro")),
)


def test_what_nobody_asked_is_left_out_whatever_is_given(desk: Desk, firm: Firm, anna: User) -> None:
    sent = send(asked(desk, firm, QUESTION), desk.tick(), anna, FORGED)

    assert integration.given_in(sent) == given()


def test_without_the_sieve_what_nobody_asked_would_be_kept(
    desk: Desk, firm: Firm, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(Given, "only_asked", lambda given, asks: given)

    sent = send(asked(desk, firm, QUESTION), desk.tick(), anna, FORGED)

    assert integration.given_in(sent) == FORGED


def test_asked_again_it_is_the_one_that_was_sent(desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(desk, firm, QUESTION)
    first = send(row, desk.tick(), anna)

    again = send(row, desk.tick(), anna, given("un'altra risposta"))

    assert (again.given, again.answered_at) == (first.given, first.answered_at)
    assert row.application.events.filter(event="answer_integration").count() == 1


def test_sent_by_many_hands_at_once_it_is_one_answer(committed_db: None, desk: Desk, firm: Firm, anna: User) -> None:
    row, now = asked(desk, firm, QUESTION), desk.tick()

    outcomes = at_once(6, lambda number: send(row, now, anna, given(f"risposta {number}")).answer)

    assert len(set(outcomes)) == 1
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert row.application.events.filter(event="answer_integration").count() == 1


def test_without_the_lock_the_same_hands_would_write_over_each_other(
    committed_db: None, desk: Desk, firm: Firm
) -> None:
    """The negative control: read, decide, write, with nothing held in between."""
    row, all_have_read = asked(desk, firm, QUESTION), Barrier(6)

    def careless(number: int) -> str:
        mine = IntegrationRequest.objects.get(pk=row.pk)
        free = not mine.answer
        all_have_read.wait(timeout=60)
        if free:
            IntegrationRequest.objects.filter(pk=row.pk).update(answer=f"risposta {number}")
        return f"risposta {number}" if free else mine.answer

    assert len(set(at_once(6, careless))) == 6


@pytest.mark.parametrize("asked_on", ["2020-10-10T10:00", "2021-03-13T00:00"])
def test_the_last_instant_is_in_and_the_next_is_out_also_when_the_clocks_change(
    asked_on: str, desk: Desk, firm: Firm, anna: User
) -> None:
    desk.at = datetime.fromisoformat("2020-04-02T13:00").replace(tzinfo=ROME)
    item = in_review(desk, firm)
    at = datetime.fromisoformat(asked_on).replace(tzinfo=ROME)
    row = review.request_integration(item, [QUESTION], actor=desk.officer, now=at)

    with pytest.raises(TooLate, match="scaduto il"):
        send(row, row.due_at, anna)
    with pytest.raises(TooLate):
        integration.keep(row, {"r0": "x"}, seen=0, page="a", actor=anna, now=row.due_at)
    assert send(row, row.due_at - TICK, anna).answered_at == row.due_at - TICK


def test_without_looking_at_the_term_a_late_answer_would_meet_the_database_alone(
    desk: Desk, firm: Firm, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    row = asked(desk, firm, QUESTION)
    monkeypatch.setattr(review, "check_in_time", lambda row, now: None)

    with pytest.raises(IntegrityError, match="integration_answered_in_time"):
        send(row, row.due_at + timedelta(seconds=1), anna)


def test_what_is_typed_is_kept_and_confirmed_as_it_was_read(desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(desk, firm, QUESTION)
    kept = integration.keep(row, {"r0": "uno"}, seen=0, page="a", actor=anna, now=desk.tick())
    again = integration.keep(kept, {"r0": "uno"}, seen=0, page="b", actor=anna, now=desk.tick())
    assert kept.typed["version"] == again.typed["version"] == 1

    with pytest.raises(DraftChanged):
        integration.keep(row, {"r0": "due"}, seen=0, page="b", actor=anna, now=desk.tick())
    with pytest.raises(AnswerChanged):
        send(kept, desk.tick(), anna, version=0)
    with pytest.raises(AnswerChanged):
        send(kept, desk.tick(), anna, files=(1,))
    assert send(kept, desk.tick(), anna).answered_at is not None


def test_a_gap_leaves_only_when_it_is_accepted(desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(desk, firm, QUESTION, Asked.document("MANDATE", "La procura"))

    with pytest.raises(Incomplete):
        send(row, desk.tick(), anna)
    assert send(row, desk.tick(), anna, gaps_accepted=True).answered_at is not None


@pytest.mark.parametrize("who", ["bruno", "carla", "ivo"])
def test_nobody_else_writes_or_sends(who: str, request: pytest.FixtureRequest, desk: Desk, firm: Firm) -> None:
    row, person = asked(desk, firm, QUESTION), request.getfixturevalue(who)

    with pytest.raises(NotForYou):
        integration.keep(row, {"r0": "x"}, seen=0, page="a", actor=person, now=desk.tick())
    with pytest.raises((PermissionError, ValueError)):
        send(row, desk.tick(), person)
    row.refresh_from_db()
    assert (row.typed, row.given, files_added(row)) == ({}, None, [])


def test_what_time_decided_is_written_before_anybody_acts(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    """Also when no job runs: an overdue request closes, an overdue notice lets the review go on."""
    row = asked(desk, firm, QUESTION)
    assert settle(row.application, row.due_at - TICK).status == "INTEGRATION"
    assert settle(row.application, row.due_at).status == "REJECTED"
    assert settle(row.application, row.due_at).status == "REJECTED"

    item = in_review(desk, other_firm)
    notice = review.notify_rejection(item, ["DURC"], actor=desk.officer, now=desk.tick())
    proposal = decisions.propose_rejection(item_at(item), ["DURC"], actor=desk.officer, now=notice.due_at)
    assert proposal.application.status == "PROPOSED_REJECTION"


def item_at(item: Application) -> Application:
    """The application as it is now."""
    return Application.objects.select_related("firm", "call", "terms").get(pk=item.pk)


def test_an_application_whose_term_has_passed_is_not_withdrawn(desk: Desk, firm: Firm, anna: User) -> None:
    row = asked(desk, firm, QUESTION)

    with pytest.raises(TooLate):
        review.withdraw(row.application, actor=anna, reason="x", now=row.due_at)
    assert Application.objects.get(pk=row.application_id).status == "INTEGRATION"


TURNS = {
    ApplicationState.DRAFT: "FIRM", ApplicationState.SUBMITTED: "OFFICE", ApplicationState.IN_REVIEW: "OFFICE",
    ApplicationState.INTEGRATION: "FIRM", ApplicationState.REJECTION_NOTICE: "FIRM",
    ApplicationState.PROPOSED_ADMISSION: "OFFICE", ApplicationState.PROPOSED_REJECTION: "OFFICE",
    ApplicationState.ADMITTED: "NOBODY", ApplicationState.REJECTED: "NOBODY", ApplicationState.WITHDRAWN: "NOBODY",
}  # fmt: skip


@pytest.mark.parametrize("state", list(ApplicationState))
def test_whose_turn_it_is_follows_from_the_table(state: ApplicationState) -> None:
    assert story.turn_of(Application(status=state)) == TURNS[state]


def test_the_days_of_an_integration_do_not_count_and_the_last_day_moves(desk: Desk, firm: Firm, anna: User) -> None:
    item = in_review(desk, firm)  # 2 April 2020: the sixtieth day is Monday 1 June, and 2 June is a holiday
    assert str(story.standing(item_at(item), desk.at).decide_by) == "2020-06-01"
    row = review.request_integration(item, [QUESTION], actor=desk.officer, now=desk.tick(days=3))
    during = story.standing(item_at(item), desk.at + timedelta(days=4))
    assert (during.turn, during.decide_by, during.due_at, during.term and during.term.standing) == (
        "FIRM", None, row.due_at, True,
    )  # fmt: skip
    send(row, desk.tick(days=4), anna)

    after = story.standing(item_at(item), desk.at)

    assert (after.suspended, after.term and after.term.used) == (4, 3)
    assert str(after.decide_by) == "2020-06-05"
