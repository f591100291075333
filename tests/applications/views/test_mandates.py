"""The pages of mandates: what one sees, what one may not, and what ends at the next request."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications import permissions
from applications.domain import drafting, invitations, mandates
from applications.models import Application, Call, Firm, FirmMember, Invitation
from applications.rules.mandates import Scope
from portal.models import User
from tests.applications.domain.test_invitations import link_of
from tests.refusals import assert_missing


def delegate(firm: Firm, user: User, *scopes: Scope) -> FirmMember:
    """Somebody's delegate since an hour."""
    since = timezone.now() - timedelta(hours=1)
    return FirmMember.objects.create(firm=firm, user=user, role="DELEGATE", scopes=list(scopes), since=since)


@pytest.fixture
def bruno_in(client: Client, bruno: User) -> Client:
    EmailAddress.objects.create(user=bruno, email=bruno.email, verified=True, primary=True)
    client.force_login(bruno)
    return client


@pytest.fixture
def anna_in(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def test_a_link_leads_from_the_mail_to_the_firm(
    firm: Firm, anna: User, bruno_in: Client, anna_in: Client, bruno: User
) -> None:
    sent = {"email": bruno.email, "scopes": ["FILL", "UPLOAD"], "until": ""}
    anna_in.post(f"/imprese/{firm.pk}/deleghe/", sent)
    token = link_of(Invitation.objects.get(), timezone.now())
    page = bruno_in.get(f"/imprese/inviti/{token}/").content.decode()
    assert "Anna ti invita" in page
    assert "senza scadenza" in page
    assert "Carica e toglie i documenti" in page

    answer = bruno_in.post(f"/imprese/inviti/{token}/", follow=True)
    assert "Da adesso agisci per Alfa S.r.l.<" in re.sub(r"\s+<", "<", answer.content.decode()), "one full stop"
    assert bruno_in.get(f"/imprese/inviti/{token}/").status_code == 410
    assert len(mail.outbox) == 1


def test_another_account_learns_nothing_of_the_firm(firm: Firm, anna: User, bruno_in: Client) -> None:
    typed = {"email": "altra@studio.example", "scopes": ["FILL"]}
    item = invitations.invite(firm, typed, actor=anna, now=timezone.now())
    for method in (bruno_in.get, bruno_in.post):
        page = method(f"/imprese/inviti/{link_of(item, timezone.now())}/").content.decode()
        assert "mandato a un altro indirizzo" in page
        assert firm.name not in page
        Invitation.objects.update(sent_at=None)
    assert bruno_in.get(f"/imprese/inviti/{item.pk}/").status_code == 404


def test_a_revoked_delegate_is_out_at_the_next_request(
    firm: Firm, anna: User, bruno: User, bruno_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = delegate(firm, bruno, *Scope)
    assert firm.name in bruno_in.get(f"/imprese/{firm.pk}/").content.decode()
    mandates.revoke(member, actor=anna, now=timezone.now())
    assert_missing(bruno_in.get(f"/imprese/{firm.pk}/"), firm.name, firm.tax_code)

    # With the check of the end off, the delegate still gets in.
    monkeypatch.setattr(permissions, "memberships_at", lambda user, now: FirmMember.objects.filter(user=user))
    assert firm.name in bruno_in.get(f"/imprese/{firm.pk}/").content.decode()


def test_what_the_mandate_does_not_cover_is_hidden_and_refused_in_words(
    firm: Firm, bruno: User, bruno_in: Client
) -> None:
    delegate(firm, bruno, Scope.UPLOAD)
    page = bruno_in.get(f"/imprese/{firm.pk}/").content.decode()
    assert "/modifica/" not in page
    assert "/sedi/nuova/" not in page

    answer = bruno_in.post(f"/imprese/{firm.pk}/sedi/nuova/", {"address": "Via Prima 1"})
    assert answer.status_code == 403
    assert "La tua delega non comprende la compilazione" in answer.content.decode()
    assert not firm.sites.exists()


def test_a_delegate_neither_invites_nor_revokes(firm: Firm, bruno: User, bruno_in: Client) -> None:
    member = delegate(firm, bruno, *Scope)
    base = f"/imprese/{firm.pk}/deleghe/"
    assert "Manda l'invito" not in bruno_in.get(base).content.decode()
    assert bruno_in.post(base, {"email": "x@y.example", "scopes": ["FILL"]}).status_code == 404
    assert bruno_in.post(f"{base}{member.pk}/revoca/").status_code == 404
    assert not Invitation.objects.exists()


def test_a_delegate_gives_the_mandate_back_and_the_last_representative_stays(
    firm: Firm, bruno: User, bruno_in: Client, anna_in: Client
) -> None:
    delegate(firm, bruno, *Scope)
    bruno_in.post(f"/imprese/{firm.pk}/deleghe/lascia/")
    page = anna_in.post(f"/imprese/{firm.pk}/deleghe/lascia/").content.decode()

    assert bruno_in.get(f"/imprese/{firm.pk}/").status_code == 404
    assert "Sei l&#x27;unica persona" in page
    assert anna_in.get(f"/imprese/{firm.pk}/").status_code == 200


def test_the_acts_are_listed_with_a_constant_number_of_queries(
    firm: Firm, call: Call, bruno: User, anna_in: Client
) -> None:
    delegate(firm, bruno, *Scope)
    item: Application = drafting.draft(call, firm, actor=bruno, now=timezone.now())
    address = f"/imprese/{firm.pk}/deleghe/"
    with CaptureQueriesContext(connection) as one:
        page = anna_in.get(address).content.decode()
    assert "ha iniziato una domanda" in page
    for number in range(30):
        drafting.save_answers(
            item, "piano", typed={"a": str(number)}, read=lambda typed, answers: answers, seen=99, page="p",
            actor=bruno, now=timezone.now(),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = anna_in.get(address).content.decode()

    assert page.count("ha scritto una pagina della domanda") == 25
    assert "Pagina 1 di 2" in page
    assert len(many) == len(one) < 15
