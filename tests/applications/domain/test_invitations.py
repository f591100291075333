"""Invitations to act for a firm: one link, one use, one address."""

import re
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError
from django.db.models import QuerySet

from applications.domain import firms, invitation_delivery, invitations, mandates
from applications.domain.invitations import MOST_A_DAY, AlreadyMember, DeadLink, NotYourInvitation, TooSoon
from applications.domain.mandates import NotForOffice, NotForYou
from applications.models import Firm, FirmMember, Invitation
from applications.rules.facts import BadAnswers
from applications.rules.mandates import Scope
from portal.models import AuditEntry, Promise, User
from tests.applications.domain.test_firms import GOOD
from tests.conftest import Desk, FirmMaker
from tests.portal.services.parallel import at_once

NOW = datetime.fromisoformat("2020-04-02T12:30:00+02:00")


def proven(user: User, address: str = "") -> User:
    """A person whose address is verified."""
    EmailAddress.objects.create(user=user, email=address or user.email, verified=True, primary=not address)
    return user


def invited(firm: Firm, by: User, email: str = "bruno@impresa.example", **typed: Any) -> Invitation:
    """An invitation to fill in."""
    return invitations.invite(firm, {"email": email, "scopes": ["FILL"]} | typed, actor=by, now=NOW)


def link_of(item: Invitation, now: datetime = NOW) -> str:
    """The link as it arrives."""
    invitation_delivery.deliver(item.pk, now=now)
    found = re.search(r"/inviti/([\w-]{30,})/", mail.outbox[-1].body)
    assert found
    return found[1]


def test_the_invited_person_acts_for_the_firm_within_what_was_offered(firm: Firm, anna: User, bruno: User) -> None:
    item = invited(firm, anna, until="31/12/2020")
    token = link_of(item)
    member = invitations.accept(invitations.by_token(token, NOW), actor=proven(bruno), now=NOW)

    assert (member.role, member.scopes, member.given_by) == ("DELEGATE", ["FILL"], anna)
    assert member.until == datetime.fromisoformat("2021-01-01T00:00:00+01:00")
    assert mail.outbox[-1].to == ["bruno@impresa.example"]
    assert "fino al 31 dicembre 2020 compreso" in mail.outbox[-1].body
    with pytest.raises(DeadLink):
        invitations.by_token(token, NOW)
    with pytest.raises(DeadLink):
        invitations.accept(item, actor=bruno, now=NOW)


def test_the_link_is_kept_nowhere(firm: Firm, anna: User) -> None:
    item = invited(firm, anna)
    token = link_of(item)
    kept = [
        *Invitation.objects.values_list("token_sha256", flat=True),
        *(str(row) for row in Promise.objects.values()),
        *(str(row) for row in AuditEntry.objects.values()),
    ]

    assert not [text for text in kept if token in text]


def test_a_delivery_that_runs_twice_sends_one_message(firm: Firm, anna: User) -> None:
    item = invited(firm, anna)
    token = link_of(item)
    invitation_delivery.deliver(item.pk, now=NOW)

    assert len(mail.outbox) == 1
    assert invitations.by_token(token, NOW) == item


@pytest.mark.parametrize("death", ["cancelled", "sent again", "too old", "mandate over"])
def test_a_dead_link_opens_nothing(death: str, firm: Firm, anna: User, bruno: User) -> None:
    item = invited(firm, anna, until="05/04/2020" if death == "mandate over" else "")
    token, now = link_of(item), NOW
    if death == "cancelled":
        invitations.cancel(item, actor=anna, now=NOW)
    elif death == "sent again":
        invitations.send_again(item, actor=anna, now=NOW + timedelta(minutes=10))
    else:
        now += timedelta(days=14)
    with pytest.raises(DeadLink):
        invitations.by_token(token, now)
    if death != "sent again":
        with pytest.raises(DeadLink):
            invitations.accept(item, actor=proven(bruno), now=now, token=token)

    assert not FirmMember.objects.filter(user=bruno).exists()


@pytest.mark.parametrize("address", ["", "unverified", "another"])
def test_only_the_verified_address_accepts(address: str, firm: Firm, anna: User, bruno: User) -> None:
    item = invited(firm, anna)
    if address == "unverified":
        EmailAddress.objects.create(user=bruno, email=bruno.email, verified=False, primary=True)
    elif address == "another":
        proven(bruno, "altro@impresa.example")
    token = link_of(item)

    with pytest.raises(NotYourInvitation) as error:
        invitations.accept(invitations.by_token(token, NOW), actor=bruno, now=NOW, token=token)
    assert firm.name not in str(error.value)
    assert not FirmMember.objects.filter(user=bruno).exists()


def test_the_office_cannot_be_a_delegate_and_the_invitation_does_not_tell_who_works_there(
    firm: Firm, anna: User, carla: User
) -> None:
    item = invited(firm, anna, carla.email)

    with pytest.raises(NotForOffice):
        invitations.accept(item, actor=proven(carla), now=NOW)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "non è un indirizzo"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a\r\nBcc: b@c.it"}, "email"),
        ({"email": f"{'a' * 300}@studio.example"}, "email"),
        ({"email": "anna@impresa.example"}, "email"),
        ({"email": "ANNA@impresa.example "}, "email"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["FILL", "EVERYTHING"]}, "scopes"),
        ({"until": "domani"}, "until"),
        ({"until": "01/04/2020"}, "until"),
        ({"until": "01/01/2031"}, "until"),
    ],
)
def test_nonsense_is_refused_in_words(typed: dict[str, Any], field: str, firm: Firm, anna: User) -> None:
    with pytest.raises(BadAnswers) as error:
        invitations.invite(firm, {"email": "x@y.example", "scopes": ["FILL"]} | typed, actor=anna, now=NOW)

    assert list(error.value.problems) == [field]
    assert not Invitation.objects.exists()


def test_the_same_invitation_asked_again_is_one_and_another_for_the_same_address_waits(firm: Firm, anna: User) -> None:
    assert invited(firm, anna) == invited(firm, anna, "BRUNO@impresa.example")
    with pytest.raises(BadAnswers) as error:
        invited(firm, anna, scopes=["SUBMIT"])

    assert "annullalo" in error.value.problems["email"]


def test_who_acts_for_the_firm_is_not_invited_again(firm: Firm, anna: User, bruno: User) -> None:
    invitations.accept(invited(firm, anna), actor=proven(bruno), now=NOW)
    with pytest.raises(BadAnswers):
        invited(firm, anna, scopes=["SUBMIT"])


def test_only_the_representative_invites_cancels_and_sends_again(firm: Firm, anna: User, bruno: User) -> None:
    item = invited(firm, anna, "x@studio.example")
    FirmMember.objects.create(firm=firm, user=bruno, role="DELEGATE", since=NOW)
    for act in (invitations.cancel, invitations.send_again):
        with pytest.raises(NotForYou):
            act(item, actor=bruno, now=NOW + timedelta(hours=1))
    with pytest.raises(NotForYou):
        invited(firm, bruno, "y@studio.example")


def test_an_invitation_is_not_sent_again_at_once(firm: Firm, anna: User) -> None:
    with pytest.raises(TooSoon):
        invitations.send_again(invited(firm, anna), actor=anna, now=NOW + timedelta(minutes=9))


def test_twenty_invitations_wait_at_most(firm: Firm, anna: User) -> None:
    for number in range(20):
        invited(firm, anna, f"p{number}@studio.example")

    with pytest.raises(BadAnswers):
        invited(firm, anna, "p20@studio.example")


def test_a_delegate_who_registers_a_firm_stays_a_delegate_and_the_firm_may_take_it_in_hand(
    anna: User, bruno: User
) -> None:
    now = datetime.now(NOW.tzinfo)
    firm = firms.register_firm(GOOD | {"capacity": "DELEGATE", "scopes": ["FILL"]}, actor=bruno, now=now)
    member = firm.members.get()
    assert (member.role, member.scopes, member.given_by) == ("DELEGATE", ["FILL"], None)

    token = link_of(Invitation.objects.get(), now)
    assert mail.outbox[-1].to == [firm.pec]
    assert "dovrà caricare la procura firmata" in mail.outbox[-1].body
    item = invitations.by_token(token, now)
    with pytest.raises(NotYourInvitation):
        invitations.accept(item, actor=proven(anna), now=now)
    invitations.accept(item, actor=anna, now=now, token=token)
    mandates.revoke(member, actor=anna, now=now + timedelta(seconds=1))

    assert mandates.standing(anna, firm.pk, now).scopes == frozenset(Scope)


@pytest.mark.parametrize("typed", [{"capacity": ""}, {"capacity": "DELEGATE"}, {"capacity": "SYSTEM"}])
def test_registering_says_in_which_capacity(typed: dict[str, Any], anna: User) -> None:
    with pytest.raises(BadAnswers) as error:
        firms.register_firm(GOOD | typed, actor=anna, now=datetime.now(NOW.tzinfo))

    assert set(error.value.problems) <= {"capacity", "scopes"}


def test_the_representative_does_not_become_a_delegate(firm: Firm, anna: User) -> None:
    item = invited(firm, anna, "altra@impresa.example")
    with pytest.raises(AlreadyMember):
        invitations.accept(item, actor=proven(anna, "altra@impresa.example"), now=NOW)


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Firms and invitations are read without holding them, and everybody has read before anybody writes."""
    held, save = QuerySet.select_for_update, FirmMember.save
    all_have_read = Barrier(6)

    def unheld(rows: Any, **how: Any) -> Any:
        return rows.all() if rows.model in (Firm, Invitation) else held(rows, **how)

    def slow_save(member: FirmMember, **how: Any) -> None:
        all_have_read.wait(timeout=60)
        save(member, **how)

    def slow_make(*about: Any) -> Invitation:
        all_have_read.wait(timeout=60)
        return made(*about)

    made = invitations._made
    monkeypatch.setattr(QuerySet, "select_for_update", unheld)
    monkeypatch.setattr(FirmMember, "save", slow_save)
    monkeypatch.setattr(invitations, "_made", slow_make)


def invite_at_once(firm: Firm, by: User) -> list[Any]:
    """Six hands invite the same address: what each was given, or the error."""
    return at_once(6, lambda number: invited(firm, by).pk)


@pytest.mark.usefixtures("committed_db")
def test_two_invitations_at_once_for_one_address_are_one(desk: Desk, firm: Firm, anna: User) -> None:
    made = invite_at_once(firm, anna)

    assert len(set(made)) == 1
    assert Invitation.objects.count() == 1


@pytest.mark.usefixtures("committed_db", "desk")
def test_without_the_lock_invitations_at_once_run_into_each_other(firm: Firm, anna: User, no_lock: None) -> None:
    made = invite_at_once(firm, anna)

    assert len([one for one in made if isinstance(one, IntegrityError)]) == 5


def accept_at_once(item: Invitation, by: User) -> list[Any]:
    """Six hands use the same invitation: what each was given, or the error."""
    return at_once(6, lambda number: invitations.accept(item, actor=by, now=NOW).pk)


@pytest.mark.usefixtures("committed_db")
def test_a_link_used_twice_at_once_makes_one_mandate(desk: Desk, firm: Firm, anna: User, bruno: User) -> None:
    made = accept_at_once(invited(firm, anna), proven(bruno))

    assert len([one for one in made if isinstance(one, int)]) == 1
    assert len([one for one in made if isinstance(one, DeadLink)]) == 5
    assert FirmMember.objects.filter(user=bruno).count() == 1


@pytest.mark.usefixtures("committed_db", "desk")
def test_without_the_lock_a_link_used_at_once_is_stopped_by_the_database_alone(
    firm: Firm, anna: User, bruno: User, request: pytest.FixtureRequest
) -> None:
    item = invited(firm, anna)
    request.getfixturevalue("no_lock")

    made = accept_at_once(item, proven(bruno))

    assert len([one for one in made if isinstance(one, IntegrityError)]) == 5


def test_cancelling_makes_no_room_for_more_letters_in_a_day(firm: Firm, anna: User) -> None:
    for number in range(MOST_A_DAY):
        invitations.cancel(invited(firm, anna, f"estraneo{number}@impresa.example"), actor=anna, now=NOW)

    with pytest.raises(BadAnswers, match="già mandato 50 inviti in un giorno"):
        invited(firm, anna, "ancora@impresa.example")
    tomorrow = NOW + timedelta(days=1)
    typed = {"email": "ancora@impresa.example", "scopes": ["FILL"]}
    assert invitations.invite(firm, typed, actor=anna, now=tomorrow).email == "ancora@impresa.example"


def test_nobody_is_written_to_more_than_three_times_in_a_day(firm: Firm, make_firm: FirmMaker, anna: User) -> None:
    invitations.cancel(invited(firm, anna), actor=anna, now=NOW)
    item = invited(firm, anna)
    invitations.send_again(item, actor=anna, now=NOW + timedelta(hours=1))

    with pytest.raises(TooSoon, match="già partiti tre inviti"):
        invitations.send_again(item, actor=anna, now=NOW + timedelta(hours=2))
    invitations.cancel(item, actor=anna, now=NOW)
    with pytest.raises(BadAnswers, match="già partiti tre inviti"):
        invited(firm, anna)
    assert invited(firm, anna, "altra@impresa.example")
    assert invited(make_firm(anna), anna)
