"""Money, states and acts must tell one story: what `verify_ledger` proves."""

from collections.abc import Iterator

from portal.kernel.money import plain
from vouchers.domain import ledger
from vouchers.domain.lifecycle import AWARDS, DECREES
from vouchers.models import AwardLine, LedgerEntry, MoneyAct
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState

Moves = frozenset[str]
NOTHING: Moves = frozenset()
HELD: Moves = frozenset({Kind.RESERVE})
GRANTED: Moves = HELD | {Kind.COMMIT}
LET_GO: Moves = HELD | {Kind.RELEASE_RESERVED}
FORFEITED: Moves = GRANTED | {Kind.SAVE}

MOVES_OF: dict[str, frozenset[Moves]] = {
    AwardState.COMPUTED: frozenset({NOTHING}),
    AwardState.WAITING: frozenset({NOTHING}),
    AwardState.RESERVED: frozenset({HELD}),
    AwardState.GRANTED: frozenset({GRANTED}),
    AwardState.ACCEPTED: frozenset({GRANTED}),
    AwardState.RENOUNCED: frozenset({NOTHING, LET_GO, GRANTED | {Kind.RELEASE_COMMITTED}}),
    AwardState.FORFEITED: frozenset({FORFEITED, FORFEITED | {Kind.REUSE}}),
    AwardState.EXCLUDED: frozenset({NOTHING, LET_GO}),
}
"""The moves that the line of an award must have made, by the state of the award."""


def problems() -> Iterator[str]:
    """Everything that does not agree, as sentences; nothing when the accounts are whole."""
    yield from ledger.problems()
    yield from AWARDS.problems()
    yield from DECREES.problems()
    yield from _awards()
    yield from _money_acts()


def _awards() -> Iterator[str]:
    """Awards whose entries are not those of their state, or not of their amount."""
    made: dict[tuple[int, int], dict[str, object]] = {}
    entries = LedgerEntry.objects.filter(award__isnull=False)
    for award_id, allocation_id, kind, amount in entries.values_list("award_id", "allocation_id", "kind", "amount"):
        made.setdefault((award_id or 0, allocation_id), {})[kind] = amount
    for line in AwardLine.objects.select_related("award").order_by("pk").iterator():
        moves = made.pop((line.award_id, line.allocation_id), {})
        if frozenset(moves) not in MOVES_OF[line.award.status]:
            yield f"{line.award}: i movimenti non sono quelli dello stato «{AWARDS.machine.word(line.award.status)}»"
        elif set(moves.values()) - {line.amount}:
            yield f"{line.award}: un movimento non ha l'importo del voucher ({line.amount})"
    for award_id, _allocation_id in made:
        yield f"voucher {award_id}: movimenti su una dotazione che non è la sua"


def _money_acts() -> Iterator[str]:
    """Acts whose money on the lines is not the split they were published with."""
    brought: dict[str, str] = {
        entry.key: plain(entry.amount) for entry in LedgerEntry.objects.filter(kind=Kind.APPROPRIATE)
    }
    for act in MoneyAct.objects.order_by("pk"):
        for code, amount in act.split.items():
            written = brought.pop(f"appropriate:{act.pk}:{code}", None)
            if act.applied_at is not None and written != amount and not (written is None and amount == "0.00"):
                yield f"{act}: la ripartizione dell'Azione {code} è {amount}, contabilizzati {written or 'nessun euro'}"
    for key in brought:
        yield f"stanziamento {key}: non corrisponde ad alcun atto"
