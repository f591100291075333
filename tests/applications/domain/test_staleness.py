"""A draft that lacked nothing is looked at again when what it was judged by changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import drafting, firms, readiness
from applications.models import Application, Firm, Site
from portal.models import User
from tests.applications.domain.test_firms import SITE
from tests.conftest import CALL_FILE, FIRST_DAY, LONG_AGO, Desk, good_answers
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call


@pytest.fixture
def ready(desk: Desk, firm: Firm) -> Application:
    """A draft that somebody found without any fault."""
    draft = desk.draft(firm)
    readiness.remember(draft, True)
    assert readiness.is_ready(Application.objects.get(pk=draft.pk))
    return draft


def still_ready(draft: Application) -> bool:
    return readiness.is_ready(Application.objects.get(pk=draft.pk))


def corrected(firm: Firm, actor: User, **typed: Any) -> None:
    firms.saved(firm, typed, "firm.update", actor, timezone.now())


def with_a_site(firm: Firm, actor: User) -> None:
    firms.save_site(firm, None, SITE, actor=actor, now=timezone.now())


def without_a_site(firm: Firm, actor: User) -> None:
    site = Site.objects.filter(firm=firm).first()
    assert site is not None
    firms.remove_site(firm, site, actor=actor, now=timezone.now())


CHANGES: dict[str, Callable[[Firm, User], None]] = {
    "activity": lambda firm, actor: corrected(firm, actor, ateco="01.11.00"),
    "address": lambda firm, actor: corrected(firm, actor, pec="altra@pec.example"),
    "a site more": with_a_site,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_the_firm_makes_its_drafts_be_judged_again(change, ready, firm, anna) -> None:
    change(firm, anna)

    assert not still_ready(ready)


def test_a_site_taken_away_makes_them_be_judged_again(ready, firm, anna) -> None:
    with_a_site(firm, anna)
    readiness.remember(Application.objects.get(pk=ready.pk), True)

    without_a_site(firm, anna)

    assert not still_ready(ready)


def test_saving_the_same_data_or_another_firm_changes_nothing(ready, firm, other_firm, anna) -> None:
    corrected(firm, anna, ateco=firm.ateco)
    corrected(other_firm, anna, ateco="01.11.00")

    assert still_ready(ready)


def test_new_terms_make_the_drafts_of_the_call_be_judged_again(firm: Firm, anna: User) -> None:
    text = CALL_FILE.read_text(encoding="utf-8")
    older = read_call(text[: text.rindex("[[terms]]")])
    call = publish(older, now=LONG_AGO).call
    draft = drafting.draft(call, firm, actor=anna, now=FIRST_DAY, answers=good_answers())
    readiness.remember(draft, True)
    publish(older, now=FIRST_DAY)
    assert still_ready(draft)

    publish(read_call(text), now=FIRST_DAY)

    assert not still_ready(draft)
