"""The plan of a guided application: sites, activities, pilot and equipment, judged as a whole (domain.md section 4).

The pilot lasts its months at least, fits in the days of the activities and takes the workers of the band;
every item of equipment serves an activity of the plan.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from applications.rules.eligibility import Finding
from applications.rules.payload import Payload, bare
from applications.rules.terms import Deadline, deadlines_from


@dataclass(frozen=True, slots=True)
class PilotTerms:
    """What a version of the terms asks of the pilot; `bands` are first employee, last one or None, workers."""

    shortest: Deadline
    activities: Deadline
    bands: tuple[tuple[int, int | None, int], ...]

    @classmethod
    def from_payload(cls, payload: Payload) -> Self:
        """The terms of the pilot in a stored version."""
        deadlines = deadlines_from(payload)
        bands = tuple((bare(row["min"]), bare(row.get("max")), bare(row["workers"])) for row in payload["pilot_bands"])
        return cls(deadlines["pilot"], deadlines["activities"], bands)

    def workers(self, headcount: int) -> int:
        """The least number of workers in the pilot; 0 outside every band."""
        return next((workers for low, high, workers in self.bands if low <= headcount <= (high or headcount)), 0)


def months_after(start: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month. Raises ValueError past the year 9999."""
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def pilot_problems(
    starts_on: date | None, months: int | None, workers: int | None, headcount: int | None, terms: PilotTerms
) -> dict[str, str]:
    """What is wrong in the pilot, by field: months, workers. What is not known yet is not judged."""
    problems = {}
    shortest, days = terms.shortest.value, terms.activities.value
    if months is not None and months < shortest:
        problems["months"] = f"Il progetto pilota dura almeno {shortest} mesi ({terms.shortest.article})."
    elif months is not None and (months > 120 or _days(starts_on or date(2021, 1, 1), months) > days):
        problems["months"] = (
            f"Il progetto pilota deve stare nei {days} giorni delle attività ({terms.activities.article}): "
            "riduci i mesi."
        )
    least = terms.workers(headcount) if headcount is not None else 0
    at_least = "serve almeno 1 lavoratore" if least == 1 else f"servono almeno {least} lavoratori"
    if workers is not None and workers < least:
        problems["workers"] = f"Con {headcount} dipendenti nelle sedi lombarde {at_least} nel progetto pilota."
    if workers is not None and headcount is not None and workers > headcount:
        problems["workers"] = (
            f"I lavoratori del progetto pilota non possono superare i {headcount} delle sedi lombarde."
        )
    return problems


def _days(start: date, months: int) -> int:
    try:
        return (months_after(start, months) - start).days
    except ValueError:
        return 10**6


def plan_findings(answers: Mapping[str, Any], terms: PilotTerms) -> tuple[Finding, ...]:
    """Every gap of a guided application's plan, sites, operator and equipment; empty when it is whole."""
    return tuple(_findings(answers, terms))


def _findings(answers: Mapping[str, Any], terms: PilotTerms) -> Iterator[Finding]:
    headcount = answers.get("headcount")
    if not isinstance(answers.get("sites"), list):
        yield Finding("SITES", "mancano le sedi in Lombardia", "")
    elif sum(site["headcount"] for site in answers["sites"]) > (headcount or 0):
        yield Finding("SITES", "i dipendenti delle sedi superano quelli dichiarati in Lombardia", "")
    if not (answers.get("operator") or {}).get("tax_code"):
        yield Finding("OPERATOR", "manca l'operatore accreditato", "")
    if "aids" not in answers:
        yield Finding("AIDS", "manca la dichiarazione sugli aiuti de minimis", "")
    plan = answers.get("plan")
    if not plan:
        yield Finding("PLAN", "manca il piano di smart working", terms.shortest.article)
        return
    pilot = plan["pilot"]
    starts_on = date.fromisoformat(pilot["starts_on"])
    for field, text in pilot_problems(starts_on, pilot["months"], pilot["workers"], headcount, terms).items():
        yield Finding(f"PILOT_{field.upper()}", text.rstrip("."), "")
    names = [activity["name"] for activity in plan["activities"]]
    for item in untied(answers.get("equipment") or (), names):
        yield Finding("EQUIPMENT", f"il bene «{item}» non serve un'attività del piano", terms.activities.article)


def untied(equipment: Sequence[Mapping[str, str]], activities: Sequence[str]) -> list[str]:
    """The items that serve no activity of the plan."""
    return [item["item"] for item in equipment if item["activity"] not in activities]
