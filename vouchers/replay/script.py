"""The plan of the replay: every application with its story, and the calendar of what the office does."""

from datetime import datetime, time
from random import Random

from . import population
from .casting import covid_places, firms, profiles, resubmissions
from .desks import arrivals, local_day, money, sessions
from .fates import Slot, aftermath, deal, rejection_reasons, review
from .model import ApplicationSeed, Plan
from .timeline import timeline

LARGEST_SCALE = 100


def plan_history(seed: int = 1, scale: int = 1) -> Plan:
    """The complete story for a seed and a scale: same arguments, same bytes. Pure.

    Raises ValueError if the scale is not between 1 and LARGEST_SCALE.
    """
    if not 1 <= scale <= LARGEST_SCALE:
        raise ValueError(f"scale must be between 1 and {LARGEST_SCALE}, not {scale}")
    slots = deal(Random(f"{seed}:fates"), scale)
    reasons = rejection_reasons(Random(f"{seed}:reasons"), slots, scale)
    earlier = resubmissions(Random(f"{seed}:resubmissions"), slots, scale)
    kinds = profiles(Random(f"{seed}:profiles"), slots, earlier, scale)
    covid = covid_places(Random(f"{seed}:paths"), slots, reasons, scale)
    people, owners = firms(Random(f"{seed}:firms"), slots, kinds, reasons, earlier, scale)
    instants = submissions(Random(f"{seed}:arrivals"), scale)
    rng = Random(f"{seed}:acts")
    applications = tuple(
        application(
            rng,
            index,
            slot,
            firm=owners[index],
            submitted_at=instants[index],
            path="COVID" if index in covid else "ORDINARY",
            actions=kinds[index].actions,
            reasons=reasons[index],
        )
        for index, slot in enumerate(slots)
    )
    acts, meetings = money(scale), sessions()
    return Plan(
        seed=seed,
        scale=scale,
        firms=people,
        consultants=population.consultants(Random(f"{seed}:consultants")),
        operators=population.operators(Random(f"{seed}:operators")),
        applications=applications,
        money=acts,
        sessions=meetings,
        timeline=timeline(applications, acts, meetings),
    )


def submissions(rng: Random, scale: int) -> list[datetime]:
    """The submission instants of both desks, as many as the places in the queue."""
    first = arrivals(rng, 1, rush=400 * scale, first_day=70 * scale, later=128 * scale, last_hours=12 * scale)
    second = arrivals(rng, 2, rush=170 * scale, first_day=45 * scale, later=146 * scale, last_hours=30 * scale)
    return first + second


def application(
    rng: Random,
    index: int,
    slot: Slot,
    *,
    firm: int,
    submitted_at: datetime,
    path: str,
    actions: tuple[str, ...],
    reasons: tuple[str, ...],
) -> ApplicationSeed:
    """One application with all its days."""
    days = review(rng, slot, local_day(submitted_at)) | aftermath(rng, slot, actions)
    return ApplicationSeed(
        index=index,
        firm=firm,
        desk=slot.stretch.desk,
        submitted_at=submitted_at,
        path=path,
        actions=actions,
        operator=rng.randrange(population.OPERATORS),
        fate=slot.fate,
        office_at=time(rng.randint(9, 16), rng.randrange(60), rng.randrange(60)),
        firm_at=time(rng.randint(8, 20), rng.randrange(60), rng.randrange(60)),
        reason_codes=reasons,
        **days,
    )
