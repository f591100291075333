"""What each requirement is judged by, value by value: the officer reads it beside the outcome. Pure.

One table ties the code of a requirement to the values that speak of it; a requirement that is not in it has none of its
own. A value that speaks against the requirement says so: then the portal does not say that it is met.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from applications.rules.eligibility import DECLARED, Outcome
from applications.rules.facts import ApplicationFacts
from applications.rules.lists import ateco_titles
from applications.rules.operator_list import REGISTERS, Operator
from applications.rules.signing import TO_SIGN
from applications.rules.terms import Requirement
from portal.kernel.deadlines import ROME

ENOUGH = frozenset({"LATE", "DUPLICATE"})
"""The requirements, judged by no declared fact, that their evidence settles by itself."""
NEXT_TO = {"MANDATE": "INCOMPLETE", TO_SIGN: "INCOMPLETE", "SITE_COMMITMENT": "SITE_LOMBARDY"} | {
    "COVID_DECLARATION": "EXISTING_PLAN", "EQUIPMENT_LIST": "INCOMPLETE", "DE_MINIMIS_DECLARATION": "DE_MINIMIS",
}  # fmt: skip
"""Beside which requirement a document is read; the others beside the completeness."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: what it is, what it says, whether it speaks against; `file` is the attachment to read it in."""

    label: str
    value: str
    against: bool = False
    file: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The desk in whose hours the application came."""

    name: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the application; `file` is None when it is asked and is not there. `bad`: its signature fails."""

    code: str
    title: str
    file: int | None
    says: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """Another application of the same firm to the same call, with its state in words."""

    protocol: str
    state: str
    live: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What was presented, and what the portal knows beside it. `listed` is the operator in the office's register.

    `register_loaded`: the office has loaded a register of operators, so that not being in it says something; who is in
    it is looked at as of `on`. `registry`: what Registro Imprese said, and whether it speaks against.
    """

    facts: ApplicationFacts
    submitted_at: datetime
    window: Window | None
    papers: Sequence[Paper]
    others: Sequence[Other]
    firm: Mapping[str, Any]
    answers: Mapping[str, Any]
    listed: Operator | None
    register_loaded: bool
    on: date
    registry: tuple[str, bool] | None = None


Reading = Callable[[Known, Requirement], Iterator[Fact]]


def evidence(known: Known, requirements: Iterable[Requirement]) -> dict[str, tuple[Fact, ...]]:
    """The values of each requirement, by its code, with the documents read beside it."""
    return {
        item.code: (*(READINGS[item.code](known, item) if item.code in READINGS else ()), *_papers(known, item.code))
        for item in requirements
    }


def weighed(code: str, outcome: Outcome, facts: Sequence[Fact]) -> Outcome:
    """The outcome once the evidence has spoken: what speaks against it is never passed over."""
    if outcome is Outcome.RELAXED:
        return outcome
    if any(fact.against for fact in facts):
        return Outcome.NOT_MET
    return Outcome.MET if outcome is Outcome.BY_HAND and code in ENOUGH and facts else outcome


def fitting(outcome: Outcome, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The values as they are shown: nothing speaks against what is not asked."""
    return tuple(replace(fact, against=False) for fact in facts) if outcome is Outcome.RELAXED else tuple(facts)


def _window(known: Known, requirement: Requirement) -> Iterator[Fact]:
    yield Fact("Protocollata", moment(known.submitted_at), known.window is None)
    if known.window is None:
        yield Fact("Sportello", "nessuno era aperto in quell'istante", against=True)
    else:
        hours = f"dal {moment(known.window.opens_at)} al {moment(known.window.closes_at)} escluso"
        yield Fact(known.window.name, hours)


def _signature(known: Known, requirement: Requirement) -> Iterator[Fact]:
    yield Fact("Dichiarata firmata", yes(known.facts.signed), not known.facts.signed)


def _duplicates(known: Known, requirement: Requirement) -> Iterator[Fact]:
    if not known.others:
        yield Fact("Altre domande dell'impresa a questo avviso", "nessuna")
    for other in known.others:
        alive = "viva" if other.live else "non più viva"
        yield Fact(f"Domanda {other.protocol}", f"{other.state} ({alive})", other.live)


def _registered(known: Known, requirement: Requirement) -> Iterator[Fact]:
    rea, vat = str(known.firm["rea"] or ""), str(known.firm["vat_number"] or "")
    yield Fact("REA", rea or "non indicato")
    yield Fact("Partita IVA", vat or "non indicata", not (rea or vat))
    if known.registry:
        said, against = known.registry
        yield Fact("Registro Imprese", said, against and bool(rea))


def _headcount(known: Known, requirement: Requirement) -> Iterator[Fact]:
    people, least = known.facts.headcount, requirement.minimum or 0
    yield Fact("Dipendenti nelle sedi lombarde", f"{people}, almeno {least} richiesti", people < least)
    yield Fact("Dipendenti in totale", str(known.facts.total_employees))


def _sites(known: Known, requirement: Requirement) -> Iterator[Fact]:
    to_open = known.facts.declared.get("SITE_TO_OPEN", False)
    yield Fact("Sede in Lombardia", yes(known.facts.site_in_lombardy), not (known.facts.site_in_lombardy or to_open))
    if to_open:
        yield Fact("Impegno ad aprirla", "sì")
    for site in known.answers.get("sites") or ():
        yield Fact(f"{site.get('municipality')} ({site.get('province')})", f"{site.get('headcount')} dipendenti")


def _sector(known: Known, requirement: Requirement) -> Iterator[Fact]:
    title, excluded = ateco_titles().get(known.facts.ateco, ""), requirement.ateco_excluded
    said = f"{known.facts.ateco} {title}".strip()
    yield Fact("Attività prevalente", said, known.facts.division in excluded)
    yield Fact("Divisioni escluse", " e ".join(excluded) or "nessuna")


def _operator(known: Known, requirement: Requirement) -> Iterator[Fact]:
    chosen = known.answers.get("operator") or {}
    who = " ".join(filter(None, (str(chosen.get("name") or ""), str(chosen.get("tax_code") or ""))))
    yield Fact("Operatore scelto", who or "nessuno", not who)
    for register, words in REGISTERS.items():
        declared = str(known.facts.operator_registers.get(register) or "")
        there = known.listed.numbers[register] if known.listed else ""
        said = f"dichiarato {declared}" if declared else "non dichiarato"
        if known.register_loaded and chosen.get("tax_code"):
            said += f"; nell'elenco dell'ufficio {there}" if there else "; nell'elenco dell'ufficio non c'è"
            if there and declared and there != declared:
                said += ": i numeri sono diversi"
            yield Fact(f"Albo {words}", said, not there or (bool(declared) and there != declared))
        else:
            yield Fact(f"Albo {words}", said, not declared)
    if known.listed and known.listed.until and known.listed.until <= known.on:
        yield Fact("Iscrizione", f"cessata il {known.listed.until:%d/%m/%Y}", against=True)


def _declared(known: Known, requirement: Requirement) -> Iterator[Fact]:
    said = known.facts.declared.get(requirement.code, False)
    yield Fact("Dichiarato dall'impresa", yes(said), not said)


READINGS: Mapping[str, Reading] = dict.fromkeys(DECLARED, _declared) | {
    "LATE": _window,
    "INCOMPLETE": _signature,
    "DUPLICATE": _duplicates,
    "REGISTERED": _registered,
    "MIN_HEADCOUNT": _headcount,
    "SITE_LOMBARDY": _sites,
    "SECTOR": _sector,
    "OPERATOR_REGISTER": _operator,
}


def _papers(known: Known, code: str) -> Iterator[Fact]:
    for paper in known.papers:
        if NEXT_TO.get(paper.code, "INCOMPLETE") == code:
            missing = paper.file is None
            yield Fact(paper.title, "manca" if missing else paper.says, missing or paper.bad, paper.file)


def yes(value: bool) -> str:
    """A yes or a no."""
    return "sì" if value else "no"


def moment(instant: datetime) -> str:
    """An instant in Europe/Rome: 02/04/2020, 12:00:05; the seconds decide who is in time."""
    return f"{instant.astimezone(ROME):%d/%m/%Y, %H:%M:%S}"
