"""The money beside the requirements of a dossier, told to the page of the floor below."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from applications.models import Application
from applications.rules.evidence import Fact
from applications.rules.facts import ApplicationFacts
from portal.kernel.deadlines import rome_day
from vouchers.domain.facts import money_terms, vouchers_to
from vouchers.domain.visure import visure_of
from vouchers.models import Award
from vouchers.rules.aid import Aid, NoRegulationInForce, room
from vouchers.rules.evidence import aid_facts, amounts_by_band, band_facts, undeclared, visura_facts


def money_evidence(item: Application, facts: ApplicationFacts, now: datetime) -> Mapping[str, Sequence[Fact]]:
    """The band and the de minimis room, on the day of the grant or today (one query).

    One more for the visura of an application that was read without it.
    """
    if item.terms is None:
        return {}
    terms, award = money_terms(item.terms), _award(item)
    granting = award.granted_at if award is not None and award.granted_at else now
    aids = [Aid(aid.granted_on, aid.amount, aid.granted_to) for aid in facts.aids]
    firm = item.snapshot["firm"] if item.snapshot else {}
    undertaking = {firm["tax_code"], *(aid.granted_to for aid in aids)}
    known = vouchers_to(undertaking, granting)
    own = award.pk if award is not None else None
    vouchers = [aid for pk, aid in known.items() if pk != own and aid not in aids]
    amounts = amounts_by_band(facts.headcount, facts.actions, terms.bands)
    found = {"MIN_HEADCOUNT": tuple(band_facts(facts.headcount, facts.actions, terms.bands))}
    visura = visure_of(item).found
    own_aid = [known[own]] if own in known else []
    unknown = undeclared(visura.aids, [*aids, *vouchers, *own_aid]) if visura else []
    said = visura_facts(rome_day(visura.at), visura.aids, unknown) if visura else ()
    counted = [*aids, *vouchers, *unknown]
    try:
        left = room(terms.regulations, rome_day(granting), counted, firm["road_freight"], overlap=terms.overlap)
    except NoRegulationInForce as error:
        return {**found, "DE_MINIMIS": (*said, Fact("Massimale", str(error)))}
    return {**found, "DE_MINIMIS": (*said, *aid_facts(left, aids, vouchers, firm["tax_code"], amounts))}


def _award(item: Application) -> Award | None:
    award: Award | None = getattr(item, "award", None)
    return award
