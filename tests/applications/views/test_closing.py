"""Withdrawing: three clicks, the effect shown, nothing done before the last one."""

import pytest
from django.test import Client

from applications.domain import drafting, review
from applications.models import Application, Firm
from portal.models import User
from tests.applications.answering import today
from tests.conftest import Desk


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def test_reason_effect_confirmation_and_only_then_the_act(anna_in: Client, anna: User, desk: Desk, firm: Firm) -> None:
    item = today(desk).in_review(firm)
    here = f"/domande/{item.pk}/ritiro/"
    assert f'href="{here}"' in anna_in.get(f"/domande/{item.pk}/").content.decode()

    first = anna_in.get(here).content.decode()
    assert "perde il suo posto nella coda" in first
    assert "Puoi presentarne un'altra fino al" in first
    second = anna_in.post(here, {"motivo": "Cambiamo sede"}).content.decode()
    assert "Ritira definitivamente" in second
    assert "Cambiamo sede" in second
    assert Application.objects.get(pk=item.pk).status == "IN_REVIEW"
    anna_in.post(here, {"motivo": "Cambiamo sede", "conferma": "si"})

    item.refresh_from_db()
    assert item.status == "WITHDRAWN"
    assert item.events.get(event="withdraw").reason == "Cambiamo sede"
    assert drafting.draft(item.call, firm, actor=anna, now=desk.tick()).status == "DRAFT"


def test_without_a_reason_nothing_happens(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = today(desk).in_review(firm)

    page = anna_in.post(f"/domande/{item.pk}/ritiro/", {"motivo": " ", "conferma": "si"}).content.decode()

    assert "Errore:" in page
    assert "basta una frase" in page
    assert Application.objects.get(pk=item.pk).status == "IN_REVIEW"


def test_twice_is_once_and_a_draft_is_not_withdrawn(
    anna_in: Client, desk: Desk, firm: Firm, make_firm: object, anna: User
) -> None:
    item, draft = today(desk).submit(firm), desk.draft(make_firm(anna))  # type: ignore[operator]
    for _again in range(2):
        anna_in.post(f"/domande/{item.pk}/ritiro/", {"motivo": "x", "conferma": "si"})
    anna_in.post(f"/domande/{draft.pk}/ritiro/", {"motivo": "x", "conferma": "si"})

    assert item.events.filter(event="withdraw").count() == 1
    assert Application.objects.get(pk=draft.pk).status == "DRAFT"


def test_with_the_desk_closed_the_page_says_so(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = today(desk).submit(firm)
    item.call.windows.filter(number=3).delete()

    assert "Lo sportello adesso è chiuso" in anna_in.get(f"/domande/{item.pk}/ritiro/").content.decode()


def test_an_unanswered_request_whose_term_has_passed_is_not_withdrawn(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm)
    review.request_integration(item, ["DURC"], actor=desk.officer, now=desk.tick())

    response = anna_in.post(f"/domande/{item.pk}/ritiro/", {"motivo": "x", "conferma": "si"})

    assert response["Location"] == f"/domande/{item.pk}/"
    assert Application.objects.get(pk=item.pk).status == "REJECTED"
