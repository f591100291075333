"""De minimis: the room of a single undertaking, told alike to the dossier, the session, the draft and the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from applications.models import Application
from portal.kernel.deadlines import rome_day
from portal.kernel.money import ZERO
from vouchers.domain.facts import money_terms, vouchers_to
from vouchers.domain.visure import Visura, visure_found
from vouchers.models import Award
from vouchers.rules.aid import Aid, AidRoom, NoRegulationInForce, room
from vouchers.rules.aid_sources import Counted, counted, made_of
from vouchers.rules.terms import MoneyTerms


@dataclass(frozen=True, slots=True)
class Undertaking:
    """Whose room is asked: the firm of an application, what it declared, the last visura about it.

    `own` and `cor` are the award whose room it is: it does not count, nor does the register's row about it.
    """

    tax_code: str
    road_freight: bool
    terms: MoneyTerms
    declared: tuple[Aid, ...]
    visura: Visura | None
    own: int | None
    cor: str

    @property
    def codes(self) -> set[str]:
        """The codici fiscali of the single undertaking."""
        return {self.tax_code, *(aid.granted_to for aid in self.declared)}


@dataclass(frozen=True, slots=True)
class Standing:
    """The aids that count on a day; the room they leave, or why there is none (`problem`)."""

    on: date
    found: tuple[Counted, ...]
    visura: Visura | None
    room: AidRoom | None
    problem: str = ""

    @property
    def made_of(self) -> str:
        """In words, whence the euro that use the ceiling come."""
        day = rome_day(self.visura.at) if self.visura else None
        return made_of(self.found, self.room, self.on, day) if self.room else ""


def standings(asked: Mapping[int, Undertaking], granting: datetime) -> dict[int, Standing]:
    """What counts against each undertaking, and the room left to it: each aid once, whoever tells of it (one query).

    Counted are the aids declared, the vouchers of this portal granted by `granting` to any of its codes, and what
    the last visura lists besides.
    """
    known = vouchers_to(set().union(*(one.codes for one in asked.values())), granting) if asked else {}
    return {key: _standing(one, known, rome_day(granting)) for key, one in asked.items()}


def _standing(one: Undertaking, known: Mapping[int, Aid], on: date) -> Standing:
    vouchers = [aid for pk, aid in known.items() if pk != one.own and aid.granted_to in one.codes]
    own = known.get(one.own) if one.own else None
    if own is None and one.cor:
        own = Aid(date.min, ZERO, one.tax_code, one.cor)
    listed = one.visura.aids if one.visura else ()
    found = tuple(counted(one.declared, vouchers, listed, own=own, on=on))
    aids, terms = [item.aid for item in found], one.terms
    try:
        left = room(terms.regulations, on, aids, one.road_freight, overlap=terms.overlap)
    except NoRegulationInForce as error:
        return Standing(on, found, one.visura, None, str(error))
    return Standing(on, found, one.visura, left)


def standings_of(
    applications: Sequence[Application], awards: Mapping[int, Award], granting: datetime
) -> dict[int, Standing]:
    """By application, the room of its single undertaking, its own award (`awards`, by application) aside; two queries.

    The applications must come with their firm, terms and declared aids.
    """
    visure = visure_found([row.pk for row in applications])
    asked = {
        row.pk: Undertaking(
            row.firm.tax_code,
            row.firm.road_freight,
            money_terms(row.terms),
            tuple(Aid(aid.granted_on, aid.amount, aid.granted_to) for aid in row.declared_aids.all()),
            visure.get(row.pk),
            own=awards[row.pk].pk if row.pk in awards else None,
            cor=awards[row.pk].cor if row.pk in awards else "",
        )
        for row in applications
        if row.terms is not None
    }
    return standings(asked, granting)
