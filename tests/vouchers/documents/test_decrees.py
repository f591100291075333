"""The papers of a decree: what can be read in them, and that they are made once."""

import hashlib
import io
import json
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.models import Document
from portal.services import documents
from tests.factories.decree_facts import LETTER, PERSON, content, facts, row
from vouchers.documents import decrees
from vouchers.documents.layout import paper_of
from vouchers.models import Decree
from vouchers.rules.decree_content import FORFEITURE, GRANT, REJECTION, content_of
from vouchers.tasks import render_decree

KINDS = (GRANT, REJECTION, FORFEITURE)
HOSTILE = "<script>alert(1)</script><img src='file:///etc/passwd'>{{ x }}{% y %}"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def opened(document: Document) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(documents.read(document)))


def headings(pdf: pikepdf.Pdf, kind: str) -> int:
    return sum(1 for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == kind)


@pytest.mark.parametrize("kind", KINDS)
def test_both_papers_are_made_and_kept(signed, storage, kind):
    decree = decrees.render(signed(kind))

    assert decree.document.name == "decreto-2020-12.pdf"
    assert decree.publication.name == "decreto-2020-12-pubblicazione.pdf"
    assert len(files_in(storage)) == 2
    with opened(decree.document) as pdf:
        assert str(pdf.docinfo.Title).startswith("Decreto n. 12 del 5 maggio 2020")
        assert headings(pdf, "/H1") == 1
        assert headings(pdf, "/Table") >= 1


def test_the_decree_carries_its_own_snapshot(signed):
    decree = decrees.render(signed())

    with opened(decree.document) as pdf:
        carried = json.loads(pdf.attachments["decreto.json"].get_file().read_bytes())
    assert carried == decree.snapshot
    assert content_of(carried) == content()


def test_the_publication_copy_carries_nobody(signed):
    decree = decrees.render(signed(count=6))

    with opened(decree.publication) as pdf:
        carried = pdf.attachments["decreto.json"].get_file().read_bytes().decode()
    assert PERSON not in carried
    assert "Dario" not in carried
    assert carried.count("omissis") >= 3


def test_annexes_lie_on_landscape_pages_with_repeated_heads(signed):
    decree = decrees.render(signed(count=60))

    with opened(decree.document) as pdf:
        shapes = [page.mediabox[2] > page.mediabox[3] for page in pdf.pages]
        heads = headings(pdf, "/TH")
    assert shapes == sorted(shapes)
    assert shapes.count(True) >= 2
    assert heads >= shapes.count(True) * 11


def test_rendering_again_makes_nothing_new(signed, storage):
    decree = signed()
    first = decrees.render(decree)
    stale = Decree.objects.get(pk=decree.pk)
    stale.document_id = stale.publication_id = None

    again = decrees.render(stale)

    assert (again.document_id, again.publication_id) == (first.document_id, first.publication_id)
    assert Document.objects.count() == 2
    assert len(files_in(storage)) == 2


def test_a_file_left_by_a_crash_is_adopted(signed, storage):
    decree = signed()
    data = decrees.to_pdf(
        content_of(decree.snapshot), sha256=decree.snapshot_sha256, signed_at=decree.signed_at, data=decree.snapshot
    )
    name = hashlib.sha256(data).hexdigest()
    default_storage.save(f"{name[:2]}/{name}", ContentFile(data))

    rendered = decrees.render(decree)

    assert rendered.document.sha256 == name
    assert len(files_in(storage)) == 2


def test_a_touched_snapshot_is_not_printed(signed):
    decree = signed()
    decree.snapshot["content"]["points"][0] = "di regalare tutto;"

    with pytest.raises(decrees.SnapshotBroken, match="non corrisponde all'impronta firmata"):
        decrees.render(decree)
    assert Document.objects.count() == 0


def test_the_task_renders(signed):
    decree = signed()

    render_decree(decree_id=decree.pk)
    render_decree(decree_id=decree.pk)

    decree.refresh_from_db()
    assert decree.document_id
    assert Document.objects.count() == 2


def test_an_id_nobody_has_says_so_and_changes_nothing(db):
    with pytest.raises(Decree.DoesNotExist, match=r"^Il decreto 999999 non esiste: nessun documento da produrre\.$"):
        render_decree(decree_id=999_999)
    assert Document.objects.count() == 0


def test_page_shows_every_cell_and_the_fingerprint():
    html = decrees.to_html(content(count=3), sha256="a" * 64)

    for cell in content(count=3).annexes[0].rows[2]:
        assert f">{cell}</td>" in html
    assert "Impronta SHA-256 del contenuto: " + "a" * 64 in html
    assert ">DECRETA</h2>" in html
    assert "22.500,00" in html


def test_hostile_names_are_words():
    html = decrees.to_html(content(count=1, rows={"A": (row(1, firm=HOSTILE),)}), sha256="a" * 64)

    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert re.findall(r"<img[^>]*src=\"([^\"]*)\"", html) == ["asset:emblem"]


def test_marks_that_turn_the_writing_are_left_out():
    turned = row(1, firm="Alfa\u202e00,005.7\u202c\u0000\u2066 Beta\ufeff")

    paper = paper_of(content(count=1, rows={"A": (turned,)}))

    assert paper.annexes[0].rows[0][4].text == "Alfa00,005.7 Beta"


@pytest.mark.parametrize("kind", KINDS)
def test_widths_fill_the_table(kind):
    annex = paper_of(content(kind)).annexes["ABC".index(LETTER[kind]) if kind == GRANT else 0]

    assert sum(float(head.width) for head in annex.columns) == pytest.approx(100, abs=0.1)


def test_same_snapshot_same_bytes():
    said = content(count=20)
    arguments = {
        "sha256": "b" * 64,
        "signed_at": datetime.fromisoformat(facts().signed_at),
        "data": {"content": said.to_json()},
    }

    assert decrees.to_pdf(said, **arguments) == decrees.to_pdf(said, **arguments)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not on this machine")
def test_the_file_reads_as_text(signed, tmp_path):
    file = tmp_path / "decreto.pdf"
    file.write_bytes(documents.read(decrees.render(signed(count=60)).document))

    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout

    pages = text.split("\f")[:-1]
    assert all(f"Pagina {number} di {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("Decreto n. 12/2020" in page for page in pages)
    assert re.search(r"Totale +300\.000,00 +150\.000,00 +450\.000,00", text)
    assert re.findall(r"VISTI|DATO ATTO|CONSIDERATO|RITENUTO|DECRETA\b|Allegato A\.", text) == [
        "VISTI", "DATO ATTO", "CONSIDERATO", "RITENUTO", "DECRETA", "Allegato A.",
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not on this machine")
def test_a_code_of_eleven_digits_stays_on_one_line(tmp_path):
    code = "88888888888"
    said = content(count=1, rows={"A": (row(1, cor=code),)})
    arguments = {"sha256": "b" * 64, "signed_at": datetime.fromisoformat(facts().signed_at), "data": {}}
    file = tmp_path / "decreto.pdf"
    file.write_bytes(decrees.to_pdf(said, **arguments))

    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout

    assert re.search(rf"2020/0000001 .* {code}$", text, re.MULTILINE)
