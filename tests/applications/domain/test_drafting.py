"""Beginning an application: by who acts for the firm, one live application a firm."""

import pytest

from applications.domain import drafting, review
from applications.domain.drafting import AlreadyApplied, NotForYou
from applications.models import Application, ApplicationEvent, FirmMember
from portal.models import AuditEntry
from tests.conftest import FIRST_DAY
from tests.portal.services.parallel import at_once


def begin(desk, firm, actor, at=FIRST_DAY):
    return drafting.draft(desk.call, firm, actor=actor, now=at, answers={"headcount": "?"})


def test_a_draft_keeps_the_answers_as_they_are(desk, firm, anna):
    made = begin(desk, firm, anna)

    assert (made.status, made.answers, made.created_by, made.created_at) == (
        "DRAFT", {"headcount": "?"}, anna, FIRST_DAY,
    )  # fmt: skip
    assert (made.protocol, str(made)) == ("", f"bozza {made.pk}")
    assert [(event.event, event.source, event.target) for event in made.events.all()] == [("draft", "", "DRAFT")]
    assert AuditEntry.objects.last().act == "application.draft"


def test_and_bruno(desk, firm, bruno, carla):
    for stranger in (bruno, carla):
        with pytest.raises(NotForYou, match="non esiste o non è tra quelle"):
            begin(desk, firm, stranger)
    assert not Application.objects.exists()


def test_a_delegate_may_until_the_mandate_ends(desk, firm, bruno):
    FirmMember.objects.create(firm=firm, user=bruno, role="DELEGATE", since=FIRST_DAY, until=desk.tick(days=2))

    with pytest.raises(NotForYou):
        begin(desk, firm, bruno, desk.at)
    assert begin(desk, firm, bruno).created_by == bruno


def test_one_live_application_a_firm(desk, firm, anna):
    first = desk.submit(firm)

    with pytest.raises(
        AlreadyApplied, match=f"Alfa S.r.l. ha già una domanda per questo avviso \\({first.protocol}\\)"
    ):
        begin(desk, firm, anna, desk.tick())
    assert Application.objects.count() == 1


def test_an_admitted_one_is_live(desk, firm, anna):
    desk.admitted(firm)

    with pytest.raises(AlreadyApplied):
        begin(desk, firm, anna, desk.tick())


def test_after_a_withdrawal_or_a_rejection_there_may_be_another(desk, firm, other_firm, anna, bruno):
    review.withdraw(desk.submit(firm), actor=anna, reason="ripensamento", now=desk.tick())
    desk.rejected(other_firm, "DURC")

    assert begin(desk, firm, anna, desk.tick()).pk
    assert begin(desk, other_firm, bruno, desk.tick()).pk


def test_two_drafts_at_once_are_one(committed_db, desk, firm, anna):
    outcomes = at_once(4, lambda number: begin(desk, firm, anna).status.value)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyApplied"] * 3 + ["str"]
    assert ApplicationEvent.objects.count() == 1
