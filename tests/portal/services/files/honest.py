"""Files that people honestly send, and that careless checks refuse."""

import base64
import textwrap

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.portal.services.files.hostile import ALL, PDF, Sample
from tests.portal.services.files.papers import INVOICE, archive, image, pdf, workbook
from tests.portal.services.files.signing import Signer


def _linked(file: pikepdf.Pdf) -> None:
    go = Dictionary(S=Name.URI, URI=String("https://www.regione.example/"))
    file.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=go)])
    file.Root.OpenAction = Array([file.pages[0].obj, Name.Fit])


def _form(file: pikepdf.Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("nome"), V=String("Alfa"))
    file.Root.AcroForm = Dictionary(Fields=Array([file.make_indirect(field)]))


def honest(signer: Signer, second: Signer, late: Signer) -> list[Sample]:
    """Each is accepted."""
    whole = pdf()
    signed, der = signer.pades(whole), signer.p7m(whole)
    wrapped = base64.encodebytes(der)
    files: dict[str, bytes] = {
        "RELAZIONE.PDF": whole,
        "Piano di smart working – Alfa & Figli S.r.l. v1.2.pdf": whole,
        "documento": whole,
        "www.alfa.com.pdf": whole,
        "../../cartella/verbale.pdf": whole,
        "con.pdf": whole,
        f"{'lungo' * 60}.pdf": whole,
        "compresso.pdf": pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "lineare.pdf": pdf(linearize=True),
        "vecchio.pdf": pdf(force_version="1.3"),
        "rigo-prima.pdf": b"\xef\xbb\xbf\r\n" + whole,
        "rigo-dopo.pdf": whole + b"\r\n\r\n",
        "zeri-dopo.pdf": whole + b"\0" * 512,
        "collegamento.pdf": pdf(_linked),
        "modulo.pdf": pdf(_form),
        "firmato.pdf": signed,
        "due-firme.pdf": second.pades(signed, "Firma2"),
        "scaduta.pdf": late.pades(whole),
        "firmato.pdf.p7m": der,
        "FIRMATO.P7M": der,
        "due-volte.pdf.p7m.p7m": signer.p7m(der),
        "senza-estensione-firmato": der,
        "base64.pdf.p7m": wrapped,
        "base64-una-riga.p7m": base64.b64encode(der),
        "base64-windows.p7m": wrapped.replace(b"\n", b"\r\n"),
        "pem.p7m": signer.p7m(whole, "PEM"),
        "flusso.p7m": signer.p7m(whole, options=("-stream",)),
        "rigo.p7m": der + b"\n",
        "due-firmatari.p7m": signer.p7m(
            whole, options=("-signer", second.certificate, "-inkey", second.certificate.replace(".pem", ".key"))
        ),
        "pades-nel-cades.pdf.p7m": second.p7m(signed),
        "base64-nidificata.p7m": signer.p7m(base64.encodebytes(der)),
        "largo64.p7m": "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 48)).encode(),
    }
    others: dict[str, bytes] = {
        "foto.JPEG": image("JPEG", (4000, 3000)),
        "grigia.jpg": image("JPEG", (90, 40), "L"),
        "telefono.jpg": image("JPEG", (400, 300)) + b"\0" * 64 + b"SEFH",
        "progressiva.jpg": image("JPEG", (400, 300), progressive=True),
        "stampa.png": image("PNG", (1200, 1700), "1"),
        "trasparente.png": image("PNG", (100, 100), "RGBA"),
        "IT01234567890_00001.xml": INVOICE,
        "fattura-utf16.xml": INVOICE.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "fattura-bom.xml": b"\xef\xbb\xbf" + INVOICE,
        "IT01234567890_00001.xml.p7m": signer.p7m(INVOICE),
        "presenze.xlsx": workbook(),
        "accordi.zip": archive({"accordi/": b"", "accordi/a.pdf": whole, "b.pdf.p7m": der}),
    }
    return [(name, data, PDF) for name, data in files.items()] + [(name, data, ALL) for name, data in others.items()]
