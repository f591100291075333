"""The demonstration on the open call: every state once, terms that run, the rest of the portal as it was."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from applications.domain.cross_checks import signs_of
from applications.models import Application, Call, FirmMember, PaymentAccount
from applications.rules.cross_checks import Likeness
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import ROME
from portal.kernel.roles import Role
from portal.services.demo import DemoForbidden
from tests.conftest import CALL_FILE
from vouchers.domain.publishing import publish
from vouchers.models import Award, Decree, MoneyAct
from vouchers.replay.demo import SLUG, NothingToShow, show
from vouchers.rules.call_file import read_call
from vouchers.rules.states import AwardState

NOW = datetime(2026, 11, 21, 10, tzinfo=ROME)


@pytest.fixture
def second(call: Call) -> Call:
    """The open call beside the real one."""
    text = CALL_FILE.with_name("lavoro_agile_prova.toml").read_text(encoding="utf-8")
    return publish(read_call(text), now=NOW).call


def test_the_consultant_has_a_firm_in_every_state(second: Call) -> None:
    assert show(now=NOW) == 13

    firms = FirmMember.objects.filter(user__email="consulente@studio.example", role=Role.DELEGATE).values("firm")
    states = Counter(Application.objects.filter(firm__in=firms).values_list("status", flat=True))
    awards = Counter(Award.objects.values_list("status", flat=True))
    assert firms.count() == 12
    once = set(ApplicationState) - {ApplicationState.PROPOSED_REJECTION}
    assert states == Counter({str(state): 1 for state in once}) + Counter({"ADMITTED": 3})
    assert awards == Counter(
        {str(s): 1 for s in (AwardState.ACCEPTED, AwardState.GRANTED, AwardState.RESERVED, AwardState.WAITING)}
    )


def test_two_firms_with_a_voucher_gave_the_same_account_and_the_dossier_finds_it(second: Call) -> None:
    show(now=NOW)

    first, other = Application.objects.filter(award__grant_decree__isnull=False).select_related("firm")
    (iban,) = set(PaymentAccount.objects.values_list("iban", flat=True))

    assert iban[5:10] == "99999"
    assert {row.firm_id for row in PaymentAccount.objects.all()} == {first.firm_id, other.firm_id}
    found = {sign.likeness: [hit.application for hit in sign.hits] for sign in signs_of(first)}
    assert found[Likeness.IBAN] == [other.pk]


def test_anna_has_a_draft(second: Call) -> None:
    show(now=NOW)

    draft = Application.objects.get(call=second, created_by__email="anna@impresa.example")

    assert (draft.status, draft.guided) == (ApplicationState.DRAFT, True)
    assert "declared" not in draft.answers


def test_nothing_is_in_the_future_and_no_term_has_expired(second: Call) -> None:
    show(now=NOW)

    items = Application.objects.filter(call=second)
    instants = [event.at for item in items for event in item.events.all()]
    asked = items.get(status=ApplicationState.INTEGRATION).integrations.get()
    noticed = items.get(status=ApplicationState.REJECTION_NOTICE).notices.get()
    granted = Award.objects.get(status=AwardState.GRANTED)
    assert second.windows.get().opens_at < min(instants) < max(instants) < NOW
    assert asked.due_at > NOW + timedelta(days=10)
    assert noticed.due_at > NOW + timedelta(days=5)
    assert granted.acceptance_due_at is not None
    assert granted.acceptance_due_at > NOW + timedelta(days=15)


def test_protocols_have_no_gaps_and_the_books_are_in_order(second: Call) -> None:
    show(now=NOW)

    numbers = Application.objects.exclude(protocol_number=None).order_by("submitted_at")
    assert list(numbers.values_list("protocol_number", flat=True)) == list(range(1, 12))
    for command in ("verify_ledger", "verify_register", "verify_audit"):
        call_command(command, stdout=StringIO())


def test_again_it_changes_nothing(second: Call) -> None:
    show(now=NOW)
    before = Application.objects.count(), Award.objects.count(), Decree.objects.count()

    assert show(now=NOW + timedelta(days=1)) == 0
    assert (Application.objects.count(), Award.objects.count(), Decree.objects.count()) == before


def test_the_other_call_is_left_alone(second: Call, call: Call) -> None:
    due = list(MoneyAct.objects.filter(call=call).values_list("code", "applied_at"))

    show(now=NOW)

    assert not Application.objects.filter(call=call).exists()
    assert list(MoneyAct.objects.filter(call=call).values_list("code", "applied_at")) == due


def test_an_hour_after_the_opening_there_is_time_enough(second: Call) -> None:
    assert show(now=second.windows.get().opens_at + timedelta(hours=1)) == 13


def test_after_the_closing_there_is_nothing_to_show(second: Call) -> None:
    with pytest.raises(NothingToShow, match="non è aperto: nessuna domanda dimostrativa"):
        show(now=second.windows.get().closes_at)
    assert not Application.objects.exists()


def test_the_command_without_the_call(call: Call) -> None:
    with pytest.raises(CommandError, match="Nessun avviso si chiama"):
        call_command("demo")


@override_settings(DEMO_ACCOUNTS_ALLOWED=False)
def test_production_refuses(second: Call) -> None:
    with pytest.raises(DemoForbidden):
        show(now=NOW)
    assert not Application.objects.exists()


def test_the_command_tells_what_it_did(second: Call) -> None:
    show(now=NOW)
    out = StringIO()

    call_command("demo", stdout=out)

    assert out.getvalue() == f"Avviso «{SLUG}»: le domande dimostrative ci sono già.\n"


def test_a_database_that_lived_under_the_first_terms_takes_the_new_ones(call: Call) -> None:
    file = read_call(CALL_FILE.with_name("lavoro_agile_prova.toml").read_text(encoding="utf-8"))
    publish(replace(file, versions=file.versions[:1]), now=NOW)
    show(now=NOW)

    published = publish(file, now=NOW)

    assert published.new_versions == (2,)
    assert {item.terms.version for item in Application.objects.filter(call=published.call).exclude(terms=None)} == {1}
    assert show(now=NOW) == 0
