"""Which aids count against a single undertaking: declared, granted by this portal, listed by the register, each once.

Two sources name the same aid when their COR codes agree; or, to the same codice fiscale, when day and amount agree,
when the day agrees, when the amount agrees within a calendar year (the stronger likeness first, each aid explains one;
two different COR codes are two aids). Of an aid that two sources name the larger amount counts; its day is that of
the register, or else that of this portal's decree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from portal.kernel.money import euro, total
from vouchers.rules.aid import Aid, AidRoom


class Source(StrEnum):
    """Who says that an aid was granted: the firm, this portal, the State-aid register alone."""

    DECLARED = "DECLARED"
    VOUCHER = "VOUCHER"
    REGISTER = "REGISTER"


@dataclass(frozen=True, slots=True)
class Counted:
    """An aid as it counts, and as its source says it; `listed` as the register does, None when it does not."""

    aid: Aid
    source: Source
    said: Aid
    listed: Aid | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether the register lists another amount than the source."""
        return self.listed is not None and self.listed.amount != self.said.amount


LIKENESS: tuple[Callable[[Aid, Aid], bool], ...] = (
    lambda one, other: bool(one.cor) and one.cor == other.cor,
    lambda one, other: _may_be(one, other) and (one.granted_on, one.amount) == (other.granted_on, other.amount),
    lambda one, other: _may_be(one, other) and one.granted_on == other.granted_on,
    lambda one, other: (
        _may_be(one, other) and one.amount == other.amount and one.granted_on.year == other.granted_on.year
    ),
)
"""What makes two aids the same one, the strongest first."""


def _may_be(one: Aid, other: Aid) -> bool:
    return one.granted_to == other.granted_to and not (one.cor and other.cor and one.cor != other.cor)


def matched(ones: Sequence[Aid], others: Sequence[Aid]) -> dict[int, int]:
    """By place among the ones, the place among the others of the same aid; each is in one couple at most."""
    found: dict[int, int] = {}
    for alike in LIKENESS:
        for place, one in enumerate(ones):
            free = (at for at in range(len(others)) if at not in found.values() and alike(one, others[at]))
            if place not in found and (at := next(free, None)) is not None:
                found[place] = at
    return found


def counted(
    declared: Sequence[Aid],
    vouchers: Sequence[Aid],
    listed: Sequence[Aid] = (),
    *,
    own: Aid | None = None,
    on: date | None = None,
) -> list[Counted]:
    """The aids that count: those declared, this portal's other vouchers, what the register alone lists.

    `own` is the voucher whose room is asked: where the register lists it, it does not count. `on`: what the register
    dates later is left out.
    """
    also = matched(declared, vouchers)
    known = [
        Counted(_larger(aid, vouchers[also[place]]) if place in also else aid, Source.DECLARED, aid)
        for place, aid in enumerate(declared)
    ]
    known += [Counted(aid, Source.VOUCHER, aid) for at, aid in enumerate(vouchers) if at not in also.values()]
    rows = [aid for aid in listed if on is None or aid.granted_on <= on]
    owns = [own] if own else []
    couples = matched([*(item.aid for item in known), *owns], rows)
    told = [_told(item, rows[couples[place]]) if place in couples else item for place, item in enumerate(known)]
    alone = [aid for at, aid in enumerate(rows) if at not in couples.values()]
    return told + [Counted(aid, Source.REGISTER, aid, aid) for aid in alone]


def _told(item: Counted, listed: Aid) -> Counted:
    return replace(item, aid=_larger(item.aid, listed), listed=listed)


def _larger(said: Aid, found: Aid) -> Aid:
    return replace(found, amount=max(said.amount, found.amount))


def differs(found: Sequence[Counted]) -> bool:
    """Whether what was declared is not what the register lists, aid by aid."""
    return any(item.source is Source.REGISTER or _otherwise(item) for item in found)


def _otherwise(item: Counted) -> bool:
    listed, said = item.listed, item.said
    return item.source is Source.DECLARED and (
        listed is None or (listed.granted_on, listed.amount) != (said.granted_on, said.amount)
    )


WORDS = {
    Source.DECLARED: "dichiarati dall'impresa",
    Source.VOUCHER: "di voucher di questo portale",
    Source.REGISTER: "che nessuno ha dichiarato, dalla visura",
}


def made_of(found: Sequence[Counted], room: AidRoom, on: date, visura: date | None) -> str:
    """In words, whence the euro that use the ceiling come; `visura` is the day of the register's answer."""
    inside = [item for item in found if room.window_start <= item.aid.granted_on <= on]
    sums = {source: total([item.aid.amount for item in inside if item.source is source]) for source in Source}
    day = f" del {visura:%d/%m/%Y}" if visura else ""
    parts = [f"{euro(amount)} {WORDS[source]}" for source, amount in sums.items() if amount]
    if sums[Source.REGISTER]:
        parts[-1] += day
    if any(item.aid.amount > item.said.amount for item in inside):
        parts.append(f"contando l'importo della visura{day} dove è maggiore")
    return f"{euro(room.used)} di aiuti su {euro(room.ceiling)}" + (f" ({'; '.join(parts)})" if parts else "")
