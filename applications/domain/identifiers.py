"""Codes with check digits: codice fiscale, partita IVA, REA. What is wrong is said in a sentence."""

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale, iva

from applications.rules.lists import provinces


def tax_code(typed: str) -> str:
    """A codice fiscale, of a company (11 figures) or of a person (16 characters).

    Raises ValueError with the Italian sentence.
    """
    code = codicefiscale.compact(typed)
    if not code:
        raise ValueError("Scrivi il codice fiscale: 11 cifre per una società, 16 caratteri per una persona.")
    if len(code) == 16:
        return person_tax_code(code)
    if len(code) != 11 or not (code.isascii() and code.isdecimal()):
        raise ValueError(
            f"Il codice fiscale ha 11 cifre (società) o 16 caratteri (persona): qui sono {len(code)}. Controllalo."
        )
    if not luhn.is_valid(code) or set(code) == {"0"}:
        raise ValueError("Il codice fiscale non torna: una cifra è sbagliata o due sono scambiate. Controllalo.")
    return code


def person_tax_code(typed: str) -> str:
    """The codice fiscale of a person. Raises ValueError with the Italian sentence."""
    code = codicefiscale.compact(typed)
    if len(code) != 16:
        raise ValueError("Il codice fiscale di una persona ha 16 caratteri, per esempio NNANNA80A41F205K.")
    try:
        return str(codicefiscale.validate(code))
    except ValidationError:
        raise ValueError(
            "Il codice fiscale non torna: un carattere è sbagliato o due sono scambiati. Controllalo."
        ) from None


def vat_number(typed: str) -> str:
    """A partita IVA, with or without IT before it. Raises ValueError with the Italian sentence."""
    number = iva.compact(typed)
    if len(number) != 11 or not number.isdecimal():
        raise ValueError("La partita IVA ha 11 cifre, per esempio 09000010158.")
    try:
        return str(iva.validate(number))
    except ValidationError:
        raise ValueError("La partita IVA non torna: una cifra è sbagliata o due sono scambiate. Controllala.") from None


def rea(typed: str) -> str:
    """A REA number as province and figures (MI-1234567). Raises ValueError with the Italian sentence."""
    found = re.fullmatch(r"([A-Z]{2})[\s./-]*(\d{3,7})", typed.strip().upper(), re.ASCII)
    if found is None or found[1] not in provinces():
        raise ValueError("Il numero REA ha la sigla della provincia e fino a sette cifre, per esempio MI-1234567.")
    return f"{found[1]}-{found[2]}"
