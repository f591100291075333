"""The published figures of 21 October 2021, and the mixes of firms whose sums are exactly those.

The amounts follow from the bands of the call: no amount is written here except the totals to reach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

AS_OF = date(2021, 10, 21)


@dataclass(frozen=True, slots=True)
class SizeTarget:
    """Live beneficiaries of a European size class, and their euro."""

    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Targets:
    """The figures at AS_OF, for a scale."""

    submitted: int
    admitted: int
    renounced: int
    lapsed_by_silence: int
    forfeited_for_duty: int
    live: int
    covid: int
    ordinary: int
    in_review: int
    total: Decimal
    ceiling_a: Decimal
    ceiling_b: Decimal
    by_size: Mapping[str, SizeTarget]
    top_sectors: Mapping[str, int]
    by_province: Mapping[str, int]

    @property
    def renounced_or_forfeited(self) -> int:
        """Granted, then closed before the end, for whatever reason."""
        return self.renounced + self.lapsed_by_silence + self.forfeited_for_duty


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of firm: size class on all employees, band on the Lombardy headcount (0 the lowest), actions asked."""

    size: str
    band: int
    actions: tuple[str, ...]


# Lombardy headcounts of the four bands, employees of the four size classes; the open tops are the story's own.
BAND_RANGES = ((3, 10), (11, 20), (21, 30), (31, 900))
SIZE_RANGES = MappingProxyType({"micro": (3, 9), "small": (10, 49), "medium": (50, 249), "large": (250, 1400)})

A, AB = ("A",), ("A", "B")

# One mix among many; micro and large can be of one kind only (264 x 7,500; 25 x 22,500).
LIVE_PROFILES: tuple[tuple[Profile, int], ...] = (
    (Profile("micro", 0, AB), 264),
    (Profile("small", 0, AB), 22),
    (Profile("small", 1, AB), 90),
    (Profile("small", 2, AB), 66),
    (Profile("small", 3, AB), 104),
    (Profile("small", 0, A), 12),
    (Profile("small", 1, A), 14),
    (Profile("small", 2, A), 10),
    (Profile("small", 3, A), 6),
    (Profile("medium", 3, AB), 148),
    (Profile("medium", 3, A), 1),
    (Profile("medium", 2, AB), 2),
    (Profile("large", 3, AB), 25),
)

# Firms that do not end as beneficiaries: smaller ones give up more. No source carries this mix.
OTHER_PROFILES: tuple[tuple[Profile, int], ...] = (
    (Profile("micro", 0, AB), 87),
    (Profile("micro", 0, A), 8),
    (Profile("small", 0, AB), 15),
    (Profile("small", 1, AB), 28),
    (Profile("small", 2, AB), 16),
    (Profile("small", 3, AB), 28),
    (Profile("small", 1, A), 5),
    (Profile("small", 3, A), 2),
    (Profile("medium", 3, AB), 34),
    (Profile("medium", 2, AB), 2),
    (Profile("large", 3, AB), 4),
)

# Live beneficiaries that came by the COVID path, by desk; and the same for all the other applications.
COVID_LIVE = MappingProxyType({1: 180, 2: 199})
COVID_OTHERS = MappingProxyType({1: 60, 2: 45})

# Firms whose closed application of the first desk is followed by a new one in the second.
RESUBMISSIONS = 8

LIVE_BY_PROVINCE = MappingProxyType(
    {
        "BG": 78,
        "BS": 84,
        "CO": 30,
        "CR": 16,
        "LC": 20,
        "LO": 9,
        "MB": 66,
        "MI": 372,
        "MN": 16,
        "PV": 22,
        "SO": 7,
        "VA": 44,
    }
)
TOP_SECTORS = MappingProxyType({"46": 62, "62": 60, "70": 46, "88": 45, "63": 41, "25": 37})


def targets(scale: int = 1) -> Targets:
    """The figures to reach at AS_OF, every count and euro times the scale."""
    sizes = (
        ("micro", 264, 1_980_000),
        ("small", 324, 4_788_000),
        ("medium", 151, 3_375_000),
        ("large", 25, 562_500),
    )
    return Targets(
        submitted=1001 * scale,
        admitted=884 * scale,
        renounced=74 * scale,
        lapsed_by_silence=34 * scale,
        forfeited_for_duty=12 * scale,
        live=764 * scale,
        covid=379 * scale,
        ordinary=385 * scale,
        in_review=6 * scale,
        total=Decimal("10705500.00") * scale,
        ceiling_a=Decimal("7350000.00") * scale,
        ceiling_b=Decimal("3650000.00") * scale,
        by_size={name: SizeTarget(count * scale, Decimal(f"{euro}.00") * scale) for name, count, euro in sizes},
        top_sectors={division: count * scale for division, count in TOP_SECTORS.items()},
        by_province={code: count * scale for code, count in LIVE_BY_PROVINCE.items()},
    )
