"""Euro and cents. Every amount in the project is a `Decimal` that passed through `cents`."""

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
WRITTEN = re.compile(r"-?([1-9][0-9]{0,2}(\.[0-9]{3})+|[0-9]+)(,[0-9]*)?")
"""An amount with or without the points of the thousands, and with a comma before the cents."""
POINTED = re.compile(r"-?[0-9]+\.[0-9]+")
LONGEST = 30


def cents(value: Decimal | int | str) -> Decimal:
    """The amount in euro with exactly two decimals, half a cent rounded up. The only rounding in the project.

    Raises TypeError for a float: a binary fraction is not an amount of money.
    """
    if isinstance(value, float):
        raise TypeError("a float is not money: pass a Decimal, an int or a string")
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def total(amounts: "list[Decimal] | tuple[Decimal, ...]") -> Decimal:
    """The sum in euro; 0.00 for no amounts."""
    return sum(amounts, ZERO)


def plain(amount: Decimal) -> str:
    """The amount as programs write it: 10705500.00."""
    return f"{cents(amount):.2f}"


def figure(amount: Decimal) -> str:
    """The amount as Italians write it, without the sign of the currency: 10.705.500,00."""
    return f"{cents(amount):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def euro(amount: Decimal) -> str:
    """The amount as Italians write it: 10.705.500,00 € (with a no-break space)."""
    return f"{figure(amount)}\u00a0€"


def read_euro(written: str) -> Decimal | None:
    """The amount that somebody wrote; None when it is none.

    A point before three digits is that of the thousands, as Italians write: «10.000» is ten thousand, «10.50» ten and
    a half. No decimal is lost: whoever wants cents must look.
    """
    text = written.replace("€", "").replace("\u00a0", "").replace(" ", "").strip()
    if len(text) > LONGEST:
        return None
    if WRITTEN.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return Decimal(text) if POINTED.fullmatch(text) else None
