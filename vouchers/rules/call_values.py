"""The single values of a call's file: each function turns what TOML gave into plain JSON, or says what is wrong."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

type_name = {
    bool: "sì/no", int: "un numero intero", float: "un numero con la virgola", str: "un testo",
    list: "un elenco", dict: "una tabella", date: "una data", datetime: "una data con l'ora",
}  # fmt: skip

LONGEST_CODE = 40
CODE = re.compile(r"[A-Z0-9][A-Z0-9_]*")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
AMOUNT = re.compile(r"-?\d+(\.\d+)?")


class BadValue(ValueError):
    """A value that cannot stand where it is; the text is Italian and says what to write instead."""


Read = Callable[[object], object]


def found(value: object) -> str:
    """What kind of value was met, in words."""
    return type_name.get(type(value), "un valore di altro tipo")


def text(value: object) -> str:
    """A text that is not blank."""
    if not isinstance(value, str):
        raise BadValue(f"serve un testo tra virgolette, qui c'è {found(value)}")
    if not value.strip():
        raise BadValue("il testo è vuoto: scrivilo o togli la voce")
    return value


def code(value: object) -> str:
    """An identifier of the data: capital letters, digits and underscores."""
    if not CODE.fullmatch(text(value)):
        raise BadValue(f"«{value}» non è un codice: usa maiuscole, cifre e trattini bassi, per esempio «MIN_HEADCOUNT»")
    if len(str(value)) > LONGEST_CODE:
        raise BadValue(f"il codice «{value}» è troppo lungo: al massimo {LONGEST_CODE} caratteri")
    return str(value)


def slug(value: object) -> str:
    """The identifier of the call in addresses and commands."""
    if not SLUG.fullmatch(text(value)):
        raise BadValue(f"«{value}» non va bene: usa minuscole, cifre e trattini, per esempio «smart-working-2020»")
    return str(value)


def whole(value: object) -> int:
    """A whole number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(f"serve un numero intero senza virgolette, qui c'è {found(value)}")
    if value < 0:
        raise BadValue(f"il numero è negativo ({value}): scrivi zero o più")
    return value


def positive(value: object) -> int:
    """A whole number, one or more."""
    if whole(value) == 0:
        raise BadValue("il numero è zero: scrivi uno o più")
    return whole(value)


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise BadValue(f"serve true oppure false, qui c'è {found(value)}")
    return value


def day(value: object) -> str:
    """A date without a time, as ISO text."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise BadValue(f"serve una data senza virgolette, per esempio 2020-02-18, qui c'è {found(value)}")
    return value.isoformat()


def local_instant(value: object) -> str:
    """A date and time without offset, as ISO text: its time zone is beside it."""
    if not isinstance(value, datetime):
        raise BadValue(f"serve una data con l'ora, per esempio 2020-04-02T12:00:00, qui c'è {found(value)}")
    if value.tzinfo is not None:
        raise BadValue("scrivi l'ora locale senza scostamento: il fuso è nella voce «timezone»")
    return value.isoformat()


def timezone(value: object) -> str:
    """The name of a time zone."""
    try:
        ZoneInfo(text(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue(f"il fuso orario «{value}» non esiste: scrivi per esempio «Europe/Rome»") from None
    return str(value)


def money(value: object) -> str:
    """An amount in euro, as text with two decimals."""
    amount = _decimal(value, '"5000.00"')
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        raise BadValue(f"l'importo {value} ha più di due decimali: gli importi arrivano al centesimo")
    return f"{amount:.2f}"


def number(value: object) -> str:
    """A number with decimals that is not an amount (percentage, million euro), as text."""
    return str(_decimal(value, '"0.05"'))


def percent(value: object) -> str:
    """A percentage between 0 and 100, as text."""
    if _decimal(value, '"100.00"') > 100:
        raise BadValue(f"la percentuale {value} supera 100")
    return str(value)


def texts(value: object) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list):
        raise BadValue(f"serve un elenco di testi, qui c'è {found(value)}")
    return [text(item) for item in value]


def codes(value: object) -> list[str]:
    """A list of codes, each once."""
    if not isinstance(value, list):
        raise BadValue(f"serve un elenco di codici, qui c'è {found(value)}")
    read = [code(item) for item in value]
    if twice := sorted({item for item in read if read.count(item) > 1}):
        raise BadValue(f"codici ripetuti nell'elenco: {', '.join(twice)}")
    return read


def one_of(*options: str) -> Read:
    """A reader that accepts one of the options."""

    def read(value: object) -> str:
        if value not in options:
            raise BadValue(f"«{value}» non è previsto: scrivi {' oppure '.join(options)}")
        return str(value)

    return read


def _decimal(value: object, example: str) -> Decimal:
    if not isinstance(value, str):
        raise BadValue(f"serve un numero tra virgolette, per esempio {example}, qui c'è {found(value)}")
    try:
        amount = Decimal(value) if AMOUNT.fullmatch(value) else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise BadValue(f"«{value}» non è un numero: usa il punto per i decimali, per esempio {example}")
    if amount < 0:
        raise BadValue(f"il numero è negativo ({value}): scrivi zero o più")
    return amount
