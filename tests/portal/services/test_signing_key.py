"""The key that signs papers: what it makes holds for an independent reader; what is wrong with it is said in words."""

import hashlib
import re
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.kernel.signing import Original, SignatureState
from portal.services import signatures
from portal.services.signatures import key, trial_key
from portal.services.signatures.key import KeyUnusable
from tests.portal.services.files.papers import pdf

NOW = datetime.now(UTC)
PAPER = pdf()


@pytest.fixture
def trial(settings: Settings, tmp_path: Path) -> Path:
    """A trial key, its authority trusted, both named by the settings."""
    path = tmp_path / "chiave.p12"
    settings.TRUST_ROOTS = tmp_path / "trust"
    trial_key.make(path, settings.TRUST_ROOTS / "prova.pem", password="prova", now=NOW)
    settings.SIGNING_KEY, settings.SIGNING_KEY_PASSWORD = str(path), "prova"
    return path


def signed() -> bytes:
    return key.sign_pdf(PAPER, reason="Decreto n. 1/2020", now=NOW)


def test_what_the_key_signs_is_the_same_paper_under_a_valid_signature(trial: Path) -> None:
    data = signed()
    original = Original(len(PAPER), hashlib.sha256(PAPER).hexdigest())

    report = signatures.verify(data, format="pdf", now=NOW, original=original)

    assert data.startswith(PAPER)
    assert report.same_content is True
    assert [(one.signer, one.state) for one in report.signatures] == [(trial_key.SIGNER, SignatureState.VALID)]
    assert "senza valore legale" in trial_key.SIGNER


def test_a_change_after_the_key_signed_is_seen(trial: Path) -> None:
    """The control of the test above."""
    changed = signed().replace(b"595 842", b"599 842")

    report = signatures.verify(changed, format="pdf", now=NOW)

    assert [one.state for one in report.signatures] == [SignatureState.INVALID]


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not on this machine")
def test_an_independent_reader_finds_the_signature_valid(trial: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "firmato.pdf", tmp_path / "rotto.pdf"
    whole.write_bytes(signed())
    broken.write_bytes(whole.read_bytes().replace(b"595 842", b"599 842"))

    said = [subprocess.run(["pdfsig", path], capture_output=True, text=True).stdout for path in (whole, broken)]

    assert "Signature is Valid" in said[0]
    assert "ETSI.CAdES.detached" in said[0]
    assert "Total document signed" in said[0]
    assert "Signature is Valid" not in said[1]


def test_no_key_a_lost_key_a_wrong_password_an_old_certificate_each_have_their_words(
    trial: Path, settings: Settings, tmp_path: Path
) -> None:
    old, empty = tmp_path / "vecchia.p12", tmp_path / "vuota.p12"
    trial_key.make(old, tmp_path / "vecchia.pem", password="prova", now=NOW - trial_key.VALID - timedelta(days=2))
    empty.write_bytes(b"")
    cases = {
        ("", ""): "non c'è una chiave",
        (str(tmp_path / "persa.p12"), "prova"): "non si legge",
        (str(trial), "sbagliata"): "la password è sbagliata",
        (str(trial), ""): "la password è sbagliata",
        (str(empty), "prova"): "non è PKCS#12",
        (str(old), "prova"): "è scaduto il",
    }
    for (path, password), words in cases.items():
        settings.SIGNING_KEY, settings.SIGNING_KEY_PASSWORD = path, password
        with pytest.raises(KeyUnusable, match=re.escape(words)):
            signed()
    settings.SIGNING_KEY, settings.SIGNING_KEY_PASSWORD = str(trial), "prova"
    with pytest.raises(KeyUnusable, match="vale solo dal"):
        key.sign_pdf(PAPER, reason="", now=NOW - timedelta(days=30))
    with pytest.raises(KeyUnusable, match="non si apre"):
        key.sign_pdf(b"%PDF-1.7 rotto", reason="", now=NOW)


def test_the_trial_key_is_made_once_and_only_where_nothing_is_real(settings: Settings, tmp_path: Path) -> None:
    settings.TRUST_ROOTS, settings.TRIAL_SIGNING_KEY = tmp_path / "trust", tmp_path / "firma" / "chiave.p12"

    call_command("trial_signing_key")
    first = settings.TRIAL_SIGNING_KEY.read_bytes()
    call_command("trial_signing_key")

    assert settings.TRIAL_SIGNING_KEY.read_bytes() == first
    assert stat.S_IMODE(settings.TRIAL_SIGNING_KEY.stat().st_mode) == 0o600
    assert len(signatures.trust_roots()) == 1
    settings.DEMO_ACCOUNTS_ALLOWED = False
    with pytest.raises(CommandError, match="non ha valore legale"):
        call_command("trial_signing_key")
