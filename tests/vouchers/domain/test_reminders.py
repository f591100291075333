"""The term to accept a voucher: told a week and a day before, to who has not accepted."""

from datetime import timedelta

from portal.models import Mail
from vouchers.domain import reminders, terminations


def told() -> list[str]:
    sent = Mail.objects.filter(channel="EMAIL", message_id__contains="-acceptance-").order_by("pk")
    return [mail.message_id.split("@")[0].split("-")[-2] for mail in sent]


def test_a_granted_voucher_is_reminded_a_week_and_a_day_before(desk, firm):
    award = desk.granted(firm)
    end = award.acceptance_due_at

    for before in (timedelta(days=7, minutes=1), timedelta(days=7), timedelta(hours=24), timedelta(0)):
        reminders.remind(end - before)
        reminders.remind(end - before)

    assert told() == ["7d", "24h"]
    assert "il silenzio comporta la decadenza" in Mail.objects.latest("pk").body


def test_a_voucher_accepted_meanwhile_is_not_reminded(desk, firm, anna):
    award = desk.granted(firm)
    terminations.accept(award, actor=anna, now=desk.tick())

    assert reminders.remind(award.acceptance_due_at - timedelta(days=1)) == 0
    assert told() == []


def test_a_voucher_renounced_meanwhile_is_not_reminded(desk, firm, anna):
    award = desk.granted(firm)
    terminations.renounce(award, actor=anna, reason_code="BURDEN", now=desk.tick())

    assert reminders.remind(award.acceptance_due_at - timedelta(days=1)) == 0
