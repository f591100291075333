"""Invitations to work for the office: one link, one use, one address, and the roles that were offered."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from applications.models import Call
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import AuditEntry, Promise, RoleGrant, StaffInvitation, User
from portal.services import staff_invitations as invitations
from portal.services.staff import NotKeeper, RoleRefused
from portal.services.staff_invitations import AccountExists, DeadLink, NotYourInvitation, TooSoon
from portal.tasks import send_staff_invitation
from tests.conftest import person
from tests.portal.services.parallel import at_once

MARTA = "marta@ufficio.example"
PASSWORD = "una frase lunga abbastanza"


@pytest.fixture
def root(db):
    """Runs the system."""
    return person("amministratore@ufficio.example", "Amministrazione", Role.SYSTEM_ADMIN)


@pytest.fixture
def invite(root, now):
    """Marta is invited as a case officer everywhere, unless told otherwise."""

    def invited(email=MARTA, name="Marta", **changes) -> StaffInvitation:
        fields = {"roles": [Role.CASE_OFFICER], "scopes": [""], "since": None, "until": None, "reason": "ordine 7"}
        return invitations.invite(email, name, **fields | {"actor": root, "now": now} | changes)

    return invited


def link_of(row: StaffInvitation, now) -> str:
    """The link as it arrives."""
    invitations.deliver(row.pk, now=now)
    found = re.search(r"/accesso/invito/([\w-]{30,})/", mail.outbox[-1].body)
    assert found
    return found[1]


def test_from_the_invitation_to_the_role(invite, root, call: Call, now):
    row = invite(scopes=[of_call(call.pk)], until=now + timedelta(days=90))
    token = link_of(row, now)
    body = mail.outbox[-1].body

    assert mail.outbox[-1].to == [MARTA]
    assert "istruttore" in body
    assert call.title in body
    user = invitations.accept_as_new(token, name="Marta", password=PASSWORD, now=now)

    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert user.roles_at(now, of_call(call.pk)) == {Role.CASE_OFFICER}
    assert user.roles_at(now) == set()
    assert user.role_grants.get().until == now + timedelta(days=90)
    acts = dict(AuditEntry.objects.filter(act__in=["user.grant_role", "staff.accept"]).values_list("act", "actor"))
    assert acts == {"user.grant_role": root.pk, "staff.accept": user.pk}
    for use in (invitations.by_token, lambda t, now: invitations.accept_as_new(t, name="x", password="x", now=now)):
        with pytest.raises(DeadLink):
            use(token, now)


def test_only_the_hash_is_kept(invite, now):
    row = invite()
    token = link_of(row, now)
    row.refresh_from_db()

    assert row.token_sha256 == invitations.hashed(token)
    assert token not in str(list(StaffInvitation.objects.values())) + str(list(Promise.objects.values()))
    assert token not in str(list(AuditEntry.objects.values()))


def test_the_link_lives_fourteen_days_and_not_an_instant_more(invite, now):
    token = link_of(invite(), now)
    end = now + timedelta(days=14)

    assert invitations.by_token(token, end - timedelta.resolution)
    with pytest.raises(DeadLink):
        invitations.by_token(token, end)


@pytest.mark.parametrize("what", ["withdrawn", "sent again", "roles over", "inviter gone", "never was"])
def test_a_link_is_dead_when(what, invite, root, now):
    row = invite(until=now + timedelta(days=2) if what == "roles over" else None)
    token, at = link_of(row, now), now + timedelta(minutes=11)
    if what == "withdrawn":
        invitations.withdraw(row, actor=root, now=at)
    elif what == "sent again":
        assert link_of(invitations.send_again(row, actor=root, now=at), at) != token
    elif what == "roles over":
        at = now + timedelta(days=2)
    elif what == "inviter gone":
        root.role_grants.update(until=at)
    else:
        token = "mai-esistito"

    with pytest.raises(DeadLink):
        invitations.by_token(token, at)
    with pytest.raises(DeadLink):
        invitations.accept_as_new(token, name="Marta", password=PASSWORD, now=at)
    assert not User.objects.filter(email=MARTA).exists()


def test_who_has_an_account_accepts_with_it(invite, anna, bruno, now):
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    EmailAddress.objects.create(user=bruno, email=bruno.email, verified=True, primary=True)
    row = invite(anna.email.upper())
    token = link_of(row, now)

    assert invitations.has_account(row)
    with pytest.raises(AccountExists):
        invitations.accept_as_new(token, name="Anna", password=PASSWORD, now=now)
    with pytest.raises(NotYourInvitation):
        invitations.accept(token, actor=bruno, now=now)
    assert not RoleGrant.objects.filter(role=Role.CASE_OFFICER).exists()

    invitations.accept(token, actor=anna, now=now)
    assert User.objects.get(pk=anna.pk).roles_at(now) == {Role.CASE_OFFICER}


def test_an_address_that_was_not_proved_accepts_nothing(invite, anna, now):
    EmailAddress.objects.create(user=anna, email=anna.email, verified=False, primary=True)
    token = link_of(invite(anna.email), now)

    with pytest.raises(NotYourInvitation):
        invitations.accept(token, actor=anna, now=now)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"email": "marta"}, "email", "indirizzo e-mail completo"),
        ({"email": "a" * 250 + "@b.it"}, "email", "indirizzo e-mail"),
        ({"email": "amministratore@ufficio.example"}, "email", "È il tuo indirizzo"),
        ({"name": " "}, "name", "nome e cognome"),
        ({"reason": ""}, "reason", "Scrivi il motivo"),
        ({"roles": []}, "roles", "almeno un ruolo"),
        ({"scopes": ["call:0"]}, "scopes", "per quali avvisi"),
    ],
)
def test_what_cannot_be_invited_is_refused_with_its_field(changes, field, said, invite):
    with pytest.raises(RoleRefused, match=said) as refused:
        invite(**changes)

    assert refused.value.field == field
    assert not StaffInvitation.objects.exists()


def test_a_colleague_is_not_invited_again(invite, carla):
    with pytest.raises(RoleRefused, match="Carla lavora già per l'ufficio"):
        invite(carla.email)


def test_the_last_invitation_counts(invite, now):
    first = invite()
    token = link_of(first, now)
    second = invite(roles=[Role.AUDITOR])

    assert list(invitations.waiting()) == [second]
    with pytest.raises(DeadLink):
        invitations.by_token(token, now)


@pytest.mark.parametrize("who", ["anna", "carla", "elena", "dario", "ivo"])
def test_only_who_runs_the_system_invites(who, invite, request, now):
    other = request.getfixturevalue(who)
    row = invite()
    with pytest.raises(NotKeeper):
        invite("altra@ufficio.example", actor=other)
    for act in (invitations.send_again, invitations.withdraw):
        with pytest.raises(NotKeeper):
            act(row, actor=other, now=now + timedelta(hours=1))


def test_ten_minutes_between_two_sendings_and_nothing_after_the_end(invite, root, now):
    row = invite()
    with pytest.raises(TooSoon):
        invitations.send_again(row, actor=root, now=now + timedelta(minutes=9))
    invitations.withdraw(row, actor=root, now=now)
    for act in (invitations.send_again, invitations.withdraw):
        with pytest.raises(DeadLink):
            act(row, actor=root, now=now + timedelta(hours=1))


def test_the_job_sends_once_and_says_when_it_could_not(invite, now):
    row = invite()
    promise = Promise.objects.get(job="portal.send_staff_invitation")
    send_staff_invitation(**promise.arguments)
    invitations.deliver(row.pk, now=now)

    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.sent_at
    other = invite("altra@ufficio.example")
    invitations.not_delivered(other.pk)
    assert StaffInvitation.objects.get(pk=other.pk).is_undelivered


def test_a_link_used_twice_at_once_makes_one_account(committed_db, invite, now):
    token = link_of(invite(), now)

    results = at_once(2, lambda n: invitations.accept_as_new(token, name="Marta", password=PASSWORD, now=now))

    assert User.objects.filter(email=MARTA).count() == RoleGrant.objects.filter(user__email=MARTA).count() == 1
    assert sum(isinstance(item, DeadLink | AccountExists) for item in results) == 1
