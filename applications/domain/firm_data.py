"""What was typed about a firm or a site becomes data here, or a sentence beside each field that is wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from applications.domain import identifiers
from applications.rules.facts import BadAnswers, whole_number
from applications.rules.firm import ONE_PERSON, WITHOUT_REA, WITHOUT_VAT, LegalForm, day_counted
from applications.rules.lists import ateco_code, ateco_like, municipalities_like, municipality, provinces
from applications.rules.mandates import Scope, chosen_scopes
from portal.kernel.roles import Role

Typed = Mapping[str, Any]
LENGTHS = {"name": 200, "address": 200, "representative_name": 200, "holder": 200}


def firm_data(typed: Typed, *, today: date) -> dict[str, Any]:
    """The columns of a firm. Raises BadAnswers with every field that is wrong."""
    reader = Reader(typed)
    form = reader.read("legal_form", _legal_form)
    code = reader.read("tax_code", identifiers.tax_code)
    if code and form and (form in ONE_PERSON) != (len(code) == 16):
        reader.problems["tax_code"] = (
            "Per questa forma giuridica serve il codice fiscale della persona: 16 caratteri."
            if form in ONE_PERSON
            else "Il codice fiscale di una società o di un ente ha 11 cifre: controllalo, o cambia la forma giuridica."
        )
    reader.read("vat_number", identifiers.vat_number, empty_if=form in WITHOUT_VAT)
    reader.read("rea", identifiers.rea, empty_if=form in WITHOUT_REA)
    reader.text("name", "Scrivi la denominazione come risulta dalla visura.")
    reader.read("ateco", _ateco)
    reader.place()
    reader.text("address", "Scrivi via e numero civico della sede legale.")
    reader.read("pec", _pec)
    reader.count("total_employees", today)
    reader.text("representative_name", "Scrivi nome e cognome del legale rappresentante.")
    representative = reader.read("representative_tax_code", identifiers.person_tax_code)
    if representative and code and form in ONE_PERSON and len(code) == 16 and representative != code:
        reader.problems["representative_tax_code"] = (
            "Impresa individuale: il codice fiscale del titolare è lo stesso dell'impresa. Controlla i due codici."
        )
    reader.read("road_freight", _yes_or_no)
    return reader.finish()


def registration(typed: Typed, *, today: date) -> tuple[dict[str, Any], Role, list[Scope]]:
    """The columns of a firm, and in which capacity it is registered. Raises BadAnswers with all that is wrong."""
    problems: dict[str, str] = {}
    capacity, scopes = typed.get("capacity"), list(Scope)
    if capacity not in (Role.APPLICANT, Role.DELEGATE):
        problems["capacity"] = "Scegli se sei il legale rappresentante o un delegato."
    if capacity == Role.DELEGATE:
        try:
            scopes = chosen_scopes(typed.get("scopes") or ())
        except ValueError as error:
            problems["scopes"] = str(error)
    data: dict[str, Any] = {}
    try:
        data = firm_data(typed, today=today)
    except BadAnswers as error:
        problems |= error.problems
    if problems:
        raise BadAnswers(problems)
    return data, Role(str(capacity)), scopes


def site_data(typed: Typed, *, today: date) -> dict[str, Any]:
    """The columns of a site. Raises BadAnswers with every field that is wrong."""
    reader = Reader(typed)
    reader.text("address", "Scrivi via e numero civico della sede.")
    reader.place()
    reader.count("employees", today)
    return reader.finish()


class Reader:
    """Reads fields one by one and keeps what is good and what is wrong."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed
        self.data: dict[str, Any] = {}
        self.problems: dict[str, str] = {}

    def read(self, name: str, reading: Callable[[str], Any], *, empty_if: bool = False) -> Any:
        """One field by a function that raises ValueError with its sentence; None when it is wrong."""
        typed = str(self.typed.get(name) or "").strip()
        if empty_if and not typed:
            self.data[name] = ""
            return ""
        try:
            self.data[name] = reading(typed)
        except ValueError as error:
            self.problems[name] = str(error)
            return None
        return self.data[name]

    def text(self, name: str, missing: str) -> None:
        """A line of text."""

        def line(typed: str) -> str:
            text = " ".join(typed.split())
            if not text:
                raise ValueError(missing)
            if len(text) > LENGTHS[name] or not text.isprintable():
                raise ValueError(f"Il testo è troppo lungo o ha caratteri illeggibili: al massimo {LENGTHS[name]}.")
            return text

        self.read(name, line)

    def place(self) -> None:
        """Province and municipality, which must go together."""
        province = self.read("province", _province)
        self.read("municipality", lambda typed: _municipality(province or "", typed))

    def count(self, name: str, today: date) -> None:
        """A number of employees and its day."""
        self.read(name, whole_number)
        self.read(f"{name}_on", lambda typed: day_counted(typed, today))

    def finish(self) -> dict[str, Any]:
        """The data, when nothing is wrong. Raises BadAnswers."""
        if self.problems:
            raise BadAnswers(self.problems)
        return self.data


def _legal_form(typed: str) -> LegalForm:
    if typed not in list(LegalForm):
        raise ValueError("Scegli la forma giuridica.")
    return LegalForm(typed)


def _yes_or_no(typed: str) -> bool:
    if typed not in ("si", "no"):
        raise ValueError("Scegli sì o no.")
    return typed == "si"


def _province(typed: str) -> str:
    if typed not in provinces():
        raise ValueError("Scegli la provincia.")
    return typed


def _municipality(province: str, typed: str) -> str:
    if not typed:
        raise ValueError("Scrivi il comune, per esempio Milano.")
    if not province:
        raise ValueError("Scegli prima la provincia: il comune si cerca lì dentro.")
    if name := municipality(province, typed):
        return name
    like = municipalities_like(province, typed, 5)
    hint = f" Forse: {', '.join(like)}." if like else " Controlla il nome e la provincia."
    raise ValueError(f"In provincia di {provinces()[province]} non c'è il comune «{typed[:40]}».{hint}")


def _ateco(typed: str) -> str:
    if not typed:
        raise ValueError("Scrivi il codice ATECO della visura, o qualche parola dell'attività per cercarlo.")
    if code := ateco_code(typed):
        return code
    like = ateco_like(typed, 5)
    if not like:
        raise ValueError(f"«{typed[:40]}» non è tra i codici ATECO: servono sei cifre, per esempio 62.01.00.")
    choices = "; ".join(f"{code} {title}" for code, title in like)
    raise ValueError(f"Scrivi uno di questi codici: {choices}.")


def _pec(typed: str) -> str:
    try:
        validate_email(typed)
    except ValidationError:
        raise ValueError("Scrivi l'indirizzo PEC dell'impresa, per esempio impresa@pec.it.") from None
    return typed.lower()
