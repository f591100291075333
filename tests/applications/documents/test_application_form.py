"""The application to be signed: what it says, the same bytes, accepted back once it is signed."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from django.utils.html import escape
from pytest_django import Settings

from applications.documents import application_form
from applications.documents.application_form import ContentBroken
from applications.domain import attachments, forms_to_sign
from applications.domain.attachments import Sent
from applications.models import Application, Firm, FormToSign
from applications.rules.attachments import verdict
from portal.kernel.signing import SignatureReport
from portal.models import User
from portal.services import documents
from tests.conftest import Desk
from tests.portal.services.files.signing import ANNA, BRUNO, Authority


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Settings) -> None:
    """Files of the test stay in its own folder."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    settings.CLAMD_ADDRESS = ""


@pytest.fixture
def form(desk: Desk, firm: Firm, anna: User, now: datetime) -> FormToSign:
    """A paper asked."""
    plan = {
        "activities": [{"name": "Offerte <b>commerciali</b>", "criteria": []}],
        "pilot": {"starts_on": "2020-05-04", "months": 5, "workers": 4},
    }
    sites = [{"municipality": "Milano", "province": "MI", "headcount": 12}]
    aids = [{"granted_on": "2019-03-01", "amount": "1500.00", "granted_to": firm.tax_code}]
    draft = desk.draft(firm, plan=plan, sites=sites, aids=aids, equipment=[{"item": "4 notebook", "activity": "x"}])
    return forms_to_sign.ask_form(draft, actor=anna, now=now)


def test_it_says_what_was_answered_and_only_once(form: FormToSign) -> None:
    data = application_form.to_pdf(form)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()

    for words in (
        "Alfa S.r.l.", "Offerte <b>commerciali</b>", "04/05/2020", "Milano (MI), 12 dipendenti", "1.500,00",
        "4 notebook", "Percorso ordinario", "445/2000", "firma digitale",
        "Servizi di consulenza e formazione", "7.000,00 €", "Acquisto di nuova strumentazione", "3.500,00 €",
    ):  # fmt: skip
        assert words in text, words
    assert application_form.to_pdf(form) == data
    application_form.render(FormToSign.objects.get(pk=form.pk))
    application_form.render(FormToSign.objects.get(pk=form.pk))
    form.refresh_from_db()
    assert form.document is not None
    assert documents.read(form.document) == data


@pytest.mark.parametrize(("headcount", "ceiling"), [(None, ""), (2, ""), ("12", "7000.00"), (31, "15000.00")])
def test_the_amount_is_said_as_far_as_the_answers_tell_it(
    headcount: object, ceiling: str, desk: Desk, firm: Firm, now: datetime
) -> None:
    draft = desk.draft(firm, headcount=headcount, actions=["A", "?"])
    content = forms_to_sign.content_of(draft, now)

    (action,) = content["actions"]
    assert (action["title"], action["ceiling"]) == ("Azione A", ceiling)
    page = application_form.to_html(content, "0" * 64)
    assert ("Importo massimo" in page) is bool(ceiling)
    assert escape(action["text"]) in page


def test_a_content_that_was_touched_is_not_printed(form: FormToSign) -> None:
    form.snapshot["firm"]["name"] = "Altra"

    with pytest.raises(ContentBroken):
        application_form.to_pdf(form)


def test_the_paper_comes_back_signed(
    form: FormToSign, anna: User, now: datetime, tmp_path: Path, settings: Settings
) -> None:
    authority = Authority.made(tmp_path)
    settings.TRUST_ROOTS = tmp_path / "radici"
    settings.TRUST_ROOTS.mkdir()
    (settings.TRUST_ROOTS / "radice.pem").write_bytes(authority.root_pem())
    signer, other = authority.signer("Anna Rossi", ANNA), authority.signer("Bruno Verdi", BRUNO)
    application_form.render(FormToSign.objects.get(pk=form.pk))
    paper = documents.read(FormToSign.objects.get(pk=form.pk).document)

    def given(name: str, data: bytes) -> tuple[str, str, str]:
        application = Application.objects.get(pk=form.application_id)
        outcome = attachments.receive(application, "APPLICATION_FORM", [Sent(name, data)], actor=anna, now=now)[0]
        assert outcome.attachment, outcome.refusal
        said = verdict(SignatureReport.from_json(outcome.attachment.signatures), ANNA)
        return said.label, said.tone, " ".join(said.sentences)

    for name, data in (("domanda.pdf", signer.pades(paper)), ("domanda.pdf.p7m", signer.p7m(paper))):
        label, tone, words = given(name, data)
        assert (label, tone) == ("Firma valida", "good"), words
        assert "Firmato da Anna Rossi" in words
        assert "È il legale rappresentante" in words
    label, tone, words = given("altro.p7m", other.p7m(paper))
    assert (label, tone) == ("Firma valida", "wait")
    assert "Non è il legale rappresentante" in words
    label, tone, words = given("senza.pdf", paper)
    assert (label, tone) == ("Senza firma digitale", "wait")
    draft = Application.objects.get(pk=form.application_id)
    draft.answers = draft.answers | {"headcount": 11}
    draft.save()
    changed = forms_to_sign.ask_form(draft, actor=anna, now=now)
    application_form.render(changed)
    label, tone, words = given("vecchia.pdf", signer.pades(paper))
    assert (label, tone) == ("Firma valida", "wait")
    assert "non è quello preparato dal portale con le risposte di adesso" in words
