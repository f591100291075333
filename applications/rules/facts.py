"""The facts an application is judged by: frozen values, read from what the firm declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from portal.kernel.money import cents

LARGEST_HEADCOUNT = 1_000_000
LARGEST_AID = Decimal("999999999999.99")


class SizeClass(StrEnum):
    """EU size class by total employees (Reg. (UE) 651/2014, annex I, staff criterion only: a statistic)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


SIZES = ((10, SizeClass.MICRO), (50, SizeClass.SMALL), (250, SizeClass.MEDIUM))


def size_class(total_employees: int) -> SizeClass:
    """The class for a number of employees, everywhere, not only in Lombardy. Never used for an amount."""
    return next((size for limit, size in SIZES if total_employees < limit), SizeClass.LARGE)


@dataclass(frozen=True, slots=True)
class AidReceived:
    """A de minimis aid declared by the firm, in euro."""

    granted_on: date
    amount: Decimal
    granted_to: str


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the firm declares, typed. `declared` holds the yes/no answers by requirement code."""

    path: str
    actions: tuple[str, ...]
    headcount: int
    total_employees: int
    ateco: str
    registered: bool
    site_in_lombardy: bool
    declared: Mapping[str, bool]
    operator_registers: Mapping[str, str]
    signed: bool
    aids: tuple[AidReceived, ...] = ()

    @property
    def division(self) -> str:
        """The ATECO division: the first two digits."""
        return self.ateco[:2]


class BadAnswers(ValueError):
    """Some answers cannot be read; `problems` maps a field to its Italian sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in problems.items()))
        self.problems = dict(problems)


def whole_number(value: Any) -> int:
    """A number of people. Raises ValueError with the Italian sentence when it is not one."""
    text = str(value).strip()
    if not text:
        raise ValueError("Scrivere quanti sono i dipendenti.")
    if text.startswith("-") and text[1:].isdecimal():
        raise ValueError("Il numero di dipendenti non può essere negativo.")
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"«{text[:20]}» non è un numero intero: scrivere solo cifre, per esempio 12.")
    if int(text[:9]) > LARGEST_HEADCOUNT or len(text) > 9:
        raise ValueError("Il numero di dipendenti è troppo grande: controllare le cifre.")
    return int(text)


def facts_from(answers: Mapping[str, Any], *, ateco: str, registered: bool) -> ApplicationFacts:
    """The typed facts in a draft's answers.

    Raises BadAnswers with every unreadable field at once.
    """
    problems: dict[str, str] = {}
    counts = {}
    for name in ("headcount", "total_employees"):
        try:
            counts[name] = whole_number(answers.get(name, ""))
        except ValueError as error:
            problems[name] = str(error)
            counts[name] = 0
    if not problems and counts["headcount"] > counts["total_employees"]:
        problems["headcount"] = "I dipendenti nelle sedi lombarde non possono superare quelli in totale."
    actions = _items(answers, "actions", problems)
    if "actions" not in problems and not (actions and all(isinstance(action, str) for action in actions)):
        problems["actions"] = "Indicare almeno un'azione."
    declared, registers = (_table(answers, name, problems) for name in ("declared", "operator_registers"))
    aids = []
    for number, aid in enumerate(_items(answers, "aids", problems), start=1):
        try:
            aids.append(_aid(aid))
        except (KeyError, TypeError, ValueError, InvalidOperation):
            problems[f"aids.{number}"] = "Indicare data, importo e codice fiscale dell'aiuto ricevuto."
    if problems:
        raise BadAnswers(problems)
    return ApplicationFacts(
        path=str(answers.get("path", "ORDINARY")),
        actions=tuple(sorted(set(actions))),
        headcount=counts["headcount"],
        total_employees=counts["total_employees"],
        ateco=ateco,
        registered=registered,
        # A declaration is made or it is not: only a plain true counts, never a text that says «no».
        site_in_lombardy=answers.get("site_in_lombardy") is True,
        declared={str(code): value is True for code, value in declared.items()},
        operator_registers={str(code): str(number or "").strip() for code, number in registers.items()},
        signed=answers.get("signed") is True,
        aids=tuple(aids),
    )


def _items(answers: Mapping[str, Any], name: str, problems: dict[str, str]) -> Sequence[Any]:
    value = answers.get(name) or ()
    if isinstance(value, list | tuple):
        return value
    problems[name] = "La risposta non è un elenco."
    return ()


def _table(answers: Mapping[str, Any], name: str, problems: dict[str, str]) -> Mapping[str, Any]:
    value = answers.get(name) or {}
    if isinstance(value, Mapping):
        return value
    problems[name] = "La risposta non è un insieme di voci."
    return {}


def _aid(aid: Mapping[str, Any]) -> AidReceived:
    amount, granted_to = cents(str(aid["amount"])), str(aid["granted_to"]).strip()
    if not amount.is_finite() or not 0 < amount <= LARGEST_AID or not 0 < len(granted_to) <= 16:
        raise ValueError("an aid is positive and has somebody who received it")
    return AidReceived(date.fromisoformat(aid["granted_on"]), amount, granted_to)
