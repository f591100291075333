"""Failed promises opened again by a person: by key or all, told in the register, with their messages."""

import smtplib
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from portal.models import AuditEntry, Mail, Promise
from portal.services import jobs, mail, outbox
from portal.tasks import deliver_mail

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)


class DeadServer(EmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("il server non risponde")


def command(*words: str) -> str:
    """What `manage.py retry_promises` answers."""
    out = StringIO()
    call_command("retry_promises", *words, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def failed(db) -> list[Promise]:
    """Three promises that failed, and one that was kept."""
    outbox.promise_many([outbox.Wanted("portal.deliver_mail", key, {"mail_id": 1}) for key in "abcd"], now=AT)
    Promise.objects.update(state="FAILED", attempts=jobs.GIVE_UP_AFTER, error="il server non risponde")
    Promise.objects.filter(key="d").update(state="DONE", done_at=AT)
    return list(Promise.objects.filter(state="FAILED").order_by("pk"))


def states() -> str:
    return " ".join(Promise.objects.order_by("key").values_list("state", flat=True))


def test_some_are_tried_again_by_their_key(failed):
    assert command("--key", "a", "--key", "c", "--key", "d") == "Lavori da ritentare: 2."

    assert states() == "PENDING FAILED PENDING DONE"
    assert set(Promise.objects.filter(state="PENDING").values_list("attempts", flat=True)) == {0}
    assert list(AuditEntry.objects.order_by("number").values_list("act", "target", "detail")) == [
        ("promise.retry", f"promise:{row.pk}", {"job": row.job, "key": row.key}) for row in (failed[0], failed[2])
    ]


def test_all_that_failed_are_tried_again_once(failed):
    assert command("--all-failed") == "Lavori da ritentare: 3."
    assert states() == "PENDING PENDING PENDING DONE"

    assert command("--all-failed") == "Lavori da ritentare: 0."
    assert AuditEntry.objects.count() == 3


def test_a_key_that_nobody_failed_at_is_one_clear_sentence(failed):
    with pytest.raises(CommandError, match=r"^Nessun lavoro non riuscito ha la chiave d, z\.$"):
        command("--key", "d", "--key", "z")

    assert states() == "FAILED FAILED FAILED DONE"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("words", [(), ("--key", "a", "--all-failed")])
def test_what_to_try_again_must_be_said(words, failed):
    with pytest.raises(CommandError):
        command(*words)

    assert states() == "FAILED FAILED FAILED DONE"


def test_they_are_hinted_at_once(failed, monkeypatch, django_capture_on_commit_callbacks):
    sent: list[int] = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda *args, headers, **other: sent.append(headers["promise"]))

    with django_capture_on_commit_callbacks(execute=True):
        outbox.retry(["b"], actor=None, now=AT)

    assert sent == [failed[1].pk]


def test_a_message_says_that_it_was_given_up_and_that_it_leaves_again(db, settings):
    mail.write([mail.Letter("k", "alfa@pec.example", "Oggetto", "Testo", "application:1")], now=AT)
    row, promise = Mail.objects.get(), Promise.objects.get()
    delivering, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.DeadServer"
    for state in ["QUEUED"] * (jobs.GIVE_UP_AFTER - 1) + ["FAILED"]:
        deliver_mail.apply(kwargs={"mail_id": row.pk}, headers={"promise": promise.pk})
        row.refresh_from_db()
        assert row.state == state

    settings.EMAIL_BACKEND = delivering
    outbox.retry([promise.key], actor=None, now=AT)
    row.refresh_from_db()
    assert row.state == "QUEUED"

    deliver_mail.apply(kwargs={"mail_id": row.pk}, headers={"promise": promise.pk})
    row.refresh_from_db()
    assert row.state == "SENT"
    assert len(outgoing.outbox) == 1
