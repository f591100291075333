"""The name a file comes with: shown and given back, never trusted."""

import re
import unicodedata

from portal.services.uploads.refusal import Refused

LONGEST = 120
EXTENSIONS = {
    "pdf": {"pdf"}, "p7m": {"p7m"}, "jpg": {"jpg", "jpeg", "jpe"}, "png": {"png"}, "xml": {"xml"},
    "xlsx": {"xlsx"}, "zip": {"zip"},
}  # fmt: skip
PROGRAMS = frozenset({
    "exe", "scr", "bat", "cmd", "msi", "ps1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh", "hta", "jar", "lnk",
    "reg", "dll", "cpl", "pif", "apk", "app", "dmg", "iso", "img", "sh", "py", "pl", "php", "phtml", "php5", "phar",
    "asp", "aspx", "jsp", "cgi", "html", "htm", "xhtml", "shtml", "svg", "svgz", "swf", "docm", "xlsm", "pptm",
    "dotm", "xltm", "chm",
})  # fmt: skip
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean(name: str) -> str:
    """The name without folders, control characters, marks that turn the writing, and what file systems dislike."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", " ".join(plain.split())).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if dot and len(extension) <= 8:
        plain = f"{stem[: LONGEST - len(extension) - 1].rstrip()}.{extension}"
    plain = plain[:LONGEST] or "documento"
    return f"_{plain}" if RESERVED.match(plain) else plain


def checked(name: str, kind: str) -> str:
    """The name for a file of this format; one without extension gets it.

    Raises Refused when the name announces a program, or something else than the content.
    """
    parts = [part.lower().strip() for part in name.split(".")[1:]]
    if bad := next((part for part in parts if part in PROGRAMS), None):
        raise Refused(f"il nome contiene «.{bad}», come un programma. Rinomina il file e caricalo di nuovo.")
    last = parts[-1] if parts else ""
    if last in EXTENSIONS[kind]:
        return name
    if any(last in known for known in EXTENSIONS.values()):
        raise Refused(
            f"il nome dice «.{last}» ma il contenuto è {WORDS[kind]}. Salvalo con l'estensione giusta e ricaricalo."
        )
    return f"{name}.{kind}"


WORDS = {
    "pdf": "un PDF", "p7m": "un file firmato (.p7m)", "jpg": "una foto JPEG", "png": "un'immagine PNG",
    "xml": "un file XML", "xlsx": "un foglio di calcolo (.xlsx)", "zip": "un archivio .zip",
}  # fmt: skip
