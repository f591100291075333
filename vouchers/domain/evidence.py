"""The money beside the requirements of a dossier, told to the page of the floor below."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from applications.models import Application
from applications.rules.evidence import Fact
from applications.rules.facts import ApplicationFacts
from portal.kernel.deadlines import rome_day
from portal.kernel.money import ZERO
from vouchers.domain.aid_room import Undertaking, standings
from vouchers.domain.facts import money_terms
from vouchers.domain.visure import visure_of
from vouchers.models import Award
from vouchers.rules.aid import Aid
from vouchers.rules.aid_sources import counted, differs
from vouchers.rules.evidence import aid_facts, amounts_by_band, band_facts, visura_facts


def money_evidence(item: Application, facts: ApplicationFacts, now: datetime) -> Mapping[str, Sequence[Fact]]:
    """The band and the de minimis room, on the day of the grant or today (one query).

    One more for the visura of an application that was read without it.
    """
    if item.terms is None:
        return {}
    terms, award = money_terms(item.terms), _award(item)
    granting = award.granted_at if award is not None and award.granted_at else now
    firm = item.snapshot["firm"] if item.snapshot else {}
    amounts = amounts_by_band(facts.headcount, facts.actions, terms.bands)
    if award is not None and hasattr(item, "award_total"):
        amounts = {"": item.award_total}
    bands = {"MIN_HEADCOUNT": tuple(band_facts(facts.headcount, facts.actions, terms.bands))}
    visura = visure_of(item).found
    asked = Undertaking(
        firm["tax_code"],
        firm["road_freight"],
        terms,
        _declared(facts),
        visura,
        own=award.pk if award is not None else None,
        cor=award.cor if award is not None else "",
    )
    standing = standings({item.pk: asked}, granting)[item.pk]
    start = standing.room.window_start if standing.room else None
    said = visura_facts(rome_day(visura.at), visura.aids, standing.found, start) if visura else ()
    if standing.room is None:
        return {**bands, "DE_MINIMIS": (*said, Fact("Massimale", standing.problem))}
    return {**bands, "DE_MINIMIS": (*said, *aid_facts(standing.room, standing.found, firm["tax_code"], amounts))}


def aids_differ(item: Application, facts: ApplicationFacts) -> bool | None:
    """Whether the aids presented are not those of the last visura, the voucher of the application aside.

    None when there is no visura. No query for an application read with its award and with `visure_in_sql`.
    """
    visura, award = visure_of(item).found, _award(item)
    if visura is None:
        return None
    own = None
    if award is not None and award.granted_at and item.snapshot:
        own = Aid(rome_day(award.granted_at), ZERO, item.snapshot["firm"]["tax_code"], award.cor)
    return differs(counted(_declared(facts), [], visura.aids, own=own))


def _declared(facts: ApplicationFacts) -> tuple[Aid, ...]:
    return tuple(Aid(aid.granted_on, aid.amount, aid.granted_to) for aid in facts.aids)


def _award(item: Application) -> Award | None:
    award: Award | None = getattr(item, "award", None)
    return award
