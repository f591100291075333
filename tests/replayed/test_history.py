"""What the history leaves behind: the published figures, whole records, and no line ever overspent."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Sum

from applications.models import Application, Call, FirmMember
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail, Promise
from vouchers.models import Allocation, Award, AwardEvent, Decree, LedgerEntry
from vouchers.replay.figures import targets
from vouchers.rules.ledger import Balance, Kind
from vouchers.rules.states import AwardState

pytestmark = pytest.mark.slow
VERIFICATIONS = ("verify_ledger", "verify_register", "verify_audit", "recompute --all")


def test_the_published_figures(replayed: Call) -> None:
    figures = targets()
    live = Award.objects.filter(status=AwardState.ACCEPTED)
    granted = AwardEvent.objects.filter(event="grant").values("subject").distinct().count()
    ended = Award.objects.filter(status__in=[AwardState.RENOUNCED, AwardState.FORFEITED]).count()
    by_size = {
        row["application__size_class"]: (row["count"], row["amount"])
        for row in live.values("application__size_class").annotate(count=Count("pk"), amount=Sum("calculation__total"))
    }

    assert Application.objects.exclude(submitted_at=None).count() == figures.submitted == 1_001
    assert (granted, ended, live.count()) == (884, 120, 764)
    assert live.filter(application__path="COVID").count() == figures.covid == 379
    assert live.aggregate(sum=Sum("calculation__total"))["sum"] == Decimal("10705500.00")
    assert by_size == {name: (size.count, size.amount) for name, size in figures.by_size.items()}


def test_no_line_is_overspent_at_any_instant(replayed: Call) -> None:
    for line in Allocation.objects.all():
        balance = Balance()
        for entry in line.entries.order_by("pk"):
            balance = balance.moved(Kind(entry.kind), entry.amount)  # raises when a bucket is short
        assert balance == line.balance
        assert balance.appropriated == line.appropriated


def test_the_waiting_list_moved(replayed: Call) -> None:
    waited = set(AwardEvent.objects.filter(event="queue").values_list("subject", flat=True))
    served = set(AwardEvent.objects.filter(event="reserve", source="WAITING").values_list("subject", flat=True))

    assert waited
    assert served == waited


def test_nothing_was_written_past_the_acts(replayed: Call) -> None:
    events = AwardEvent.objects.count()
    assert AuditEntry.objects.filter(act__startswith="award.").exclude(act="award.cor").count() == events
    assert not Award.objects.filter(events__isnull=True).exists()
    assert not Application.objects.filter(events__isnull=True).exists()


def test_annexes_add_up_to_the_ledger(replayed: Call) -> None:
    for decree in Decree.objects.filter(kind=Decree.Kind.GRANT):
        moved = LedgerEntry.objects.filter(decree=decree, kind=Kind.COMMIT).aggregate(sum=Sum("amount"))["sum"]
        rows = decree.snapshot["facts"]["rows"]["A"]
        assert sum(Decimal(row["total"]) for row in rows) == moved


@pytest.mark.parametrize("command", VERIFICATIONS)
def test_the_records_are_whole(replayed: Call, command: str) -> None:
    call_command(*command.split(), stdout=StringIO())


TAMPERING = {
    "verify_ledger": "UPDATE vouchers_ledgerentry SET amount = amount + 1 WHERE kind = 'COMMIT' AND id % 97 = 0",
    "verify_register": "UPDATE applications_application SET snapshot = '{}' WHERE protocol_number = 7",
    "verify_audit": "UPDATE portal_auditentry SET detail = '{}' WHERE number = 1000",
    "recompute --all": "UPDATE vouchers_calculation SET total = total + 1 WHERE id % 50 = 0",
}


@pytest.mark.parametrize("command", VERIFICATIONS)
def test_tampering_is_found(replayed: Call, command: str, triggers_off: "object") -> None:
    triggers_off(TAMPERING[command])

    with pytest.raises(CommandError, match=r"problemi|non tornano"):
        call_command(*command.split(), stdout=StringIO(), stderr=StringIO())


def test_a_second_replay_is_refused(replayed: Call) -> None:
    with pytest.raises(CommandError, match="ha già delle domande"):
        call_command("replay", "smart-working-2020", stdout=StringIO())
    out = StringIO()
    call_command("replay", "smart-working-2020", "--if-empty", stdout=out)
    assert "la storia c'è già" in out.getvalue()


def test_the_letters_of_the_story_left_in_its_time(replayed: Call) -> None:
    """Whoever tries the portal that has just begun does not wait behind the post of two years."""
    letters = Mail.objects.all()
    assert letters.count() > 5_000
    assert not letters.filter(state=Mail.State.QUEUED).exists()
    assert not letters.exclude(sent_at=F("created_at")).filter(state=Mail.State.SENT).exists()
    assert not Promise.objects.filter(job="portal.deliver_mail", state=Promise.State.PENDING).exists()
    assert Promise.objects.filter(job="vouchers.render_decree", state=Promise.State.PENDING).exists()


def test_the_consultant_of_the_demonstration_has_no_part_in_the_story(replayed: Call) -> None:
    assert not FirmMember.objects.filter(user__email="consulente@studio.example").exists()
    assert FirmMember.objects.filter(role=Role.DELEGATE).exists()
