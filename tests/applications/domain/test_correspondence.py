"""Letters and nudges: the content goes to the firm's PEC alone; a lost letter is sent again once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain import correspondence, review
from applications.domain.correspondence import NotToSendAgain, courtesy, send_again
from applications.models import Firm, FirmMember
from portal.kernel.roles import Role
from portal.models import Mail
from portal.services import jobs
from tests.conftest import LONG_AGO, person
from tests.portal.services.parallel import at_once


def copies(item) -> list[Mail]:
    return list(Mail.objects.filter(about=f"copy:{item.pk}").order_by("pk"))


@pytest.fixture
def consultant(firm):
    someone = person("consulente@studio.example", "Consulente")
    FirmMember.objects.create(firm=firm, user=someone, role=Role.DELEGATE, since=LONG_AGO)
    return someone


def test_what_has_effects_goes_to_the_pec_and_a_nudge_without_it_to_the_people(desk, firm, carla, consultant):
    item = desk.in_review(firm)
    before = len(copies(item))

    review.request_integration(item, ["Codice fiscale RSSMRA80A01F205X"], actor=carla, now=desk.tick())

    letter = Mail.objects.filter(about=f"application:{item.pk}").latest("pk")
    assert (letter.to, letter.channel) == (firm.pec, "PEC")
    assert "RSSMRA80A01F205X" in letter.body
    nudges = copies(item)[before:]
    assert {(mail.to, mail.channel) for mail in nudges} == {
        ("anna@impresa.example", "EMAIL"), ("consulente@studio.example", "EMAIL"),
    }  # fmt: skip
    for mail in nudges:
        assert "RSSMRA80A01F205X" not in mail.subject + mail.body
        assert "integrazione" not in mail.subject.lower()
        assert f"/domande/{item.pk}/" in mail.body


def test_the_receipt_of_a_submission_has_no_nudge(desk, firm):
    item = desk.submit(firm)

    assert copies(item) == []
    assert Mail.objects.get().channel == "PEC"


def test_a_story_lived_again_nudges_nobody(desk, firm):
    item = desk.submit(firm)

    with jobs.muted():
        review.take_charge(item, actor=desk.officer, now=desk.tick())

    assert copies(item) == []
    assert Mail.objects.filter(about=f"application:{item.pk}").count() == 2


def test_the_nudges_of_many_letters_cost_one_query(desk, make_firm, anna):
    items, costs = [], []
    for _ in range(3):
        items.append(desk.submit(make_firm(anna)))
        with CaptureQueriesContext(connection) as queries:
            assert len(courtesy(items, "x", now=desk.tick())) == len(items)
        costs.append(len(queries))

    assert costs == [1, 1, 1]


def test_a_letter_to_a_nonsense_pec_is_kept_and_says_so(desk, firm):
    item = desk.submit(firm)
    Firm.objects.filter(pk=firm.pk).update(pec="alfa chiocciola pec")
    item.refresh_from_db()

    review.take_charge(item, actor=desk.officer, now=desk.tick())

    letter = Mail.objects.filter(about=f"application:{item.pk}").latest("pk")
    assert (letter.state, letter.failure) == ("FAILED", "BAD_ADDRESS")


def lost(item) -> Mail:
    letter = Mail.objects.filter(about=f"application:{item.pk}").earliest("pk")
    Mail.objects.filter(pk=letter.pk).update(state="FAILED", failure="REFUSED")
    return letter


def test_five_hands_at_once_send_a_lost_letter_once(committed_db, desk, firm, anna):
    item = desk.submit(firm)
    letter, now = lost(item), desk.tick()

    found = at_once(5, lambda number: send_again(item, letter.pk, actor=anna, now=now))

    assert sorted(type(one).__name__ for one in found) == ["Mail", *["NotToSendAgain"] * 4]
    assert Mail.objects.filter(again_of=letter).count() == 1


def test_two_lost_letters_are_two(committed_db, desk, firm, anna):
    """The control of the test above: what holds the others back is the letter, not the firm or the person."""
    item = desk.in_review(firm)
    both = list(Mail.objects.filter(about=f"application:{item.pk}").order_by("pk").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=both).update(state="FAILED")
    now = desk.tick()

    at_once(2, lambda number: send_again(item, both[number], actor=anna, now=now))

    assert Mail.objects.filter(again_of__isnull=False).count() == 2


@pytest.mark.parametrize("who", ["bruno", "carla"])
def test_nobody_else_sends_a_firms_letter_again(who, desk, firm, request):
    item = desk.submit(firm)

    with pytest.raises(Mail.DoesNotExist):
        send_again(item, lost(item).pk, actor=request.getfixturevalue(who), now=desk.tick())


def test_between_two_failures_of_the_same_letter_ten_minutes_pass(desk, firm, anna):
    item = desk.submit(firm)
    fresh = send_again(item, lost(item).pk, actor=anna, now=desk.tick())
    Mail.objects.filter(pk=fresh.pk).update(state="FAILED")

    with pytest.raises(NotToSendAgain, match="tra dieci minuti"):
        send_again(item, fresh.pk, actor=anna, now=fresh.created_at + correspondence.REST - timedelta(seconds=1))
    assert send_again(item, fresh.pk, actor=anna, now=fresh.created_at + correspondence.REST).again_of == fresh
