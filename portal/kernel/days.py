"""Days as people and spreadsheets write them (31/10/2026, 31.10.2026, 31 ottobre 2026), and their instants in Rome."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from portal.kernel.deadlines import ROME

LONGEST = 20
"""How much of a wrong text is said again."""
MONTHS = [
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
    "novembre", "dicembre",
]  # fmt: skip


def typed_day(text: str, example: date) -> date:
    """The day that somebody typed. Raises ValueError with the Italian sentence; `example` is shown in it."""
    try:
        number, month, year = (int(part) for part in as_typed(text.strip().lower()).split("/"))
        return date(year, month, number)
    except ValueError:
        shown = text.strip()[:LONGEST]
        sentence = f"«{shown}» non è una data: scrivi giorno, mese e anno, per esempio {example:%d/%m/%Y}."
        raise ValueError(sentence) from None


def start_of_day(day: date) -> datetime:
    """The first instant of a day, in Europe/Rome."""
    return datetime.combine(day, time.min, tzinfo=ROME)


def as_typed(text: str) -> str:
    """The date as gg/mm/aaaa, when it can be told what it is."""
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(t[\d:.]+)?", text):
        return f"{found[3]}/{found[2]}/{found[1]}"
    if found := re.fullmatch(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})( 0{1,2}:00(:00)?)?", text):
        return f"{found[1]}/{found[2]}/{found[3] if len(found[3]) == 4 else f'20{found[3]}'}"
    if (found := re.fullmatch(r"(\d{1,2})[º°]? ([a-z]+) (\d{4})", text)) and found[2] in MONTHS:
        return f"{found[1]}/{MONTHS.index(found[2]) + 1}/{found[3]}"
    try:
        serial = Decimal(text)
    except InvalidOperation:
        return text
    if not serial.is_finite() or not 30_000 < serial < 70_000:
        return text
    return f"{date(1899, 12, 30) + timedelta(days=int(serial)):%d/%m/%Y}"


SHORTENED = {"il": "l'", "al": "all'", "dal": "dall'", "del": "dell'", "nel": "nell'", "sul": "sull'"}
SHORTENED |= {article.capitalize(): short.capitalize() for article, short in SHORTENED.items()}
BEFORE_A_VOWEL = re.compile(rf"\b({'|'.join(SHORTENED)}) (?=(?:8|11) (?:{'|'.join(MONTHS)})\b)")


def elided(text: str) -> str:
    """The text with the article that eight and eleven want: «entro l'11 dicembre», «dall'8 marzo»."""
    return BEFORE_A_VOWEL.sub(lambda found: SHORTENED[found[1]], text)


def after(article: str, day: str) -> str:
    """A day in words after its article, if it has one: «il 7 marzo», «l'8 marzo», «dall'11 marzo 2026, 12:00»."""
    return elided(f"{article} {day}") if article else day
