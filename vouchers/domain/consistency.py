"""Money, states and acts must tell one story: what `verify_ledger` proves."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from portal.kernel.money import plain, total
from vouchers.domain import ledger
from vouchers.domain.lifecycle import AWARDS, DECREES
from vouchers.models import AwardLine, LedgerEntry, MoneyAct
from vouchers.rules.ledger import ARROWS, Bucket, Kind
from vouchers.rules.states import AwardState

UNTOUCHED = ""
FREE = frozenset({UNTOUCHED, Kind.RELEASE_RESERVED, Kind.RELEASE_COMMITTED})

LAST_MOVE_OF: dict[str, frozenset[str]] = {
    AwardState.COMPUTED: FREE,
    AwardState.WAITING: FREE,
    AwardState.RESERVED: frozenset({Kind.RESERVE, Kind.RESERVE_AGAIN}),
    AwardState.GRANTED: frozenset({Kind.COMMIT, Kind.COMMIT_AGAIN}),
    AwardState.ACCEPTED: frozenset({Kind.COMMIT, Kind.COMMIT_AGAIN}),
    AwardState.RENOUNCED: FREE,
    AwardState.FORFEITED: frozenset({Kind.SAVE, Kind.REUSE}),
    AwardState.EXCLUDED: frozenset({UNTOUCHED, Kind.RELEASE_RESERVED}),
}
"""The last move that the line of an award has made, by the state of the award; a line given up is free."""


def problems() -> Iterator[str]:
    """Everything that does not agree, as sentences; nothing when the accounts are whole."""
    yield from ledger.problems()
    yield from AWARDS.problems()
    yield from DECREES.problems()
    yield from _awards()
    yield from _money_acts()


def _awards() -> Iterator[str]:
    """Awards whose entries are not those of their state, or not of their amount."""
    made: dict[tuple[int, int], list[tuple[str, Decimal]]] = {}
    entries = LedgerEntry.objects.filter(award__isnull=False).order_by("pk")
    for award_id, allocation_id, kind, amount in entries.values_list("award_id", "allocation_id", "kind", "amount"):
        made.setdefault((award_id or 0, allocation_id), []).append((kind, amount))
    for line in AwardLine.every.select_related("award").order_by("pk").iterator():
        moves = made.pop((line.award_id, line.allocation_id), [])
        kinds = [kind for kind, _amount in moves if kind != Kind.RECTIFY]
        wanted = LAST_MOVE_OF[line.award.status] if line.renunciation_id is None else FREE
        if not _one_path(kinds) or (kinds[-1] if kinds else UNTOUCHED) not in wanted:
            yield f"{line.award}: i movimenti non sono quelli dello stato «{AWARDS.machine.word(line.award.status)}»"
        elif not _of_this_amount(moves, line.amount):
            yield f"{line.award}: un movimento non ha l'importo del voucher ({line.amount})"
    for award_id, _allocation_id in made:
        yield f"voucher {award_id}: movimenti su una dotazione che non è la sua"


def _one_path(kinds: Sequence[str]) -> bool:
    """Whether each move starts where the one before arrived, and the first from what is available."""
    here = Bucket.AVAILABLE
    for kind in kinds:
        source, target = ARROWS[Kind(kind)]
        if source is not here:
            return False
        here = target
    return True


def _of_this_amount(moves: Sequence[tuple[str, Decimal]], amount: Decimal) -> bool:
    """Whether each move has the amount that the voucher had then: a rectification takes from what is committed."""
    due, here = amount + total([less for kind, less in moves if kind == Kind.RECTIFY]), Bucket.AVAILABLE
    for kind, moved in moves:
        if kind == Kind.RECTIFY:
            if here is not Bucket.COMMITTED:
                return False
            due -= moved
        elif moved != due:
            return False
        else:
            here = ARROWS[Kind(kind)][1]
    return True


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
