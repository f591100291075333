"""A file of one client sent for another: a word for who acts for both, never a wall, never a name too many."""

import io
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from applications.domain import attachments
from applications.domain.attachments import Sent
from applications.domain.wrong_client import warnings_for
from applications.models import Application, Attachment, Firm, FirmMember
from portal.kernel.roles import Role
from portal.models import User
from portal.services import uploads
from tests.conftest import LONG_AGO, Desk, FirmMaker
from tests.portal.services.files.papers import INVOICE, archive
from tests.portal.services.files.signing import Authority, Signer

GAMMA = "09000010158"


pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def gamma(make_firm: FirmMaker, anna: User) -> Firm:
    """Another client of Anna's."""
    return make_firm(anna, name="Gamma S.r.l.", tax_code=GAMMA, vat_number=GAMMA)


def paper(text: str) -> bytes:
    """A PDF that says something."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(595, 842))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        file.pages[0].Resources = Dictionary(Font=Dictionary(F1=font))
        file.pages[0].Contents = file.make_stream(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1"))
        file.save(out)
    return out.getvalue()


def given(draft: Application, actor: User, now: datetime, data: bytes) -> Attachment:
    outcome = attachments.receive(draft, "EQUIPMENT_LIST", [Sent("elenco.pdf", data)], actor=actor, now=now)[0]
    assert outcome.attachment, outcome.refusal
    return outcome.attachment


def test_a_file_that_names_another_client_is_kept_with_a_warning(
    desk: Desk, firm: Firm, gamma: Firm, anna: User, now: datetime
) -> None:
    kept = given(desk.draft(firm), anna, now, paper(f"Elenco dei beni di Gamma, P.IVA IT{GAMMA}"))

    assert kept.seems_of == gamma
    assert warnings_for([kept], viewer=anna, now=now) == {
        kept.pk: "Sembra di un altro cliente (Gamma S.r.l.). Controlla il file, e toglilo se è uno sbaglio."
    }


@pytest.mark.parametrize("text", ["Elenco dei beni", "Fornitore {gamma}, cliente {alfa}", "Codice 1{gamma}"])
def test_a_file_of_this_firm_or_of_nobody_s_has_no_warning(
    text: str, desk: Desk, firm: Firm, gamma: Firm, anna: User, now: datetime
) -> None:
    kept = given(desk.draft(firm), anna, now, paper(text.format(gamma=GAMMA, alfa=firm.vat_number)))

    assert kept.seems_of is None
    assert warnings_for([kept], viewer=anna, now=now) == {}


def test_a_firm_one_does_not_act_for_is_never_looked_for(
    desk: Desk, firm: Firm, make_firm: FirmMaker, anna: User, bruno: User, now: datetime
) -> None:
    make_firm(anna)
    make_firm(bruno, name="Beta S.r.l.", tax_code=GAMMA, vat_number=GAMMA)

    assert given(desk.draft(firm), anna, now, paper(f"Beta {GAMMA}")).seems_of is None


def test_who_acts_for_one_firm_only_has_no_file_read(
    desk: Desk, firm: Firm, anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    monkeypatch.setattr(uploads, "words_of", read.append)
    given(desk.draft(firm), anna, now, paper(GAMMA))

    assert read == []


def test_the_other_client_is_not_named_to_who_does_not_act_for_it(
    desk: Desk, firm: Firm, gamma: Firm, anna: User, bruno: User, now: datetime
) -> None:
    FirmMember.objects.create(firm=firm, user=bruno, role=Role.APPLICANT, since=LONG_AGO)
    kept = given(desk.draft(firm), anna, now, paper(GAMMA))
    told = warnings_for([kept], viewer=bruno, now=now)[kept.pk]

    assert "Gamma" not in told
    assert "Sembra di un'altra impresa" in told


@pytest.mark.parametrize(
    "wrapping", ["pdf", "form", "drawing", "kerned", "unicode", "xml", "utf-16", "p7m", "xlsx", "zip"]
)
def test_the_words_are_found_in_every_kind_of_file(wrapping: str, tmp_path: Path) -> None:
    signer = Authority.made(tmp_path).signer("Anna Rossi", "NNANNA80A41F205K")
    assert GAMMA in "".join(uploads.words_of(wrapped(wrapping, signer)).split())


def wrapped(kind: str, signer: Signer) -> bytes:
    """Gamma's code in a kind of file."""
    invoice = INVOICE.replace(b"Alfa &amp; figli", f"<IdCodice>{GAMMA}</IdCodice>".encode())
    match kind:
        case "xml":
            return invoice
        case "utf-16":
            return invoice.decode().replace("UTF-8", "UTF-16").encode("utf-16")
        case "p7m":
            return signer.p7m(invoice)
        case "zip":
            return archive({"a.pdf": paper("nulla"), "b.pdf": paper(GAMMA)})
        case "xlsx":
            sheet = f"<worksheet><c><v>{GAMMA}</v></c></worksheet>".encode()
            names = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
            return archive(names | {"xl/worksheets/sheet1.xml": sheet})
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(GAMMA if kind == "pdf" else "nulla"))) as file:
        DRAWN.get(kind, lambda file: None)(file)
        file.save(out)
    return out.getvalue()


def _form(file: pikepdf.Pdf) -> None:
    inner = file.make_indirect(Dictionary(FT=Name.Tx, T="piva", V=GAMMA))
    outer = file.make_indirect(Dictionary(T="impresa", Kids=[inner]))
    file.Root.AcroForm = Dictionary(Fields=[outer])


def _drawing(file: pikepdf.Pdf) -> None:
    drawn = file.make_stream(f"BT /F1 12 Tf ({GAMMA}) Tj ET".encode())
    drawn.Type, drawn.Subtype = Name.XObject, Name.Form
    file.pages[0].Resources.XObject = Dictionary(X1=drawn)
    file.pages[0].Contents = file.make_stream(b"q /X1 Do Q")


def _kerned(file: pikepdf.Pdf) -> None:
    pieces = " -20 ".join(f"({figure})" for figure in GAMMA)
    file.pages[0].Contents = file.make_stream(f"BT /F1 12 Tf [{pieces}] TJ ET".encode())


def _unicode(file: pikepdf.Pdf) -> None:
    """A font that writes its figures with numbers of its own, as office programs do."""
    table = "1 beginbfrange <0003> <0007> <0030> endbfrange\n1 beginbfrange <0008> <0009> [<0035> <0036>] endbfrange\n"
    table += "3 beginbfchar <000A> <0037> <000B> <0038> <000C> <0039> endbfchar"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, ToUnicode=file.make_stream(table.encode()))
    file.pages[0].Resources = Dictionary(Font=Dictionary(F1=font))
    text = "".join(f"{int(figure) + 3:04X}" for figure in GAMMA)
    file.pages[0].Contents = file.make_stream(f"BT /F1 12 Tf <{text}> Tj ET".encode())


DRAWN = {"form": _form, "drawing": _drawing, "kerned": _kerned, "unicode": _unicode}


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7 rotto", b"PK\x03\x04rotto", b"\x89PNG\r\n\x1a\n", b"<a>\xff" * 9, b"0\x80"]
)
def test_a_file_that_cannot_be_read_has_no_words(data: bytes) -> None:
    assert GAMMA not in uploads.words_of(data)
