"""Identifiers that pass the check digits and belong, as far as it can be told, to nobody."""

from random import Random

from stdnum import luhn
from stdnum.it import codicefiscale

# VAT serials start from one in each province and are far below this; codes of bodies start with 8 or 9.
FIRST_SERIAL = 6_400_000

# The tax offices that number the firms: Monza's firms keep the office of Milan.
OFFICES = {
    "VA": "012",
    "CO": "013",
    "SO": "014",
    "MI": "015",
    "BG": "016",
    "BS": "017",
    "PV": "018",
    "CR": "019",
    "MN": "020",
    "LC": "097",
    "LO": "098",
    "MB": "015",
}

# Letters rare in Italian surnames and names: the code is well formed and no likely person bears it.
RARE = "JKWXY"
MONTHS = "ABCDEHLMPRST"


def vat_number(serial: int, province: str) -> str:
    """An 11-digit partita IVA, valid by its check digit; unique for a serial."""
    body = f"{FIRST_SERIAL + serial:07d}{OFFICES[province]}"
    return body + luhn.calc_check_digit(body)


def personal_tax_code(rng: Random, serial: int, cadastral: str) -> str:
    """A 16-character codice fiscale, valid by its check character; unique for a serial below 15 million."""
    # Mixed within each run of 5^6 serials (6007 has no factor 5), so that neighbours do not look alike.
    run, place = divmod(serial, len(RARE) ** 6)
    digits, rest = [], (place * 6007 + 4321) % len(RARE) ** 6
    for _ in range(6):
        rest, digit = divmod(rest, len(RARE))
        digits.append(RARE[digit])
    year, day_of_run = divmod(run, 28)
    day = day_of_run + 1 + 40 * rng.randrange(2)
    body = f"{''.join(digits)}{55 + year:02d}{rng.choice(MONTHS)}{day:02d}{cadastral}"
    return body + codicefiscale.calc_check_digit(body)


def rea(serial: int, province: str) -> str:
    """A number of the business register: province and seven digits, above those in use."""
    return f"{province}-{7_000_000 + serial}"
