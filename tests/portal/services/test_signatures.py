"""Signatures made by pyHanko and by openssl, with an authority of the tests: who signed, and whether it holds."""

import base64
import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pytest_django import Settings

from portal.kernel.signing import Doubt, Original, SignatureReport, SignatureState
from portal.services import signatures
from tests.portal.services.files.papers import pdf
from tests.portal.services.files.signing import ANNA, BRUNO, Authority, Signer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAPER = pdf()
ORIGINAL = Original(len(PAPER), hashlib.sha256(PAPER).hexdigest())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who issues the certificates."""
    return Authority.made(tmp_path_factory.mktemp("firme"))


@pytest.fixture(scope="module")
def anna(authority: Authority) -> Signer:
    """Anna's certificate."""
    return authority.signer("Anna Rossi", ANNA)


@pytest.fixture(scope="module")
def bruno(authority: Authority) -> Signer:
    """Bruno's."""
    return authority.signer("Bruno Verdi", BRUNO)


@pytest.fixture(autouse=True)
def trusted(authority: Authority, settings: Settings, tmp_path: Path) -> Path:
    """The folder of the authorities that are trusted."""
    (tmp_path / "radice.pem").write_bytes(authority.root_pem())
    settings.TRUST_ROOTS = tmp_path
    return tmp_path


def verify(data: bytes, form: str, original: Original | None = ORIGINAL) -> SignatureReport:
    return signatures.verify(data, format=form, now=NOW, original=original)


def said(report: SignatureReport) -> list[tuple[str, str, SignatureState, Doubt | None]]:
    return [(one.signer, one.tax_code, one.state, one.doubt) for one in report.signatures]


VALID = ("Anna Rossi", ANNA, SignatureState.VALID, None)


def test_a_pdf_signed_by_pyhanko(anna: Signer) -> None:
    report = verify(anna.pades(PAPER), "pdf")

    assert said(report) == [VALID]
    assert report.same_content is True
    assert datetime.fromisoformat(report.signatures[0].signed_at)
    assert SignatureReport.from_json(report.to_json()) == report


def test_envelopes_made_by_openssl(anna: Signer, bruno: Signer) -> None:
    der = anna.p7m(PAPER)
    for data in (der, base64.encodebytes(der), anna.p7m(PAPER, "PEM"), anna.p7m(PAPER, options=("-stream",))):
        report = verify(data, "p7m")
        assert said(report) == [VALID]
        assert report.same_content is True
    nested = verify(bruno.p7m(anna.pades(PAPER)), "p7m")
    assert [one.tax_code for one in nested.signatures] == [BRUNO, ANNA]
    assert {one.state for one in nested.signatures} == {SignatureState.VALID}
    both = anna.p7m(PAPER, options=("-signer", bruno.certificate, "-inkey", bruno.certificate.replace(".pem", ".key")))
    assert sorted(one.tax_code for one in verify(both, "p7m").signatures) == [ANNA, BRUNO]


def test_a_change_after_the_signature_breaks_it(anna: Signer) -> None:
    signed, der = anna.pades(PAPER), anna.p7m(PAPER)
    changed = signed.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 599 842 ]")
    assert changed != signed
    assert [one.state for one in verify(changed, "pdf").signatures] == [SignatureState.INVALID]
    other = der.replace(b"595 842", b"599 842")
    assert other != der
    report = verify(other, "p7m")
    assert [one.state for one in report.signatures] == [SignatureState.INVALID]
    assert report.same_content is False


def test_another_paper_signed_well_is_another_paper(anna: Signer) -> None:
    other = pdf(lambda file: file.add_blank_page())
    for report in (verify(anna.pades(other), "pdf"), verify(anna.p7m(other), "p7m")):
        assert said(report) == [VALID]
        assert report.same_content is False
    assert verify(anna.pades(other), "pdf", None).same_content is None


def test_what_is_slipped_in_before_signing_is_seen(anna: Signer) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(PAPER))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"][2] = generic.NumberObject(300)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    report = verify(anna.pades(out.getvalue()), "pdf")

    assert out.getvalue().startswith(PAPER)
    assert said(report) == [VALID]
    assert report.same_content is False


def test_a_second_signature_adds_nothing_to_read(anna: Signer, bruno: Signer) -> None:
    report = verify(bruno.pades(anna.pades(PAPER), "Firma2"), "pdf")

    assert {one.state for one in report.signatures} == {SignatureState.VALID}
    assert report.same_content is True


def test_what_cannot_be_verified_is_a_state(authority: Authority, anna: Signer, trusted: Path, tmp_path: Path) -> None:
    expired = authority.signer("Anna Rossi", ANNA, days=30)
    stranger = Authority.made(authority.folder, "Altra autorità").signer("Anna Rossi", ANNA)
    for signer, doubt in ((expired, Doubt.EXPIRED), (stranger, Doubt.UNKNOWN_ISSUER)):
        for report in (verify(signer.pades(PAPER), "pdf"), verify(signer.p7m(PAPER), "p7m")):
            assert said(report) == [("Anna Rossi", ANNA, SignatureState.UNVERIFIABLE, doubt)]
    (trusted / "radice.pem").unlink()
    assert said(verify(anna.pades(PAPER), "pdf"))[0][3] == Doubt.UNKNOWN_ISSUER


def test_no_signature_and_no_check_are_told_apart() -> None:
    assert verify(PAPER, "pdf") == SignatureReport((), True)
    assert verify(b"0\x80rotto", "p7m") == SignatureReport((), None, readable=False)


def test_authorities_are_read_in_every_form(authority: Authority, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "elenco"
    assert signatures.trust_roots() != []
    settings.TRUST_ROOTS = folder
    assert signatures.trust_roots() == []
    folder.mkdir()
    (folder / "due.pem").write_bytes(authority.root_pem() * 2)
    (folder / "leggimi.txt").write_text("niente")
    assert len(signatures.trust_roots()) == 2
