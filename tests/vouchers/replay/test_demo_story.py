"""The demonstration on the open call, lived once: every state, terms that run, files, work for two officers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from applications.domain import assignment, conflicts
from applications.domain.cross_checks import signs_of
from applications.models import Application, Attachment, Call, FirmMember, PaymentAccount
from applications.rules.cross_checks import Likeness
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import ROME
from portal.kernel.roles import Role
from portal.models import User
from portal.services import absences
from tests.conftest import CALL_FILE
from vouchers.domain.publishing import publish
from vouchers.models import Award, Decree, MoneyAct
from vouchers.replay.demo import SLUG, show
from vouchers.rules.call_file import read_call
from vouchers.rules.states import AwardState

NOW = datetime(2026, 11, 21, 10, tzinfo=ROME)
SECOND = CALL_FILE.with_name("lavoro_agile_prova.toml")


class EndOfStory(Exception):
    """Rolls the story back."""


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The demonstration lived once until `NOW`, beside the real call; how many applications it made."""
    trusted = override_settings(TRUST_ROOTS=tmp_path_factory.mktemp("trust"))
    with django_db_blocker.unblock(), trusted, suppress(EndOfStory), transaction.atomic():
        for file in (CALL_FILE, SECOND):
            publish(read_call(file.read_text(encoding="utf-8")), now=NOW)
        yield show(now=NOW)
        raise EndOfStory


@pytest.fixture
def lived(story: int, db: None) -> Call:
    """The open call with its story."""
    return Call.objects.get(slug=SLUG)


def test_the_consultant_has_a_firm_in_every_state(story: int, lived: Call) -> None:
    assert story == 15

    firms = FirmMember.objects.filter(user__email="consulente@studio.example", role=Role.DELEGATE).values("firm")
    states = Counter(Application.objects.filter(firm__in=firms).values_list("status", flat=True))
    awards = Counter(Award.objects.values_list("status", flat=True))
    assert firms.count() == 12
    once = set(ApplicationState) - {ApplicationState.PROPOSED_REJECTION}
    assert states == Counter({str(state): 1 for state in once}) + Counter({"ADMITTED": 3})
    assert awards == Counter(
        {str(s): 1 for s in (AwardState.ACCEPTED, AwardState.GRANTED, AwardState.RESERVED, AwardState.WAITING)}
    )


def test_two_firms_with_a_voucher_gave_the_same_account_and_the_dossier_finds_it(lived: Call) -> None:
    first, other = Application.objects.filter(award__grant_decree__isnull=False).select_related("firm")
    (iban,) = set(PaymentAccount.objects.values_list("iban", flat=True))

    assert iban[5:10] == "99999"
    assert {row.firm_id for row in PaymentAccount.objects.all()} == {first.firm_id, other.firm_id}
    found = {sign.likeness: [hit.application for hit in sign.hits] for sign in signs_of(first)}
    assert found[Likeness.IBAN] == [other.pk]


def test_anna_has_a_draft(lived: Call) -> None:
    draft = Application.objects.get(call=lived, created_by__email="anna@impresa.example")

    assert (draft.status, draft.guided) == (ApplicationState.DRAFT, True)
    assert "declared" not in draft.answers


def test_nothing_is_in_the_future_and_no_term_has_expired(lived: Call) -> None:
    items = Application.objects.filter(call=lived)
    instants = [event.at for item in items for event in item.events.all()]
    asked = items.get(status=ApplicationState.INTEGRATION).integrations.get()
    noticed = items.get(status=ApplicationState.REJECTION_NOTICE).notices.get()
    granted = Award.objects.get(status=AwardState.GRANTED)
    assert lived.windows.get().opens_at < min(instants) < max(instants) < NOW
    assert asked.due_at > NOW + timedelta(days=10)
    assert noticed.due_at > NOW + timedelta(days=5)
    assert granted.acceptance_due_at is not None
    assert granted.acceptance_due_at > NOW + timedelta(days=15)


def test_protocols_have_no_gaps_and_the_books_are_in_order(lived: Call) -> None:
    numbers = Application.objects.exclude(protocol_number=None).order_by("submitted_at")
    assert list(numbers.values_list("protocol_number", flat=True)) == list(range(1, 14))
    for command in ("verify_ledger", "verify_register", "verify_audit"):
        call_command(command, stdout=StringIO())


def test_again_it_changes_nothing(lived: Call) -> None:
    before = Application.objects.count(), Award.objects.count(), Decree.objects.count()

    assert show(now=NOW + timedelta(days=1)) == 0
    assert (Application.objects.count(), Award.objects.count(), Decree.objects.count()) == before


def test_the_other_call_is_left_alone(lived: Call) -> None:
    other = Call.objects.exclude(pk=lived.pk).get()

    assert not Application.objects.filter(call=other).exists()
    assert set(MoneyAct.objects.filter(call=other).values_list("applied_at", flat=True)) == {None}


def test_the_command_tells_what_it_did(lived: Call) -> None:
    out = StringIO()

    call_command("demo", stdout=out)

    assert out.getvalue() == f"Avviso «{SLUG}»: le domande dimostrative ci sono già.\n"


def held_by(who: str, status: str) -> list[Application]:
    """The applications of the open call in somebody's hands in a state."""
    return list(Application.objects.filter(officer__email=f"{who}@ufficio.example", status=status).order_by("pk"))


def test_each_officer_finds_a_day_of_work(lived: Call) -> None:
    assert len(held_by("carla", "IN_REVIEW")) == 2
    assert len(held_by("carla", "SUBMITTED")) == 1
    (theirs,) = held_by("istruttrice", "IN_REVIEW")
    carla, colleague = (User.objects.get(email=f"{who}@ufficio.example") for who in ("carla", "istruttrice"))
    over = assignment.take_over(theirs, actor=carla, reason="Ferie.", now=NOW)
    assert over.officer == carla
    passed = held_by("carla", "SUBMITTED")[0]
    conflicts.declare_conflict(passed.firm, actor=carla, reason="Parentela.", now=NOW)
    assert held_by("istruttrice", "SUBMITTED") == [passed]
    tomorrow = NOW + timedelta(days=1)
    absences.declare(carla, substitute=colleague, since=NOW, until=tomorrow, reason="Ferie.", actor=carla, now=NOW)
    assert absences.absent_at(NOW) == {carla.pk: colleague.pk}


def signatures_on(item: Application) -> dict[str, tuple[str, str, str]]:
    """State, codice fiscale and day of the signature on each file that has one."""
    return {
        row.code: (one["state"], one["tax_code"], one["signed_at"][:10])
        for row in Attachment.objects.filter(application=item)
        for one in (row.signatures or {}).get("signatures", ())
    }


def check_signatures() -> None:
    """Of what Carla has in hand: good under review, not verifiable on what is to be taken in charge."""
    for item in held_by("carla", "IN_REVIEW"):
        code, day = item.firm.representative_tax_code, f"{item.submitted_at:%Y-%m-%d}"
        found = signatures_on(item)
        assert "DE_MINIMIS_DECLARATION" in found
        assert {(state, who) for state, who, _day in found.values()} == {("VALID", code)}
        assert {signed <= day for _state, _who, signed in found.values()} == {True}
    waiting = held_by("carla", "SUBMITTED")[0]
    assert {state for state, _who, _day in signatures_on(waiting).values()} == {"UNVERIFIABLE"}


def test_files_are_there_with_signatures_good_and_not_verifiable(lived: Call) -> None:
    check_signatures()
    assert [item.attachments.count() for item in held_by("carla", "IN_REVIEW")] == [3, 2]
    assert all(row.form for row in Attachment.objects.filter(code="APPLICATION_FORM"))
    assert set(Attachment.objects.values_list("format", flat=True)) == {"pdf", "p7m"}
