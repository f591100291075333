"""The review: charge, integration, notice, withdrawal, each with its term, its hand and its letter."""

from datetime import datetime, timedelta

import pytest

from applications.domain import review
from applications.domain.review import TooEarly, TooLate, UnknownReason
from applications.models import Application, FirmMember, IntegrationRequest, RejectionNotice
from portal.kernel.deadlines import ROME
from portal.kernel.machine import IllegalTransition
from portal.models import Mail
from tests.conftest import FIRST_DAY, LONG_AGO
from tests.portal.services.parallel import at_once

TICK = timedelta.resolution


def status(application: Application) -> str:
    return Application.objects.get(pk=application.pk).status


def last_letter(application: Application) -> Mail:
    return Mail.objects.filter(about=f"application:{application.pk}").latest("pk")


def test_an_officer_takes_charge(desk, firm, carla):
    row = review.take_charge(desk.submit(firm), actor=carla, now=desk.tick())

    assert (row.status, row.officer) == ("IN_REVIEW", carla)


@pytest.mark.parametrize("who", ["anna", "bruno", "elena", "dario", "ivo"])
def test_nobody_else_does(who, request, desk, firm):
    person, row = request.getfixturevalue(who), desk.submit(firm)

    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        review.take_charge(row, actor=person, now=desk.tick())
    assert status(row) == "SUBMITTED"


def test_of_two_officers_one_takes_charge(committed_db, desk, firm, carla):
    row, now = desk.submit(firm), desk.tick()

    outcomes = at_once(4, lambda number: review.take_charge(row, actor=carla, now=now).status.value)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IllegalTransition"] * 3 + ["str"]


def asked(desk, firm, at: datetime | None = None, items=("DURC",)) -> IntegrationRequest:
    row = desk.in_review(firm)
    return review.request_integration(row, list(items), actor=desk.officer, now=at or desk.tick())


def test_what_is_asked_is_kept_and_written_whole(desk, firm):
    long = "copia del verbale " * 40

    request = asked(desk, firm, items=[long])

    assert IntegrationRequest.objects.get().items == [long]
    assert long.strip() in last_letter(request.application).body


def test_who_acts_for_a_firm_is_not_the_office_there(desk, firm, other_firm, carla):
    """A conflict of interest: the role of the office stays whole for the other firms."""
    FirmMember.objects.create(firm=firm, user=carla, role="DELEGATE", since=FIRST_DAY)
    own, other = desk.submit(firm), desk.submit(other_firm)

    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        review.take_charge(own, actor=carla, now=desk.tick())
    assert status(own) == "SUBMITTED"
    assert review.take_charge(other, actor=carla, now=desk.tick()).officer == carla


def test_a_mandate_that_ended_is_no_conflict(desk, firm, carla):
    FirmMember.objects.create(firm=firm, user=carla, role="DELEGATE", since=LONG_AGO, until=FIRST_DAY)

    assert review.take_charge(desk.submit(firm), actor=carla, now=desk.tick()).officer == carla


def test_a_closed_account_does_not_withdraw(desk, firm, anna):
    row = desk.submit(firm)
    anna.is_active = False
    anna.save()

    with pytest.raises(IllegalTransition, match="non spetta al ruolo"):
        review.withdraw(row, actor=anna, reason="ripensamento", now=desk.tick())
    assert status(row) == "SUBMITTED"


def test_an_integration_asks_writes_and_stops(desk, firm, carla):
    request = asked(desk, firm, items=["DURC", "procura"])

    assert (request.application.status, request.items, request.asked_by) == ("INTEGRATION", ["DURC", "procura"], carla)
    assert request.due_at == datetime(2020, 4, 18, tzinfo=ROME)
    letter = last_letter(request.application)
    assert letter.to == firm.pec
    assert "- DURC\n- procura" in letter.body
    assert "entro il 17 aprile 2020 compreso" in letter.body


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2020-04-11T10:00", "2020-04-28"),  # the fifteenth day is the Sunday after Saint Mark's
        ("2020-10-10T10:00", "2020-10-27"),  # the Sunday on which the clocks go back
        ("2020-12-11T23:59", "2020-12-29"),  # Saint Stephen's, then a Sunday
        ("2021-03-13T00:00", "2021-03-30"),  # the Sunday on which they go forward
    ],
)
def test_fifteen_days_roll_over_holidays(at, due, desk, firm):
    request = asked(desk, firm, datetime.fromisoformat(at).replace(tzinfo=ROME))

    assert request.due_at == datetime.fromisoformat(due).replace(tzinfo=ROME)


def test_nothing_asked_is_no_request(desk, firm):
    row = desk.in_review(firm)

    with pytest.raises(ValueError, match="Indicare almeno un dato"):
        review.request_integration(row, [], actor=desk.officer, now=desk.tick())
    assert status(row) == "IN_REVIEW"


def test_an_answer_brings_it_back_to_its_place(desk, firm, other_firm, anna):
    request = asked(desk, firm)
    later = desk.in_review(other_firm)
    row = review.answer_integration(request.application, "ecco", actor=anna, now=request.due_at - TICK)

    request.refresh_from_db()
    assert (row.status, request.answer, request.answered_at) == ("IN_REVIEW", "ecco", request.due_at - TICK)
    assert row.protocol_number < later.protocol_number


def test_a_late_answer_changes_nothing_even_before_anybody_closes_the_term(desk, firm, anna):
    request = asked(desk, firm)

    with pytest.raises(TooLate, match="scaduto il 17 aprile 2020"):
        review.answer_integration(request.application, "ecco", actor=anna, now=request.due_at)
    request.refresh_from_db()
    assert (status(request.application), request.answer, request.answered_at) == ("INTEGRATION", "", None)


def test_silence_makes_it_inadmissible(desk, firm):
    request = asked(desk, firm)

    with pytest.raises(TooEarly):
        review.expire_integration(request.application, now=request.due_at - TICK)
    assert status(request.application) == "INTEGRATION"

    row = review.expire_integration(request.application, now=request.due_at)
    request.refresh_from_db()
    assert (row.status, row.reason_codes, row.decided_at) == ("REJECTED", ["INCOMPLETE"], request.due_at)
    assert request.expired_at == request.due_at
    assert row.events.last().actor is None
    assert "non è ammessa" in last_letter(row).body


def test_and_bruno_neither_answers_nor_observes_nor_withdraws(desk, firm, bruno):
    request = asked(desk, firm)

    for write in (review.answer_integration, review.submit_observations):
        with pytest.raises(IllegalTransition):
            write(request.application, "ecco", actor=bruno, now=desk.tick())
    with pytest.raises(IllegalTransition, match="non spetta"):
        review.withdraw(request.application, actor=bruno, reason="x", now=desk.tick())
    assert status(request.application) == "INTEGRATION"


def noticed(desk, firm, *codes: str) -> RejectionNotice:
    return review.notify_rejection(desk.in_review(firm), codes or ("DURC",), actor=desk.officer, now=desk.tick())


def test_a_notice_says_why_and_leaves_ten_days(desk, firm):
    notice = noticed(desk, firm, "DURC", "SECTOR")

    assert (notice.application.status, notice.reason_codes) == ("REJECTION_NOTICE", ["DURC", "SECTOR"])
    assert notice.due_at == datetime(2020, 4, 15, tzinfo=ROME)  # the tenth is Easter Sunday, then the Monday
    body = last_letter(notice.application).body
    assert "irregolarità contributiva accertata con il DURC" in body
    assert "Fino al 14 aprile 2020 compreso" in body
    assert "10-bis" in body
    assert "irregolarità" in notice.application.events.last().reason


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "Indicare almeno un motivo"),
        (["DURC", "BOH", "MAH"], "Motivi sconosciuti: BOH, MAH"),
        ([""], "sconosciuti"),
    ],
)
def test_reasons_must_be_those_of_the_terms(codes, words, desk, firm):
    row = desk.in_review(firm)

    with pytest.raises(UnknownReason, match=words):
        review.notify_rejection(row, codes, actor=desk.officer, now=desk.tick())
    assert status(row) == "IN_REVIEW"


def test_observations_in_time_are_kept(desk, firm, anna):
    notice = noticed(desk, firm)

    row = review.submit_observations(notice.application, "il DURC c'è", actor=anna, now=notice.due_at - TICK)
    notice.refresh_from_db()
    assert (row.status, notice.observations, notice.closed_at) == ("IN_REVIEW", "il DURC c'è", notice.due_at - TICK)


def test_observations_too_late_are_not(desk, firm, anna):
    notice = noticed(desk, firm)

    with pytest.raises(TooLate, match="scaduto il 14 aprile 2020"):
        review.submit_observations(notice.application, "x", actor=anna, now=notice.due_at)
    assert status(notice.application) == "REJECTION_NOTICE"


def test_ten_days_of_silence_let_the_review_go_on(desk, firm):
    notice = noticed(desk, firm)

    with pytest.raises(TooEarly):
        review.close_notice(notice.application, now=notice.due_at - TICK)
    row = review.close_notice(notice.application, now=notice.due_at)

    notice.refresh_from_db()
    assert (row.status, notice.closed_at, notice.observations) == ("IN_REVIEW", notice.due_at, "")


def test_a_firm_withdraws_whatever_the_office_is_waiting_for(desk, make_firm, anna):
    waiting = [desk.submit(make_firm(anna)), asked(desk, make_firm(anna)).application]
    waiting.append(noticed(desk, make_firm(anna)).application)

    for row in waiting:
        withdrawn = review.withdraw(row, actor=anna, reason="cambio di programma", now=desk.tick())
        assert withdrawn.status == "WITHDRAWN"
        assert withdrawn.events.last().reason == "cambio di programma"
        assert "ritiro" in last_letter(row).subject
    assert not IntegrationRequest.objects.filter(expired_at=None).exists()
    assert not RejectionNotice.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_withdrawal_says_why(reason, desk, firm, anna):
    row = desk.submit(firm)

    with pytest.raises(IllegalTransition, match="motivazione"):
        review.withdraw(row, actor=anna, reason=reason, now=desk.tick())
    assert status(row) == "SUBMITTED"


def test_what_is_decided_is_no_longer_withdrawn(desk, firm, anna):
    row = desk.admitted(firm)

    with pytest.raises(IllegalTransition):
        review.withdraw(row, actor=anna, reason="tardi", now=desk.tick())


def test_the_reasons_are_the_sentences_of_the_terms_with_their_article(desk, firm):
    row = desk.submit(firm)

    assert review.reasons_of(row, ["DISABLED_QUOTA"]) == [
        "mancato rispetto degli obblighi di assunzione delle persone con disabilità (L. 68/1999, art. 17)"
    ]
    assert row.submitted_at > FIRST_DAY
