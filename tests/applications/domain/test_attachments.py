"""Files of a draft: received one by one, replaced, taken away; limits, antivirus, who may."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from applications.domain import attachments, forms_to_sign, scanning
from applications.domain.attachments import NotAsked, NotOpenable, Sent, Untouchable
from applications.domain.drafting import NotForYou
from applications.models import Application, Attachment, Firm
from applications.rules import attachments as rules
from applications.tasks import scan_waiting
from portal.models import AuditEntry, Document, Promise, User
from portal.services import documents
from tests.conftest import Desk
from tests.portal.services.clamd import VIRUS, clamd
from tests.portal.services.files.papers import pdf

PAPER = pdf()


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test stay in its own folder."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    settings.CLAMD_ADDRESS = ""
    return tmp_path


@pytest.fixture
def draft(desk: Desk, firm: Firm) -> Application:
    """A draft that asks for A and B."""
    return desk.draft(firm)


def give(draft: Application, actor: User, now: datetime, *files: tuple[str, bytes | None], **more: Any) -> list[Any]:
    code = more.pop("code", "EQUIPMENT_LIST")
    sent = [Sent(name, data) for name, data in files]
    return attachments.receive(draft, code, sent, actor=actor, now=now, **more)


def test_the_documents_are_those_the_answers_call_for(draft: Application, now: datetime) -> None:
    def codes(**answers: Any) -> list[str]:
        draft.answers = answers
        return [one.code for one in attachments.documents_asked(draft, now)]

    assert codes() == ["APPLICATION_FORM", "DE_MINIMIS_DECLARATION"]
    assert codes(actions=["A", "B"])[-1] == "EQUIPMENT_LIST"
    assert "MANDATE" in codes(signed_by_delegate=True)
    assert "SITE_COMMITMENT" in codes(site_to_open=True)
    assert codes(actions="B", site_to_open="no") == ["APPLICATION_FORM", "DE_MINIMIS_DECLARATION"]


def test_one_refused_file_never_costs_the_others(draft: Application, anna: User, now: datetime) -> None:
    files = (("a.pdf", PAPER), ("virus.exe", b"MZ"), ("grande.pdf", None), ("vuoto.pdf", b""), ("b.pdf", PAPER))
    outcomes = give(draft, anna, now, *files)

    assert [bool(one.attachment) for one in outcomes] == [True, False, False, False, True]
    assert "programma" in outcomes[1].refusal
    assert "supera i 20 MB" in outcomes[2].refusal
    assert "è vuoto" in outcomes[3].refusal
    assert [one.document.name for one in attachments.live(draft)] == ["a.pdf", "b.pdf"]
    kept = attachments.live(draft)[0]
    assert documents.read(kept.document) == PAPER
    assert (kept.scan, kept.scanned_at, kept.received_from) == (Attachment.Scan.NOT_SCANNED, None, anna)
    assert AuditEntry.objects.filter(act="attachment.receive").count() == 2


def test_the_same_file_sent_again_after_a_lost_answer_is_one(draft: Application, anna: User, now: datetime) -> None:
    [first], [again], [renamed], [other] = (
        give(draft, anna, now, file)
        for file in (("a.pdf", PAPER), ("a.pdf", PAPER), ("b.pdf", PAPER), ("a.pdf", PAPER + b"\n"))
    )

    assert first.attachment == again.attachment
    assert [one.pk for one in attachments.live(draft)] == [one.attachment.pk for one in (first, renamed, other)], (
        "another name, or another content, is another file"
    )
    attachments.remove(draft, first.attachment.pk, actor=anna, now=now)
    [back] = give(draft, anna, now, ("a.pdf", PAPER))
    assert back.attachment != first.attachment, "what was taken away may be sent anew"


def test_replacing_and_taking_away_keep_the_bytes(draft: Application, anna: User, now: datetime) -> None:
    first = give(draft, anna, now, ("a.pdf", PAPER))[0].attachment
    refused = give(draft, anna, now, ("x.exe", b"MZ"), instead_of=first.pk)[0]
    assert refused.refusal
    assert [one.pk for one in attachments.live(draft)] == [first.pk]

    second = give(draft, anna, now, ("b.pdf", PAPER), instead_of=first.pk)[0].attachment
    assert [one.pk for one in attachments.live(draft)] == [second.pk]
    assert "non c'è più" in give(draft, anna, now, ("c.pdf", PAPER), instead_of=first.pk)[0].refusal

    later = now + timedelta(minutes=1)
    attachments.remove(draft, second.pk, actor=anna, now=later)
    again = attachments.remove(draft, second.pk, actor=anna, now=later + timedelta(minutes=1))
    assert (again.removed_at, again.removed_by) == (later, anna)
    assert attachments.live(draft) == []
    assert Document.objects.filter(kind="attachment").count() == 2
    with pytest.raises(NotAsked):
        attachments.remove(draft, 999_999, actor=anna, now=now)


def test_what_is_not_asked_is_not_taken(draft: Application, anna: User, now: datetime) -> None:
    for code in ("MANDATE", "PLAN", "", "x"):
        with pytest.raises(NotAsked):
            give(draft, anna, now, ("a.pdf", PAPER), code=code)


def test_only_who_acts_for_the_firm_and_only_on_a_draft(
    draft: Application, desk: Desk, other_firm: Firm, anna: User, bruno: User, carla: User, now: datetime
) -> None:
    mine = give(draft, anna, now, ("a.pdf", PAPER))[0].attachment
    for stranger in (bruno, carla):
        with pytest.raises(NotForYou):
            give(draft, stranger, now, ("a.pdf", PAPER))
        with pytest.raises(NotForYou):
            attachments.remove(draft, mine.pk, actor=stranger, now=now)
        with pytest.raises(NotForYou):
            forms_to_sign.ask_form(draft, actor=stranger, now=now)
    submitted = desk.submit(other_firm)
    with pytest.raises(Untouchable):
        give(submitted, bruno, desk.at, ("a.pdf", PAPER))
    with pytest.raises(NotAsked):
        attachments.to_open(submitted, mine.pk)


def test_an_application_has_its_limit(
    draft: Application, anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 2 * len(PAPER) + 10)
    outcomes = give(draft, anna, now, *((f"{n}.pdf", PAPER) for n in range(3)))
    assert [bool(one.attachment) for one in outcomes] == [True, True, False]
    assert "200 MB" in outcomes[2].refusal

    replaced = give(draft, anna, now, ("d.pdf", PAPER), instead_of=outcomes[0].attachment.pk)
    assert replaced[0].attachment
    assert rules.MOST_BYTES == 200 * 1024 * 1024


def test_a_virus_is_refused_and_an_antivirus_that_is_down_is_waited_for(
    draft: Application, anna: User, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    sick = pdf(lambda file: file.docinfo.__setitem__("/Subject", VIRUS.decode()))
    settings.CLAMD_ADDRESS = "unix:///nowhere"
    waiting = give(draft, anna, now, ("a.pdf", PAPER), ("b.pdf", sick))
    assert [one.attachment.scan for one in waiting] == [Attachment.Scan.WAITING] * 2
    with pytest.raises(NotOpenable):
        attachments.to_open(draft, waiting[0].attachment.pk)
    assert len(scanning.scan_waiting(draft, now=now)) == 2

    with clamd(tmp_path / "c") as (_daemon, settings.CLAMD_ADDRESS):
        assert scanning.scan_waiting(draft, now=now) == []
        refused, clean = give(draft, anna, now, ("c.pdf", sick), ("d.pdf", PAPER))
    assert "ha trovato un virus (Eicar-Test)" in refused.refusal
    assert (clean.attachment.scan, clean.attachment.scanned_at) == (Attachment.Scan.CLEAN, now)
    assert attachments.to_open(draft, waiting[0].attachment.pk).scan == Attachment.Scan.CLEAN
    with pytest.raises(NotOpenable):
        attachments.to_open(draft, waiting[1].attachment.pk)
    assert AuditEntry.objects.filter(act="attachment.infected").count() == 1


def test_the_clock_asks_again_for_what_waits_the_oldest_first_and_stops_while_nobody_answers(
    draft: Application, anna: User, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    settings.CLAMD_ADDRESS = "unix:///nowhere"
    waiting = give(draft, anna, now, ("a.pdf", PAPER), ("b.pdf", PAPER[:-1] + b"\n"), ("c.pdf", PAPER + b"\n"))
    taken_away = waiting.pop().attachment
    attachments.remove(draft, taken_away.pk, actor=anna, now=now)
    Application.objects.filter(pk=draft.pk).update(ready_version=draft.version)
    (job,) = [row for row in settings.CELERY_BEAT_SCHEDULE.values() if row["task"] == scan_waiting.name]
    assert job["schedule"] <= timedelta(minutes=5)

    scan_waiting()
    assert scanning.rescan(now=now) == 2
    assert Application.objects.get().ready_version == draft.version
    with clamd(tmp_path / "c") as (_daemon, settings.CLAMD_ADDRESS):
        scan_waiting()

    scans = dict(Attachment.objects.values_list("pk", "scan"))
    assert [scans[one.attachment.pk] for one in waiting] == [Attachment.Scan.CLEAN] * 2
    assert scans[taken_away.pk] == Attachment.Scan.WAITING
    assert Application.objects.get().ready_version is None
    rows = AuditEntry.objects.filter(act="attachment.scan").order_by("number")
    assert [row.detail["attachment"] for row in rows] == [one.attachment.pk for one in waiting]
    assert scanning.rescan(now=now) == 0


def test_the_paper_follows_the_answers(draft: Application, anna: User, now: datetime) -> None:
    first = forms_to_sign.ask_form(draft, actor=anna, now=now)
    assert forms_to_sign.ask_form(draft, actor=anna, now=now + timedelta(hours=1)) == first
    assert Promise.objects.filter(job="applications.render_form").count() == 1

    draft.answers = draft.answers | {"headcount": 11}
    assert forms_to_sign.form_of(draft, now) is None
    second = forms_to_sign.ask_form(draft, actor=anna, now=now)
    assert second != first
    draft.answers = draft.answers | {"signed": False}
    assert forms_to_sign.form_of(draft, now) == second
