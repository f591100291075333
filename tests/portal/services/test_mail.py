"""Messages: kept as written, delivered once, with the same identifier however often they are sent."""

import smtplib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction

from portal.models import Mail, Promise
from portal.services import mail
from portal.services.locks import Busy
from portal.services.mail import Letter
from portal.tasks import deliver_mail
from tests.portal.services.parallel import at_once

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)


class DeadServer(EmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("il server non risponde")


def letter(**changes: str) -> Letter:
    return Letter(
        **{
            "key": "application-1-submitted",
            "to": "alfa@pec.example",
            "subject": "Domanda presentata: protocollo 2020/0000001",
            "body": "Testo «accentato» perché sì",
            "about": "application:1",
        }
        | changes
    )


@pytest.mark.django_db
def test_a_message_is_kept_and_its_delivery_promised():
    mail.write([letter()], now=AT)

    row, promise = Mail.objects.get(), Promise.objects.get()
    assert (row.to, row.subject, row.state, row.created_at, row.sent_at) == (
        "alfa@pec.example", "Domanda presentata: protocollo 2020/0000001", "QUEUED", AT, None,
    )  # fmt: skip
    assert row.message_id == "<application-1-submitted@regione.example>"
    assert (promise.job, promise.arguments) == ("portal.deliver_mail", {"mail_id": row.pk})
    assert outgoing.outbox == []


@pytest.mark.django_db
def test_the_same_message_is_never_written_twice():
    mail.write([letter()], now=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        mail.write([letter(subject="Ancora")], now=AT)
    assert (Mail.objects.count(), Promise.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_message_without_an_address_is_kept_as_not_delivered_and_nothing_is_promised():
    mail.write([letter(to=""), letter(key="other")], now=AT)

    assert dict(Mail.objects.values_list("to", "state")) == {"": "FAILED", "alfa@pec.example": "QUEUED"}
    assert Promise.objects.count() == 1


@pytest.mark.django_db
def test_delivery_happens_once_with_the_identifier_of_the_message():
    mail.write([letter()], now=AT)
    row = Mail.objects.get()

    for later in (1, 2):
        mail.deliver(row.pk, now=AT + timedelta(minutes=later))

    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("SENT", AT + timedelta(minutes=1))
    [sent] = outgoing.outbox
    assert (sent.to, sent.subject, sent.body) == ([row.to], row.subject, row.body)
    assert sent.message()["Message-ID"] == row.message_id


@pytest.mark.django_db
def test_a_server_that_refuses_leaves_the_message_for_the_next_try(settings):
    mail.write([letter()], now=AT)
    row = Mail.objects.get()
    delivering, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.DeadServer"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.deliver(row.pk, now=AT)
    row.refresh_from_db()
    assert row.state == "QUEUED"

    settings.EMAIL_BACKEND = delivering
    mail.deliver(row.pk, now=AT)
    assert [sent.message()["Message-ID"] for sent in outgoing.outbox] == [row.message_id]


@pytest.mark.django_db
@pytest.mark.parametrize("deliver", [lambda: mail.deliver(987, now=AT), lambda: deliver_mail(mail_id=987)])
def test_an_id_that_nobody_has_is_one_clear_sentence(deliver):
    with pytest.raises(Mail.DoesNotExist) as unknown:
        deliver()

    assert "987" in str(unknown.value)
    assert outgoing.outbox == []


@pytest.mark.django_db
def test_a_subject_of_two_lines_cannot_add_a_header():
    mail.write([letter(subject="Domanda\nBcc: altri@pec.example")], now=AT)

    with pytest.raises(outgoing.BadHeaderError):
        mail.deliver(Mail.objects.get().pk, now=AT)
    assert outgoing.outbox == []


class SlowServer(EmailBackend):
    """Takes its time, and looks whether the database is kept waiting meanwhile."""

    def send_messages(self, messages):
        assert not connection.in_atomic_block
        time.sleep(0.3)
        return super().send_messages(messages)


def test_eight_workers_deliver_it_once(committed_db, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    mail.write([letter()], now=AT)
    mail_id = Mail.objects.get().pk

    results = at_once(8, lambda number: mail.deliver(mail_id, now=AT))

    assert {type(result) for result in results} == {type(None), Busy}
    assert len(outgoing.outbox) == 1
    assert Mail.objects.get().state == "SENT"


@pytest.fixture
def unwritable(committed_db: None) -> Iterator[None]:
    """A database that takes no message as sent."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_mail ADD CONSTRAINT unwritable CHECK (state <> 'SENT') NOT VALID")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_mail DROP CONSTRAINT IF EXISTS unwritable")


def test_a_crash_after_the_server_accepted_it_sends_it_again_with_its_identifier(unwritable):
    mail.write([letter()], now=AT)
    row = Mail.objects.get()
    with pytest.raises(IntegrityError, match="unwritable"):
        mail.deliver(row.pk, now=AT)
    row.refresh_from_db()
    assert row.state == "QUEUED"

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_mail DROP CONSTRAINT unwritable")
    mail.deliver(row.pk, now=AT)

    assert [sent.message()["Message-ID"] for sent in outgoing.outbox] == [row.message_id] * 2
    row.refresh_from_db()
    assert row.state == "SENT"


def test_a_mail_server_that_never_answers_is_given_up():
    assert outgoing.get_connection("django.core.mail.backends.smtp.EmailBackend").timeout == 20
