"""What is paid in the end: per action the lesser of what was awarded and what was eligibly spent (domain.md section 3).

The money of an action never pays the costs of another. An action with a compulsory part that was not done is
not recognised at all, nor is any action that requires it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from applications.rules.terms import Action, Part
from portal.kernel.money import ZERO, cents, euro, total
from vouchers.rules.explain import Line

RULE_VERSION = "settlement-1"
"""Changes when the way of computing changes; old settlements are recomputed with the rule they were made with."""

WHOLE = Decimal("100")


class BadCosts(ValueError):
    """The costs of a claim cannot be settled; the text is Italian, for people."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The sum due and the saving per action, in euro, with the lines that explain them."""

    amounts: dict[str, Decimal]
    savings: dict[str, Decimal]
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The whole sum due, in euro."""
        return total(list(self.amounts.values()))

    @property
    def saving(self) -> Decimal:
        """The whole saving, in euro."""
        return total(list(self.savings.values()))


def settle(
    *,
    actions: Sequence[Action],
    awarded: Mapping[str, Decimal],
    costs: Mapping[str, Decimal],
    parts_done: Collection[str],
    article: str,
    parts_article: str,
    intensity: Decimal = WHOLE,
) -> Settled:
    """The sum due for a claim: `costs` are eligible euro per action, `intensity` a percentage of them.

    Raises BadCosts for a negative cost, and for an award or a cost of an action the call does not have.
    """
    _check(actions, awarded, costs)
    missing = _missing_parts(actions, awarded, parts_done)
    amounts: dict[str, Decimal] = {}
    savings: dict[str, Decimal] = {}
    lines: list[Line] = []
    for action in actions:
        ceiling, cost = awarded.get(action.code), cents(costs.get(action.code, ZERO))
        if ceiling is None:
            if cost:
                text = f"{action.title}: voucher non concesso, la spesa di {euro(cost)} non è riconosciuta"
                lines.append(Line(text, ZERO, article, {"action": action.code, "awarded": ZERO, "cost": cost}))
            continue
        inputs = {"action": action.code, "awarded": ceiling, "cost": cost}
        if parts := missing.get(action.code):
            amounts[action.code] = ZERO
            titles = ", ".join(part.title for part in parts)
            text = f"{action.title}: nulla è riconosciuto, manca una parte obbligatoria ({titles})"
            inputs |= {"missing": [part.code for part in parts]}
            lines.append(Line(text, ZERO, parts_article, inputs))
        else:
            share = cents(cost * intensity / WHOLE)
            due = amounts[action.code] = min(ceiling, share)
            inputs |= {"intensity": str(intensity), "share": share}
            text = f"{action.title}: il minore tra il voucher concesso ({euro(ceiling)}) e {_words(cost, intensity)}"
            lines.append(Line(text, due, article, inputs))
        if saving := ceiling - amounts[action.code]:
            text = f"{action.title}: economia, concesso meno riconosciuto"
            lines.append(Line(text, saving, article, {"action": action.code, "saving": saving}))
        savings[action.code] = saving
    lines.append(Line("Totale riconosciuto", total(list(amounts.values())), article, {"actions": list(amounts)}))
    return Settled(amounts, savings, tuple(lines))


def _words(cost: Decimal, intensity: Decimal) -> str:
    if intensity == WHOLE:
        return f"la spesa ammissibile ({euro(cost)})"
    percent = f"{intensity.normalize():f}".replace(".", ",")
    return f"il {percent} % della spesa ammissibile ({euro(cost)})"


def _missing_parts(
    actions: Sequence[Action], awarded: Mapping[str, Decimal], parts_done: Collection[str]
) -> dict[str, list[Part]]:
    """For each awarded action the compulsory parts not done: its own, and those of the actions it requires."""
    known = {action.code: action for action in actions}
    missing = {}
    for code in awarded:
        seen: dict[str, Action] = {}
        following: str | None = code
        while following is not None and following not in seen:
            seen[following] = known[following]
            following = known[following].requires
        missing[code] = [
            part for action in seen.values() for part in action.parts if part.compulsory and part.code not in parts_done
        ]
    return missing


def _check(actions: Sequence[Action], awarded: Mapping[str, Decimal], costs: Mapping[str, Decimal]) -> None:
    known = {action.code for action in actions}
    if unknown := sorted({*awarded, *costs} - known):
        raise BadCosts(f"L'avviso non prevede l'Azione {', '.join(unknown)}.")
    if negative := sorted(code for code, cost in costs.items() if cost < 0):
        raise BadCosts(f"La spesa dell'Azione {', '.join(negative)} è negativa: correggere i giustificativi.")
