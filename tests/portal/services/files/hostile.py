"""Three hundred files that somebody could send to do harm, in families."""

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.portal.services.files.papers import INVOICE, action, archive, image, names_of, pdf, workbook
from tests.portal.services.files.signing import Signer

Sample = tuple[str, bytes, tuple[str, ...]]
PDF = ("pdf", "p7m")
ALL = ("pdf", "p7m", "jpg", "png", "xml", "xlsx", "zip")
ACTIONS = ("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "Rendition", "Movie", "Sound")
STRANGERS = {
    "exe": b"MZ\x90\0" + b"\0" * 60, "elf": b"\x7fELF\x02\x01", "script": b"#!/bin/sh\nrm -rf ~\n",
    "class": b"\xca\xfe\xba\xbe\0\0\0\x34", "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "rtf": b"{\\rtf1 testo}", "gif": b"GIF89a\x01\0\x01\0", "html": b"<html><script>alert(1)</script></html>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "rar": b"Rar!\x1a\x07\0aaaa",
    "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, "gz": b"\x1f\x8b\x08\0" + b"\0" * 20, "tiff": b"II*\0" + b"\0" * 20,
    "text": b"solo testo, nessun formato", "mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 20, "php": b"<?php system('id'); ?>",
    "lnk": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60, "empty": b"", "zeros": b"\0" * 5000,
    "eml": b"From: a@b.example\n\nciao",
}  # fmt: skip


def _annotated(subtype: str, **fields: object) -> Callable[[Pdf], None]:
    def change(file: Pdf) -> None:
        mark = Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=Array([0, 0, 10, 10]), **fields)
        file.pages[0].Annots = Array([file.make_indirect(mark)])

    return change


def _attached(file: Pdf) -> None:
    file.attachments["altro.txt"] = b"un altro file"


def _places(kind: str) -> Iterator[Callable[[Pdf], None]]:
    """The places of a PDF where an action can wait."""
    yield lambda file: setattr(file.Root, "OpenAction", action(kind))
    yield lambda file: setattr(file.Root, "AA", Dictionary(WC=file.make_indirect(action(kind))))
    yield lambda file: setattr(file.pages[0], "AA", Dictionary(O=action(kind)))
    yield _annotated("Link", A=action(kind))
    chain = Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([action(kind)]))
    yield lambda file: setattr(file.Root, "OpenAction", file.make_indirect(chain))
    field = Dictionary(FT=Name.Btn, T=String("b"), AA=Dictionary(U=action(kind)))
    yield lambda file: setattr(file.Root, "AcroForm", Dictionary(Fields=Array([file.make_indirect(field)])))


def acting_pdfs() -> Iterator[Sample]:
    packed = pikepdf.ObjectStreamMode.generate
    for kind in ACTIONS:
        for number, change in enumerate(_places(kind)):
            yield f"{kind}-{number}.pdf", pdf(change), PDF
            if number < 4:
                yield f"{kind}-{number}-compresso.pdf", pdf(change, object_stream_mode=packed), PDF


def carrying_pdfs() -> Iterator[Sample]:
    packed = pikepdf.ObjectStreamMode.generate
    changes: dict[str, Callable[[Pdf], None]] = {
        "allegato": _attached,
        "annotazione": _annotated("FileAttachment"),
        "filmato": _annotated("RichMedia"),
        "schermo": _annotated("Screen"),
        "suono": _annotated("Sound"),
        "cinema": _annotated("Movie"),
        "solido": _annotated("3D"),
        "xfa": lambda file: setattr(file.Root, "AcroForm", Dictionary(XFA=String("<xdp/>"))),
        "raccolta": lambda file: setattr(file.Root, "Collection", Dictionary(View=Name.D)),
        "nomi": lambda file: setattr(
            file.Root, "Names", Dictionary(JavaScript=names_of(String("a"), action("JavaScript")))
        ),
        "fuori": lambda file: setattr(file.pages[0], "Contents", file.make_stream(b"x", F=String("/etc/passwd"))),
        "doppio": lambda file: setattr(
            file.pages[0],
            "Contents",
            file.make_stream(zlib.compress(zlib.compress(b"\0" * 9)), Filter=Array([Name.FlateDecode] * 2)),
        ),
    }
    for name, change in changes.items():
        yield (
            f"{name}.pdf",
            pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none),
            PDF,
        )
        if name != "doppio":
            yield f"{name}-compresso.pdf", pdf(change, object_stream_mode=packed), PDF


def locked_and_broken_pdfs() -> Iterator[Sample]:
    for revision in (2, 3, 4, 6):
        for user, owner in (("", "capo"), ("chiave", "capo")):
            lock = pikepdf.Encryption(user=user, owner=owner, R=revision, aes=revision > 3, metadata=revision > 3)
            yield f"cifrato-{revision}-{user}.pdf", pdf(encryption=lock), PDF
    whole, dice = pdf(), random.Random(15)
    for part in range(1, 13):
        yield f"tronco-{part}.pdf", whole[: len(whole) * part // 13], PDF
    for number in range(10):
        yield f"rumore-{number}.pdf", b"%PDF-1.7\n" + dice.randbytes(4000) + b"\n%%EOF\n", PDF
    for name, tail in STRANGERS.items():
        if tail.strip(b"\0"):
            yield f"coda-{name}.pdf", whole + tail, PDF
    yield "coda-zip.pdf", whole + archive({"a.exe": b"MZ"}) + b"\n%%EOF\n", PDF
    yield "testa-html.pdf", b"<html><script>alert(1)</script>" + whole, PDF
    yield "dopo-la-firma.pdf", whole.replace(b"%PDF-", b"%PDF-1.7 <script>alert(1)</script>\n%PDF-", 1), PDF
    bomb = zlib.compressobj(9)
    flood = b"".join([bomb.compress(b"\0" * (1 << 24)) for _ in range(70)]) + bomb.flush()
    yield (
        "bomba.pdf",
        pdf(
            lambda file: setattr(file.pages[0], "Contents", file.make_stream(flood, Filter=Name.FlateDecode)),
            compress_streams=False,
        ),
        PDF,
    )
    head = b"%PDF-1.7\n1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + str(len(flood)).encode()
    yield "bomba-oggetti.pdf", head + b">>stream\n" + flood + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF", PDF
    yield "profondo.pdf", b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\n%%EOF", PDF


def strangers() -> Iterator[Sample]:
    for name, data in STRANGERS.items():
        for ending in ("pdf", "p7m", "jpg", "zip"):
            yield f"{name}.{ending}", data, ALL
    whole = pdf()
    for program in ("exe", "scr", "bat", "js", "vbs", "html", "svg", "php", "hta", "lnk", "jar", "docm", "ps1", "msi"):
        yield f"fattura.pdf.{program}", whole, PDF
        yield f"fattura.{program}.pdf", whole, PDF
    yield "fattura\u202efdp.exe", whole, PDF
    for ending in ("p7m", "jpg", "xml", "zip", "xlsx", "png"):
        yield f"altro.{ending}", whole, ALL
    yield "piccolo.pdf", image("PNG"), ALL
    yield "soltanto-pdf.png", image("PNG"), PDF


def pictures() -> Iterator[Sample]:
    for form, ending in (("JPEG", "jpg"), ("PNG", "png")):
        whole = image(form, (300, 200))
        for part in (1, 3, 5, 7):
            yield f"tronca-{part}.{ending}", whole[: len(whole) * part // 9], ALL
        for name in ("exe", "elf", "html", "php", "rar"):
            tail = STRANGERS[name]
            yield f"coda-{name}.{ending}", whole + tail, ALL
        yield f"coda-pdf.{ending}", whole + pdf(), ALL
        yield f"coda-zip.{ending}", whole + archive({"a": b"b"}), ALL
    for side in (30_001, 50_000, 65_500):
        size = struct.pack("!II", side, side) + b"\x08\x02\0\0\0"
        chunk = b"IHDR" + size
        head = b"\x89PNG\r\n\x1a\n" + struct.pack("!I", 13) + chunk + struct.pack("!I", zlib.crc32(chunk))
        yield f"enorme-{side}.png", head + image("PNG")[33:], ALL
    small = image("JPEG")
    yield "commento.jpg", small[:2] + b"\xff\xfe\x00\x1a<?php system('id'); ?>  " + small[2:], ALL


def invoices() -> Iterator[Sample]:
    body = INVOICE.partition(b"?>")[2]
    laughs = (
        b"<!DOCTYPE l [<!ENTITY a 'ah'>"
        + b"".join(b"<!ENTITY %c '&%c;&%c;&%c;'>" % (98 + n, 97 + n, 97 + n, 97 + n) for n in range(20))
        + b"]>"
    )
    heads = {
        "risate": laughs,
        "esterna": b"<!DOCTYPE f [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "parametro": b"<!DOCTYPE f [<!ENTITY % x SYSTEM 'http://a.example/'> %x;]>",
        "dtd": b"<!DOCTYPE FatturaElettronica SYSTEM 'http://a.example/f.dtd'>",
    }
    for name, head in heads.items():
        yield f"{name}.xml", b'<?xml version="1.0"?>' + head + body, ALL
        yield f"{name}-16.xml", (head + body).decode().encode("utf-16"), ALL
    root = b"<FatturaElettronica>%s</FatturaElettronica>"
    yield "profonda.xml", root % (b"<a>" * 50_000 + b"</a>" * 50_000), ALL
    yield "script.xml", root % b"<script>alert(1)</script>", ALL
    yield "svg.xml", root % b"<x:svg xmlns:x='http://www.w3.org/2000/svg'/>", ALL
    yield "altra.xml", b"<Fattura/>", ALL
    yield "rotta.xml", INVOICE[:300], ALL
    yield "codifica.xml", b"<?xml version='1.0' encoding='boh'?><FatturaElettronica/>", ALL


def archives() -> Iterator[Sample]:
    whole = pdf()
    for name in ("../a.pdf", "/etc/a.pdf", "..\\a.pdf", "C:\\a.pdf", "a/../../b.pdf"):
        yield "percorso.zip", archive({name: whole}), ALL
    yield "bomba.zip", archive({"a.pdf": b"%PDF-1.7" + b"\0" * 250_000_000}), ALL
    yield "gonfia.zip", archive({"a.pdf": b"%PDF-1.7" + b"\0" * 20_000_000}), ALL
    yield "nidificato.zip", archive({"a.zip": archive({"b.pdf": whole})}), ALL
    yield "molti.zip", archive({f"{n}.pdf": b"%PDF-" for n in range(501)}, zipfile.ZIP_STORED), ALL
    yield "vuoto.zip", archive({}), ALL
    for program in ("exe", "html", "ole", "script"):
        yield f"{program}.zip", archive({"buono.pdf": whole, f"a.{program}": STRANGERS[program]}), ALL
    yield "azione.zip", archive({"a.pdf": pdf(next(_places("JavaScript")))}), ALL
    good = archive({"a.pdf": whole})
    yield "testa.zip", b"PK\x03\x04" + STRANGERS["exe"] + good, ALL
    yield "coda.zip", good + STRANGERS["exe"], ALL
    yield "tronco.zip", good[: len(good) // 2], ALL
    yield "cifrato.zip", good.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0"), ALL
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        link = zipfile.ZipInfo("a.pdf")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    yield "collegamento.zip", out.getvalue(), ALL
    yield "java.zip", archive({"META-INF/MANIFEST.MF": b"", "A.class": b""}), ALL
    yield "word.zip", archive({"[Content_Types].xml": b"", "word/document.xml": b""}), ALL
    yield "macro.xlsx", workbook(xl__vbaProject=b"\xd0\xcf"), ALL
    yield "attivo.xlsx", workbook(xl__activeX__a=b""), ALL
    yield "oggetto.xlsx", workbook(xl__embeddings__a=b""), ALL
    yield "dtd.xlsx", archive({"[Content_Types].xml": b"", "xl/workbook.xml": b"<!DOCTYPE a []><workbook/>"}), ALL
    yield "gonfio.xlsx", workbook(xl__media=b"\0" * 50_000_000), ALL


def envelopes(signer: Signer) -> Iterator[Sample]:
    whole = pdf()
    good = signer.p7m(whole)
    yield "separata.p7m", signer.p7m(whole, attached=False), PDF
    yield "cifrata.p7m", signer.sealed(whole), PDF
    yield "solo-certificati.p7m", signer.certificates_only(), PDF
    yield "certificato.p7m", signer.certificate_pem, PDF
    for part in (1, 2, 4, 6, 8):
        yield f"tronca-{part}.p7m", good[: len(good) * part // 9], PDF
    yield "coda.p7m", good + STRANGERS["exe"], PDF
    yield "rumore.p7m", good[:60] + random.Random(3).randbytes(3000), PDF
    yield "rumore64.p7m", base64.encodebytes(random.Random(4).randbytes(3000)), PDF
    for name in ("exe", "html", "ole", "text", "svg", "rar"):
        yield f"{name}.pdf.p7m", signer.p7m(STRANGERS[name]), PDF
    for kind in ("JavaScript", "Launch"):
        yield f"{kind}.pdf.p7m", signer.p7m(pdf(next(_places(kind)))), PDF
    yield "non-qui.xml.p7m", signer.p7m(INVOICE), PDF
    deep = whole
    for _ in range(6):
        deep = signer.p7m(deep)
    yield "profonda.p7m", deep, PDF
    yield "firmato.exe.p7m", good, PDF


def hostile(signer: Signer) -> list[Sample]:
    """All the families."""
    return [
        *acting_pdfs(), *carrying_pdfs(), *locked_and_broken_pdfs(), *strangers(), *pictures(), *invoices(),
        *archives(), *envelopes(signer),
    ]  # fmt: skip
