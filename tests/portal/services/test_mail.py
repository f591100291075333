"""Messages: kept as written, delivered once, with the same identifier however often they are sent."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier

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
@pytest.mark.parametrize("sign", ["\n", "\r\n", "\r", "\0", "\x0b", "\x85", "\u2028"])
def test_a_subject_of_two_lines_cannot_add_a_header(sign):
    mail.write([letter(subject=f"Domanda{sign}Bcc: altri@pec.example")], now=AT)

    mail.deliver(Mail.objects.get().pk, now=AT)

    [sent] = outgoing.outbox
    assert sent.subject == "Domanda Bcc: altri@pec.example"
    assert sent.message()["Bcc"] is None
    assert sent.recipients() == ["alfa@pec.example"]


@pytest.mark.django_db
def test_without_the_cleaning_the_same_subject_would_stop_the_delivery():
    """The control of the test above: the library refuses what would have been written as it came."""
    mail.write([letter()], now=AT)
    Mail.objects.update(subject="Domanda\nBcc: altri@pec.example")

    with pytest.raises(outgoing.BadHeaderError):
        mail.deliver(Mail.objects.get().pk, now=AT)
    assert Mail.objects.get().failure == "OTHER"


@pytest.mark.django_db
def test_a_very_long_subject_is_cut_where_it_fits():
    mail.write([letter(subject="Voucher di " + "Società " * 100)], now=AT)

    subject = Mail.objects.get().subject
    assert (len(subject) <= 200, subject[-1]) == (True, "…")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["alfa", "alfa@", "@pec.example", "alfa@pec.example, altri@pec.example", "alfa@pec.example\nBcc: altri@pec.example",
     "alfa @pec.example", "a" * 300 + "@pec.example", "<alfa@pec.example>", "alfa@@pec.example", "alfa@pec..example"],
)  # fmt: skip
def test_a_nonsense_address_is_kept_as_not_delivered_and_says_so(address):
    mail.write([letter(to=address)], now=AT)

    row = Mail.objects.get()
    assert (row.state, row.failure) == ("FAILED", "BAD_ADDRESS")
    assert not Promise.objects.exists()


@pytest.mark.django_db
def test_a_missing_address_says_that_it_is_missing():
    mail.write([letter(to="")], now=AT)

    assert Mail.objects.get().get_failure_display() == "manca l'indirizzo"


class Refusing(EmailBackend):
    """A server that does not know the recipient: for good (5xx), or for now (4xx)."""

    code = 550

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (self.code, b"unknown")})


class RefusingNow(Refusing):
    """A server that asks to come back later."""

    code = 450


@pytest.mark.django_db
def test_an_address_refused_for_good_is_not_tried_again(settings):
    mail.write([letter()], now=AT)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"

    mail.deliver(Mail.objects.get().pk, now=AT)

    row = Mail.objects.get()
    assert (row.state, row.failure, row.sent_at) == ("FAILED", "REFUSED", None)


@pytest.mark.django_db
def test_an_address_refused_for_now_waits_for_the_next_try(settings):
    mail.write([letter()], now=AT)
    settings.EMAIL_BACKEND = f"{__name__}.RefusingNow"

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.deliver(Mail.objects.get().pk, now=AT)
    row = Mail.objects.get()
    assert (row.state, row.failure) == ("QUEUED", "REFUSED")


@pytest.mark.django_db
def test_a_dead_server_is_the_reason_that_stays_when_the_message_is_given_up(settings):
    mail.write([letter()], now=AT)
    row = Mail.objects.get()
    delivering, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.DeadServer"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.deliver(row.pk, now=AT)
    mail.give_up(row.pk)
    row.refresh_from_db()
    assert (row.state, row.failure) == ("FAILED", "UNREACHABLE")

    settings.EMAIL_BACKEND = delivering
    mail.requeue(row.pk)
    mail.deliver(row.pk, now=AT)
    row.refresh_from_db()
    assert (row.state, row.failure, row.sent_at) == ("SENT", "", AT)


class Server(EmailBackend):
    """Remembers how it was called."""

    calls: list[dict[str, object]] = []

    def __init__(self, **options):
        super().__init__()
        self.calls.append(options)


@pytest.mark.django_db
def test_certified_and_ordinary_mail_leave_by_their_own_accounts(settings):
    settings.EMAIL_BACKEND, Server.calls = f"{__name__}.Server", []
    settings.PEC_HOST, settings.PEC_FROM = "smtps.pec.example", "ufficio@pec.regione.example"
    settings.PEC_HOST_USER, settings.PEC_HOST_PASSWORD = "ufficio", "segreta"
    mail.write([letter(), letter(key="copy", channel=Mail.Channel.EMAIL)], now=AT)

    for row in Mail.objects.order_by("pk"):
        mail.deliver(row.pk, now=AT)

    certified, ordinary = outgoing.outbox
    assert (certified.from_email, ordinary.from_email) == ("ufficio@pec.regione.example", "sportello@regione.example")
    called = [tuple(call.get(name) for name in ("host", "port", "use_ssl", "use_tls")) for call in Server.calls]
    assert called == [("smtps.pec.example", 465, True, False), (None, None, None, None)]


@pytest.mark.django_db
def test_without_a_certified_account_everything_leaves_by_the_ordinary_one():
    mail.write([letter()], now=AT)

    mail.deliver(Mail.objects.get().pk, now=AT)

    assert [sent.from_email for sent in outgoing.outbox] == ["sportello@regione.example"]


@pytest.mark.django_db
def test_the_first_receipt_says_when_a_message_was_delivered():
    mail.write([letter()], now=AT)
    row = Mail.objects.get()
    assert not mail.record_delivery(row.message_id, at=AT)  # it has not left

    mail.deliver(row.pk, now=AT)
    assert mail.record_delivery(row.message_id, at=AT + timedelta(seconds=9))
    assert not mail.record_delivery(row.message_id, at=AT + timedelta(hours=1))
    assert not mail.record_delivery("<unknown@regione.example>", at=AT)
    row.refresh_from_db()
    assert row.delivered_at == AT + timedelta(seconds=9)


@pytest.mark.django_db
def test_a_message_sent_again_is_another_message_to_the_new_address():
    mail.write([letter(to="nessuno")], now=AT)
    lost = Mail.objects.get()

    with transaction.atomic():
        fresh = mail.again(lost, to="nuova@pec.example", now=AT + timedelta(hours=1))
    mail.deliver(fresh.pk, now=AT + timedelta(hours=1))

    lost.refresh_from_db()
    assert (lost.state, lost.again) == ("FAILED", fresh)
    [sent] = outgoing.outbox
    assert (sent.to, sent.subject, sent.body) == (["nuova@pec.example"], lost.subject, lost.body)
    assert sent.message()["Message-ID"] == f"<application-1-submitted..{lost.pk}@regione.example>"
    with transaction.atomic(), pytest.raises(mail.NotToSendAgain):
        mail.again(lost, to="altra@pec.example", now=AT + timedelta(hours=2))


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["QUEUED", "SENT"])
def test_a_message_that_left_or_is_leaving_is_not_sent_again(state):
    mail.write([letter()], now=AT)
    Mail.objects.update(state=state, sent_at=AT)

    with transaction.atomic(), pytest.raises(mail.NotToSendAgain):
        mail.again(Mail.objects.get(), to="nuova@pec.example", now=AT)


@pytest.mark.django_db
def test_it_is_known_which_messages_are_written():
    mail.write([letter(), letter(key="other")], now=AT)

    assert mail.written(["other", "third"]) == {"other"}


class SlowServer(EmailBackend):
    """Answers once eight have come, here or refused, and looks whether the database is kept waiting meanwhile."""

    eight: Barrier

    def send_messages(self, messages):
        assert not connection.in_atomic_block
        self.eight.wait(timeout=60)
        return super().send_messages(messages)


def test_eight_workers_deliver_it_once(committed_db, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    SlowServer.eight = Barrier(8)
    mail.write([letter()], now=AT)
    mail_id = Mail.objects.get().pk

    def work(number: int) -> None:
        try:
            mail.deliver(mail_id, now=AT)
        except Busy:
            SlowServer.eight.wait(timeout=60)
            raise

    results = at_once(8, work)

    assert sorted(type(result).__name__ for result in results) == [*["Busy"] * 7, "NoneType"]
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
