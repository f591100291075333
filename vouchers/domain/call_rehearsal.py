"""The draft of a call tried on the applications of a published one: read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from applications.domain.draw import serving_order
from applications.models import Application, Call
from applications.rules.states import ApplicationState
from portal.kernel.money import ZERO
from vouchers.rules.call_file import CallFile, read_content
from vouchers.rules.rehearsal import Applicant, Rehearsal, rehearse
from vouchers.rules.terms import MoneyTerms

NOT_WEIGHED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REJECTED)


@dataclass(frozen=True, slots=True)
class Compared:
    """The same applications by the rules of their call and by those of the draft."""

    now: Rehearsal
    then: Rehearsal


def compare(file: CallFile, population: Call) -> Compared:
    """Weigh the live applications of a call by its last published rules and by those of a draft (three queries)."""
    order = serving_order(population)
    rows = Application.objects.filter(call=population).exclude(status__in=NOT_WEIGHED)
    columns = rows.values_list("pk", "headcount", "actions", "protocol_year", "protocol_number")
    found = [(order.place(year or 0, number or 0), pk, people, asked) for pk, people, asked, year, number in columns]
    applicants = [Applicant(pk, people or 0, tuple(asked)) for _place, pk, people, asked in sorted(found)]
    return Compared(_by(read_content(population.source), applicants), _by(file, applicants))


def _by(file: CallFile, applicants: list[Applicant]) -> Rehearsal:
    terms = MoneyTerms.from_payload(file.versions[-1].payload)
    return rehearse(
        applicants,
        bands=terms.bands,
        compulsory=[action.code for action in terms.actions if action.compulsory],
        room=money_of(file),
        overtaking=terms.overtaking,
    )


def money_of(file: CallFile) -> Mapping[str, Decimal]:
    """The euro that the acts of a call bring to each action."""
    room: dict[str, Decimal] = {}
    for act in file.money_acts:
        for code, amount in act.split.items():
            room[code] = room.get(code, ZERO) + amount
    return room
