"""Letters that wait together: put off, called off before they leave, never both called off and sent."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections, transaction

from portal.models import Mail, Promise
from portal.services import mail, outbox
from portal.services.mail import Held, Hold, Letter

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(minutes=10)
HOLD = Hold("bulk:7", LATER)


def written(about: str = "application:1") -> Mail:
    return mail.write([Letter(f"k-{about}", "alfa@pec.example", "x", "x", about)], now=AT, hold=HOLD)[0]


def call_off(now: datetime, about: str = "application:1") -> bool:
    with transaction.atomic():
        return mail.call_off("bulk:7", [about], now=now)


@pytest.mark.django_db
def test_a_held_letter_does_not_leave_before_its_time() -> None:
    row = written()

    assert Promise.objects.get().next_try_at == LATER
    assert outbox.reconcile(LATER - timedelta(seconds=1)) == 0
    with pytest.raises(Held):
        mail.deliver(row.pk, now=AT)
    mail.deliver(row.pk, now=LATER)
    assert len(outgoing.outbox) == 1


@pytest.mark.django_db
def test_put_off_they_wait_longer_all_together() -> None:
    rows = [written("application:1"), written("application:2")]

    assert mail.hold_until("bulk:7", LATER + timedelta(hours=1), now=AT) == 2
    with pytest.raises(Held):
        mail.deliver(rows[0].pk, now=LATER)
    assert {row.next_try_at for row in Promise.objects.all()} == {LATER + timedelta(hours=1)}
    assert mail.hold_until("bulk:8", AT, now=AT) == 0


@pytest.mark.django_db
def test_called_off_it_never_leaves() -> None:
    row = written()
    other = written("application:2")

    assert call_off(AT)
    mail.deliver(row.pk, now=LATER)
    mail.deliver(other.pk, now=LATER)

    assert [item.to for item in outgoing.outbox] == [[other.to]]
    assert Mail.objects.get(pk=row.pk).state == "CANCELLED"


@pytest.mark.django_db
def test_what_left_or_may_leave_now_is_not_called_off() -> None:
    row = written()

    assert not call_off(LATER)
    mail.deliver(row.pk, now=LATER)
    assert not call_off(AT)
    assert Mail.objects.get().state == "SENT"


class SlowServer(EmailBackend):
    """A server that answers when told."""

    asked, answer = Event(), Event()

    def send_messages(self, messages):
        SlowServer.asked.set()
        assert SlowServer.answer.wait(60)
        return super().send_messages(messages)


@pytest.fixture
def while_it_leaves(committed_db: None, settings) -> tuple[Mail, Thread]:
    """A letter in the hands of the server, which has not answered yet."""
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    SlowServer.asked.clear()
    SlowServer.answer.clear()
    row = written()

    def send() -> None:
        try:
            mail.deliver(row.pk, now=LATER)
        finally:
            connections.close_all()

    thread = Thread(target=send)
    thread.start()
    assert SlowServer.asked.wait(60)
    return row, thread


def test_a_letter_in_the_hands_of_the_server_has_left(while_it_leaves: tuple[Mail, Thread]) -> None:
    row, thread = while_it_leaves

    called_off = call_off(AT)  # a clock that is behind: by its hour the letter could still be called off
    SlowServer.answer.set()
    thread.join(60)

    assert not called_off
    assert Mail.objects.get(pk=row.pk).state == "SENT"


def test_control_without_the_lock_a_letter_is_called_off_and_sent(
    while_it_leaves: tuple[Mail, Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    _row, thread = while_it_leaves
    monkeypatch.setattr(mail, "is_free", lambda what: True)

    called_off = call_off(AT)
    SlowServer.answer.set()
    thread.join(60)

    assert called_off
    assert len(outgoing.outbox) == 1  # somebody was told what the office took back
