"""Files from outside: three hundred hostile ones are refused in words, the odd but honest ones are taken (R15)."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.services import isolated, uploads
from portal.services.uploads import Accepted, Refused
from portal.services.uploads.cell import look
from portal.services.uploads.names import clean
from tests.portal.services.files.honest import honest
from tests.portal.services.files.hostile import PDF, Sample, hostile, locked_and_broken_pdfs
from tests.portal.services.files.papers import pdf
from tests.portal.services.files.signing import ANNA, BRUNO, Authority

SWELLING = re.compile("bomba|profond|gonf|enorm|rumore")
Judged = tuple[str, Accepted | str, float]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who issues the certificates."""
    return Authority.made(tmp_path_factory.mktemp("firme"))


def judge(sample: Sample) -> Judged:
    """What becomes of a file, and in how many seconds of this thread's work.

    What swells is opened in its cell, whose work the kernel binds to fewer seconds; the others here, which is faster.
    """
    name, data, formats = sample
    begin = time.thread_time()
    try:
        if data and not SWELLING.search(name):
            answer = look({"name": clean(name), "formats": formats}, data)
            found: Accepted | str = (
                f"«{clean(name)}»: {answer['refused']}" if "refused" in answer else Accepted(**answer)
            )
        else:
            found = uploads.examine(name, data, formats)
    except Refused as error:
        found = str(error)
    return name, found, time.thread_time() - begin


def judge_all(samples: list[Sample]) -> list[Judged]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(judge, samples))


@pytest.mark.slow
def test_three_hundred_hostile_files_are_refused_in_words(
    authority: Authority, record_property: Callable[[str, object], None]
) -> None:
    samples = hostile(authority.signer("Anna Rossi", ANNA))
    judged = judge_all(samples)

    assert len(samples) >= 300
    assert [name for name, found, _ in judged if isinstance(found, Accepted)] == []
    for name, words, _ in judged:
        assert isinstance(words, str)
        assert words.startswith("«"), name
        assert words.endswith("."), words
        assert 40 < len(words) < 500, words
    assert [name for name, _, seconds in judged if seconds > 10] == []
    slowest = max(seconds for _, _, seconds in judged)
    record_property("R15", f"{len(samples)} file ostili, tutti rifiutati; il più lento in {slowest:.2f} s di lavoro")


def test_by_their_names_alone_hostile_files_would_get_in(authority: Authority) -> None:
    """Negative control: a check of the extension, which is what many portals do, takes most of them."""
    samples = hostile(authority.signer("Anna Rossi", ANNA))
    taken = [name for name, data, formats in samples if data and name.lower().rsplit(".", 1)[-1] in formats]

    assert len(taken) > len(samples) // 2


def test_odd_but_honest_files_are_taken(authority: Authority, record_property: Callable[[str, object], None]) -> None:
    anna, bruno = authority.signer("Anna Rossi", ANNA), authority.signer("Bruno Verdi", BRUNO)
    samples = honest(anna, bruno, authority.signer("Anna Rossi", ANNA, days=30))
    judged = judge_all(samples)

    assert len(samples) >= 30
    assert [(name, found) for name, found, _ in judged if isinstance(found, str)] == []
    assert [name for name, _, seconds in judged if seconds > 10] == []
    record_property("R15", f"{len(samples)} file strani ma onesti, tutti presi")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("documento", "documento.pdf"),
        ("../../etc/verbale.pdf", "verbale.pdf"),
        ("C:\\Utenti\\Anna\\piano.pdf", "piano.pdf"),
        ("con.pdf", "_con.pdf"),
        ('a<b>"c".pdf', "a_b__c_.pdf"),
        ("piano\r\nX-Evil: 1.pdf", "pianoX-Evil_ 1.pdf"),
        ("  .pdf", "pdf.pdf"),
        (f"{'a' * 300}.pdf", f"{'a' * 116}.pdf"),
        ("", "documento.pdf"),
    ],
)
def test_the_name_is_made_harmless(name: str, expected: str) -> None:
    assert uploads.examine(name, pdf(), PDF).name == expected


def test_a_file_of_21_megabytes_is_refused_before_it_is_opened() -> None:
    with pytest.raises(Refused, match="supera i 20 MB"):
        uploads.examine("piano.pdf", b"%PDF-" + b"0" * (21 * 1024 * 1024), PDF)


def test_a_locked_pdf_says_how_to_unlock_it() -> None:
    _, words, _ = judge(next(locked_and_broken_pdfs()))

    assert words == (
        "«cifrato-2-.pdf»: il PDF è protetto da password o cifrato. Togli la protezione: aprilo, scegli «Stampa» e poi "
        "«Salva come PDF», e carica il nuovo file."
    )


def test_what_opens_a_file_has_no_secret_and_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "segreta")
    answer = isolated.run("tests.portal.services.files.greedy", {"want": "environment"}, b"")
    assert "SECRET_KEY" not in answer["names"]
    assert "DATABASE_URL" not in answer["names"]

    for want in ("memory", "disk", "time"):
        with pytest.raises(isolated.GaveUp):
            isolated.run("tests.portal.services.files.greedy", {"want": want, "path": str(tmp_path / "x")}, b"")
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0
