"""How much a firm is awarded, and why: explained lines, one per step, each with its article (domain.md section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.kernel.money import ZERO, total
from vouchers.rules.bands import Band, band_for
from vouchers.rules.explain import Line

RULE_VERSION = "award-1"
"""Changes when the way of computing changes; old awards are recomputed with the rule they were made with."""


class NoBand(ValueError):
    """No band of the call holds this number of employees."""


@dataclass(frozen=True, slots=True)
class Computed:
    """An amount in euro per action, with the lines that explain it."""

    amounts: dict[str, Decimal]
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The whole voucher, in euro."""
        return total(list(self.amounts.values()))


def compute(*, headcount: int, actions: Sequence[str], bands: Sequence[Band], article: str) -> Computed:
    """The ceiling for each requested action, by the band of the headcount in Lombardy.

    Raises NoBand with the sentence to show when the headcount is outside every band.
    """
    amounts: dict[str, Decimal] = {}
    lines = []
    for action in actions:
        band = band_for(bands, action, headcount)
        if band is None:
            raise NoBand(_no_band(bands, action, headcount))
        amounts[action] = band.amount
        lines.append(
            Line(
                text=f"Azione {action}: {people(headcount)} in Lombardia, fascia «{band.label}»",
                amount=band.amount,
                article=article,
                inputs={"headcount": headcount, "action": action, "band": band.label},
            )
        )
    whole = sum(amounts.values(), ZERO)
    lines.append(
        Line(
            text=f"Voucher per {' e '.join(f'Azione {action}' for action in actions)}",
            amount=whole,
            article=article,
            inputs={"actions": list(actions)},
        )
    )
    return Computed(amounts, tuple(lines))


def given_up_line(action: str, on: date, article: str) -> Line:
    """The line that says why an action the firm had asked has no amount."""
    return Line(
        text=f"Azione {action} rinunciata il {on:%d/%m/%Y}: non si conta",
        amount=None,
        article=article,
        inputs={"action": action, "given_up": on.isoformat()},
    )


def people(headcount: int) -> str:
    """A number of employees in words: 1 dipendente, 25 dipendenti."""
    return f"{headcount} dipendent{'e' if headcount == 1 else 'i'}"


def _no_band(bands: Sequence[Band], action: str, headcount: int) -> str:
    lowest = min((band.minimum for band in bands if band.action == action), default=None)
    if lowest is None:
        return f"L'Azione {action} non ha importi in questo avviso."
    return f"Con {people(headcount)} nelle sedi lombarde il voucher non spetta: ne servono almeno {lowest}."
