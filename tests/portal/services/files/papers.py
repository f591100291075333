"""Small files to build upon: a plain PDF, photographs, invoices, archives."""

import io
import zipfile
from collections.abc import Callable, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

INVOICE = b"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="fatturaordinaria.xsl"?>
<p:FatturaElettronica versione="FPR12" xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
<FatturaElettronicaHeader><CedentePrestatore>Alfa &amp; figli</CedentePrestatore></FatturaElettronicaHeader>
<FatturaElettronicaBody><Importo>122.00</Importo></FatturaElettronicaBody></p:FatturaElettronica>"""


def pdf(change: Callable[[Pdf], None] | None = None, **saving: object) -> bytes:
    """A PDF of one page, changed before it is saved."""
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(595, 842))
        file.pages[0].Contents = file.make_stream(b"BT /F1 12 Tf 72 720 Td (Relazione) Tj ET" * 40)
        if change:
            change(file)
        file.save(out, **saving)
    return out.getvalue()


def image(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **saving: object) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else 120 if mode in ("L", "P") else None or 0).save(out, form, **saving)
    return out.getvalue()


def archive(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return out.getvalue()


def workbook(**more: bytes) -> bytes:
    """A spreadsheet's package, as far as anybody looks."""
    return archive(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
            "xl/workbook.xml": b'<?xml version="1.0"?><workbook/>',
            "xl/worksheets/sheet1.xml": b'<?xml version="1.0"?><worksheet/>',
        }
        | {name.replace("__", "/"): data for name, data in more.items()}
    )


def action(kind: str) -> Dictionary:
    """A PDF action of a kind."""
    return (
        Dictionary(
            S=Name(f"/{kind}"),
            JS=pikepdf.String("app.alert(1)") if kind == "JavaScript" else None,
            F=pikepdf.String("x"),
        )
        if kind == "JavaScript"
        else Dictionary(S=Name(f"/{kind}"), F=pikepdf.String("calc.exe"))
    )


def names_of(*pairs: object) -> Dictionary:
    """A name tree of one leaf."""
    return Dictionary(Names=Array(list(pairs)))
