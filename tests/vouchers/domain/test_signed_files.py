"""The digital signature of a decree's file: put once, on the very PDF; until then nobody is told and no term runs."""

import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pytest_django import Settings

from portal.models import Document, Mail, Promise, User
from portal.services import documents, jobs
from portal.services.signatures import trial_key
from portal.services.signatures.key import KeyUnusable
from tests.conftest import Desk, FirmMaker
from tests.portal.services.files.papers import pdf
from tests.portal.services.files.signing import Authority, Signer
from tests.portal.services.parallel import at_once
from vouchers.documents import decrees as papers
from vouchers.domain import decrees, drafts, expiry, leaving, reminders, signed_files, signing, terminations
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.reductions import reduce
from vouchers.domain.signed_files import NotTheDecree, NotToSign
from vouchers.models import Award, Decree
from vouchers.rules.signed_files import is_named, told
from vouchers.tasks import render_decree, sign_decree

NOW = datetime.now(UTC)
DARIO = "CNTDRA70A01F205X"
Decided = Callable[[str], Decree]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("firme"))


@pytest.fixture(scope="module")
def pen(authority: Authority) -> Signer:
    """What Dario signs with, away from the portal."""
    return authority.signer("Dario Conti", DARIO)


@pytest.fixture(autouse=True)
def trusted(settings: Settings, tmp_path: Path, authority: Authority) -> Path:
    """The portal trusts the authority of the tests and that of the trial key, which is configured."""
    settings.TRUST_ROOTS = tmp_path / "trust"
    settings.SIGNING_KEY, settings.SIGNING_KEY_PASSWORD = str(tmp_path / "chiave.p12"), "prova"
    trial_key.make(tmp_path / "chiave.p12", settings.TRUST_ROOTS / "prova.pem", password="prova", now=NOW)
    (settings.TRUST_ROOTS / "autorita.pem").write_bytes(authority.root_pem())
    return tmp_path


@pytest.fixture
def decided(desk: Desk, make_firm: FirmMaker, anna: User, settings: Settings) -> Decided:
    """A grant of two firms decided by the signatory, its PDF made, where decrees are signed in some way."""

    def make(how: str) -> Decree:
        settings.DECREE_SIGNATURE = how
        for _ in range(2):
            desk.admitted(make_firm(anna))
        desk.fund()
        decree = desk.sign()
        render_decree(decree_id=decree.pk)
        return Decree.objects.get(pk=decree.pk)

    return make


def told_firms() -> int:
    return Mail.objects.filter(subject__endswith="voucher concesso").count()


def original(decree: Decree) -> bytes:
    assert decree.document is not None
    return documents.read(decree.document)


def written() -> tuple[object, ...]:
    """What a refused file must leave as it was."""
    return (
        list(Decree.objects.values("signed_document", "signatures", "status")),
        list(Award.objects.order_by("pk").values()),
        Document.objects.count(),
        Mail.objects.count(),
        Promise.objects.count(),
    )


def test_the_key_signs_the_very_pdf_and_then_the_letters_leave(decided: Decided, tmp_path: Path) -> None:
    decree = decided("key")
    assert decree.is_held
    assert told_firms() == 0
    promise = Promise.objects.get(job="vouchers.sign_decree")
    assert promise.arguments == {"decree_id": decree.pk}

    sign_decree(decree_id=decree.pk)
    first = Decree.objects.get(pk=decree.pk)
    sign_decree(decree_id=decree.pk)  # a second delivery finds it signed

    again = Decree.objects.get(pk=decree.pk)
    assert again.signed_document_id == first.signed_document_id
    assert told_firms() == 2
    assert first.signed_document is not None
    data = documents.read(first.signed_document)
    assert data.startswith(original(decree))
    report = signed_files.report_of(first)
    assert report is not None
    assert report.same_content
    assert told(report.signatures[0]).startswith(f"{trial_key.SIGNER}, ")
    assert told(report.signatures[0]).endswith("firma valida.")
    assert first.events.filter(event="attach", actor=None).count() == 1
    if shutil.which("pdfsig"):
        (tmp_path / "decreto.pdf").write_bytes(data)
        said = subprocess.run(["pdfsig", tmp_path / "decreto.pdf"], capture_output=True, text=True).stdout
        assert "Signature is Valid" in said
        assert "Total document signed" in said


def test_the_pdf_is_the_same_bytes_whoever_signs_it(decided: Decided) -> None:
    decree = decided("upload")
    content = papers.content_of(decree.snapshot)
    at = datetime.fromisoformat(decree.snapshot["facts"]["signed_at"])

    again = papers.to_pdf(content, sha256=decree.snapshot_sha256, signed_at=at, data=decree.snapshot)

    assert again == original(decree)


def test_a_key_that_does_not_open_leaves_the_decree_waiting_with_its_reason(
    decided: Decided, trusted: Path, settings: Settings, desk: Desk
) -> None:
    decree = decided("key")
    before = written()
    good, settings.SIGNING_KEY_PASSWORD = settings.SIGNING_KEY_PASSWORD, "sbagliata"

    with pytest.raises(KeyUnusable, match="la password è sbagliata"):
        sign_decree(decree_id=decree.pk)
    assert written() == before
    jobs.give_up(Promise.objects.get(job="vouchers.sign_decree"), "KeyUnusable: la password è sbagliata")
    settings.SIGNING_KEY_PASSWORD = good
    signed_files.ask_key(decree, actor=desk.signatory, now=desk.tick())
    assert Promise.objects.get(job="vouchers.sign_decree").state == "PENDING"
    sign_decree(decree_id=decree.pk)
    assert told_firms() == 2


@pytest.mark.parametrize("how", ["pades", "p7m", "both"])
def test_the_file_signed_elsewhere_is_taken(decided: Decided, pen: Signer, desk: Desk, how: str) -> None:
    decree = decided("upload")
    assert not Promise.objects.filter(job="vouchers.sign_decree").exists()
    data = {"pades": pen.pades, "p7m": pen.p7m, "both": lambda plain: pen.p7m(pen.pades(plain))}[how](original(decree))

    taken = signed_files.receive(decree, data, actor=desk.signatory, now=NOW)

    assert taken.signed_document is not None
    assert taken.signed_document.name == "decreto-2020-1-firmato.pdf" + ("" if how == "pades" else ".p7m")
    assert documents.read(taken.signed_document) == data
    assert told_firms() == 2
    report = signed_files.report_of(taken)
    assert report is not None
    assert all(f"Dario Conti ({DARIO})" in told(one) for one in report.signatures)
    assert is_named(report, "Dario")
    assert not is_named(report, "Elena")
    with pytest.raises(NotToSign, match="non si sostituisce"):
        signed_files.receive(decree, data, actor=desk.signatory, now=NOW)


def edited(data: bytes) -> bytes:
    """The same PDF with its first page cut smaller, by one more revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"][2] = generic.NumberObject(300)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def touched(envelope: bytes, inside: bytes) -> bytes:
    """The envelope with one bit of what it carries turned."""
    at = envelope.index(inside[:500]) + 250
    return envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]


def test_what_is_not_this_decree_well_signed_is_refused_in_words(
    decided: Decided, authority: Authority, pen: Signer, desk: Desk
) -> None:
    decree = decided("upload")
    plain, before = original(decree), written()
    expired = authority.signer("Dario Conti", DARIO, days=30)
    p7m, whole = pen.p7m(plain), pen.pades(plain)
    bad = {
        "another decree": (pen.pades(pdf()), "non è questo decreto"),
        "another decree in an envelope": (pen.p7m(pdf()), "non è questo decreto"),
        "edited, then signed": (pen.pades(edited(plain)), "non è questo decreto"),
        "signed, then edited": (edited(pen.pades(plain)), "non è"),
        "unsigned": (plain, "non è firmato"),
        "unsigned, edited": (edited(plain), "non è questo decreto"),
        "expired": (expired.pades(plain), "è scaduto, o non è ancora valido"),
        "expired in an envelope": (expired.p7m(plain), "è scaduto, o non è ancora valido"),
        "without its content": (pen.p7m(plain, attached=False), "non "),
        "envelope changed": (touched(p7m, plain), "non è questo decreto"),
        "certificates only": (pen.certificates_only(), "non "),
        "not a file of this kind": (b"PK\x03\x04 una foto", "non è un PDF intero"),
        "empty": (b"", "è vuoto"),
        "too large": (b"%PDF-" + b"0" * signed_files.LARGEST, "supera 20 MB"),
        "cut": (whole[: len(whole) // 2], "non "),
    }
    for name, (data, words) in bad.items():
        with pytest.raises(NotTheDecree) as refused:
            signed_files.receive(decree, data, actor=desk.signatory, now=NOW)
        assert words in str(refused.value), (name, str(refused.value))
        assert written() == before, name
    signed_files.receive(decree, pen.pades(plain), actor=desk.signatory, now=NOW)  # the control: the good one passes


def test_a_signature_of_an_unknown_issuer_is_taken_and_said(decided: Decided, authority: Authority, desk: Desk) -> None:
    decree = decided("upload")
    stranger = Authority.made(authority.folder, "Altra autorità").signer("Dario Conti", DARIO)

    taken = signed_files.receive(decree, stranger.pades(original(decree)), actor=desk.signatory, now=NOW)

    report = signed_files.report_of(taken)
    assert report is not None
    assert "non verificabile: chi ha rilasciato il certificato non è tra le autorità" in told(report.signatures[0])


@pytest.mark.parametrize("who", ["carla", "elena", "ivo"])
def test_only_the_signatory_brings_the_file(
    decided: Decided, pen: Signer, who: str, request: pytest.FixtureRequest
) -> None:
    decree, actor = decided("upload"), request.getfixturevalue(who)
    before = written()

    with pytest.raises(NotForThisRole):
        signed_files.receive(decree, pen.pades(original(decree)), actor=actor, now=NOW)
    with pytest.raises(NotForThisRole):
        signed_files.ask_key(decree, actor=actor, now=NOW)
    assert written() == before


def test_while_the_decree_is_held_no_term_runs_and_waiting_costs_the_firm_nothing(
    decided: Decided, pen: Signer, desk: Desk, anna: User
) -> None:
    decree = decided("upload")
    first, second = Award.objects.order_by("pk")
    late = desk.at + timedelta(days=60)
    assert first.acceptance_due_at is not None
    assert first.acceptance_due_at < late

    assert expiry.expire_terms(late) == 0
    assert reminders.remind(first.acceptance_due_at - timedelta(days=2)) == 0
    with pytest.raises(terminations.TooEarly, match="aspetta la firma digitale"):
        terminations.lapse(first, now=late)
    signed_files.receive(decree, pen.pades(original(decree)), actor=desk.signatory, now=NOW)

    first.refresh_from_db()
    assert first.acceptance_due_at is not None
    assert first.acceptance_due_at > NOW + timedelta(days=29)
    letters = Mail.objects.filter(subject__endswith="voucher concesso")
    assert {row.created_at for row in letters} == {NOW}
    terminations.accept(second, actor=anna, now=NOW + timedelta(days=1))
    assert expiry.expire_terms(NOW + timedelta(days=60)) == 1  # the control: from then on the term runs


def noted_letters() -> int:
    return Mail.objects.filter(channel=Mail.Channel.PEC, subject__endswith="presa d'atto della rinuncia").count()


@pytest.mark.parametrize(("how", "at_once_written"), [("upload", 0), ("none", 1)])
def test_the_letters_of_a_redetermination_wait_for_its_file_too(
    decided: Decided, pen: Signer, desk: Desk, anna: User, settings: Settings, how: str, at_once_written: int
) -> None:
    """`none` is the control: where no signature is asked they leave with the act."""
    grant = decided("none")
    settings.DECREE_SIGNATURE = how
    award = grant.awards.order_by("pk")[0]
    given = reduce(award.application, "B", actor=anna, reason_code="OTHER", now=desk.tick())
    desk.tick(hours=49)
    decree = desk.sign(Decree.Kind.REDETERMINATION)

    given.refresh_from_db()
    assert given.decree_id == decree.pk  # what was decided does not wait
    assert noted_letters() == at_once_written

    render_decree(decree_id=decree.pk)
    decree.refresh_from_db()
    signed_files.receive(decree, pen.pades(original(decree)), actor=desk.signatory, now=NOW)

    assert noted_letters() == 1
    (letter,) = drafts.letters(decree, list(drafts.addressees(decree)), now=NOW)
    assert letter.mail is not None
    assert letter.words == (letter.mail.subject, letter.mail.body)
    assert leaving.delivery(leaving.written(decree)) == {Mail.State.QUEUED: 1}


def test_without_a_signature_asked_the_letters_leave_with_the_act(decided: Decided) -> None:
    decree = decided("none")

    assert not decree.is_held
    assert told_firms() == 2
    assert not Promise.objects.filter(job="vouchers.sign_decree").exists()


def test_an_older_decree_may_still_be_signed_and_writes_to_nobody_again(
    decided: Decided, pen: Signer, desk: Desk
) -> None:
    decree = decided("none")

    signed_files.receive(decree, pen.pades(original(decree)), actor=desk.signatory, now=NOW)

    assert told_firms() == 2
    assert Decree.objects.get().signed_document_id


@pytest.mark.usefixtures("committed_db")
def test_signed_twice_at_once_there_is_one_file_and_one_letter_each(decided: Decided, pen: Signer, desk: Desk) -> None:
    decree = decided("key")
    data = pen.pades(original(decree))
    works = [
        lambda: signed_files.sign_with_key(decree.pk, now=NOW),
        lambda: signed_files.receive(decree, data, actor=desk.signatory, now=NOW),
        lambda: signed_files.sign_with_key(decree.pk, now=NOW),
    ]

    ends = at_once(3, lambda number: works[number]())

    assert all(end is None or isinstance(end, (Decree, NotToSign)) for end in ends), ends
    assert Document.objects.filter(kind="decree_signed").count() == 1
    assert told_firms() == 2


def test_without_the_second_look_the_database_refuses_the_second_file(
    decided: Decided, pen: Signer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: somebody who skips the look at the row is stopped by the key of the letters and by the trigger."""
    decree = decided("upload")
    data = original(decree)
    signed_files.receive(decree, pen.pades(data), actor=desk.signatory, now=NOW)
    other = documents.store(
        kind="decree_signed", name="altro.pdf", media_type="application/pdf", data=pen.pades(data), key="altro", now=NOW
    )

    with pytest.raises(IntegrityError, match="is signed and cannot change"):
        Decree.objects.filter(pk=decree.pk).update(signed_document=other)


def test_the_draft_asks_nothing(desk: Desk, make_firm: FirmMaker, anna: User, pen: Signer) -> None:
    desk.admitted(make_firm(anna))
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())

    with pytest.raises(NotToSign, match="non c'è ancora"):
        signed_files.receive(draft, pen.pades(pdf()), actor=desk.signatory, now=NOW)
    assert signing.is_to_be_signed() is False
