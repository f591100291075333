"""An IBAN as it was typed becomes one that money can be sent to, or a sentence that says what is wrong."""

from schwifty import IBAN
from schwifty.exceptions import InvalidCountryCode, SchwiftyException

from applications.rules.iban import compact

EXAMPLE = "IT60 X054 2811 1010 0000 0123 456"


def iban(typed: str) -> str:
    """The IBAN of a SEPA account, without spaces; of an Italian one also the CIN is checked.

    Raises ValueError with the Italian sentence.
    """
    text = compact(typed)
    if not text:
        raise ValueError(
            f"Scrivi l'IBAN del conto: è sull'estratto conto e nell'app della banca. Per esempio {EXAMPLE}."
        )
    if not (text.isascii() and text.isalnum()):
        raise ValueError("Un IBAN ha solo lettere e cifre: togli gli altri segni.")
    country = text[:2]
    if not country.isalpha():
        raise ValueError(f"Un IBAN comincia con le due lettere del Paese: in Italia IT, per esempio {EXAMPLE}.")
    known = IBAN(text, allow_invalid=True)
    try:
        is_sepa = known.in_sepa_zone
    except InvalidCountryCode:
        is_sepa = False
    if not is_sepa:
        raise ValueError(
            f"L'IBAN comincia con «{country}», che non è un Paese dell'area SEPA: serve un conto che riceve bonifici "
            "SEPA in euro."
        )
    length = known.spec.iban_length
    if len(text) != length:
        whose = "italiano" if country == "IT" else f"che comincia con {country}"
        raise ValueError(f"Un IBAN {whose} ha {length} caratteri: qui sono {len(text)}. Controllalo.")
    try:
        known.validate(validate_bban=country == "IT")
    except SchwiftyException:
        raise ValueError("L'IBAN non torna: un carattere è sbagliato o due sono scambiati. Controllalo.") from None
    return text
