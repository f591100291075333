"""Gives each place of the queue its firm, its kind and its path, with numbers exact where a figure depends on them."""

from random import Random

from .fates import Slot
from .figures import COVID_LIVE, COVID_OTHERS, LIVE_PROFILES, OTHER_PROFILES, RESUBMISSIONS, Profile
from .model import Fate, FirmSeed
from .population import Registry, live_provinces, live_sectors

# An application so ended may be followed by a new one of the same firm (Avviso, one live application per firm).
CLOSED_EARLY = (Fate.REJECTED_SILENT, Fate.WITHDRAWN)


def resubmissions(rng: Random, slots: list[Slot], scale: int) -> dict[int, int]:
    """Places of the first desk whose firm applies again, each with its place of the second desk."""
    closed = [place for place, slot in enumerate(slots) if slot.stretch.desk == 1 and slot.fate in CLOSED_EARLY]
    again = [place for place, slot in enumerate(slots) if slot.stretch.desk == 2 and slot.fate is Fate.LIVE]
    number = RESUBMISSIONS * scale
    return dict(zip(sorted(rng.sample(closed, number)), sorted(rng.sample(again, number)), strict=True))


def profiles(rng: Random, slots: list[Slot], earlier: dict[int, int], scale: int) -> list[Profile]:
    """The kind of firm of each place; a first application has the kind of the one that follows it."""
    live = [profile for profile, count in LIVE_PROFILES for _ in range(count * scale)]
    others = [profile for profile, count in OTHER_PROFILES for _ in range(count * scale)]
    rng.shuffle(live)
    rng.shuffle(others)
    for_live, for_others = iter(live), iter(others)
    found: dict[int, Profile] = {}
    for place, slot in enumerate(slots):
        if place not in earlier:
            found[place] = next(for_live if slot.fate is Fate.LIVE else for_others)
    return [found[earlier.get(place, place)] for place in range(len(slots))]


def covid_places(rng: Random, slots: list[Slot], reasons: list[tuple[str, ...]], scale: int) -> frozenset[int]:
    """The places that came by the COVID path, which does not ask for the absence of a plan."""
    chosen: list[int] = []
    for desk in (1, 2):
        here = [place for place, slot in enumerate(slots) if slot.stretch.desk == desk]
        live = [place for place in here if slots[place].fate is Fate.LIVE]
        others = [
            place for place in here if slots[place].fate is not Fate.LIVE and "EXISTING_PLAN" not in reasons[place]
        ]
        chosen += rng.sample(live, COVID_LIVE[desk] * scale) + rng.sample(others, COVID_OTHERS[desk] * scale)
    return frozenset(chosen)


def firms(
    rng: Random,
    slots: list[Slot],
    kinds: list[Profile],
    reasons: list[tuple[str, ...]],
    earlier: dict[int, int],
    scale: int,
) -> tuple[tuple[FirmSeed, ...], list[int]]:
    """All the firms, in the order in which they first apply, and the firm of each place."""
    sectors, provinces = live_sectors(rng, scale), live_provinces(rng, scale)
    live_places = [place for place, slot in enumerate(slots) if slot.fate is Fate.LIVE]
    dealt = dict(zip(live_places, zip(sectors, provinces, strict=True), strict=True))
    registry = Registry(rng)
    owners: dict[int, int] = {}
    for place in range(len(slots)):
        if place in owners:
            continue
        # Those who do not end as beneficiaries are like the others: same sectors, same provinces.
        sector, province = dealt.get(earlier.get(place, place)) or (
            rng.choice(sectors),
            rng.choice(provinces),
        )
        firm = registry.add(kinds[place], sector, province, reasons[place])
        owners[place] = firm.index
        if place in earlier:
            owners[earlier[place]] = firm.index
    return tuple(registry.firms), [owners[place] for place in range(len(slots))]
