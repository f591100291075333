"""Money as buckets and arrows: every euro of a line is always in exactly one bucket."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from portal.kernel.money import ZERO, euro


class Bucket(StrEnum):
    """Where a euro of a line may be; the values are the names of the columns."""

    OUTSIDE = "outside"
    AVAILABLE = "available"
    RESERVED = "reserved"
    COMMITTED = "committed"
    SETTLED = "settled"
    PAID = "paid"
    SAVED = "saved"
    RECOVERED = "recovered"


class Kind(StrEnum):
    """The moves of the ledger, by their accounting names."""

    APPROPRIATE = "APPROPRIATE"
    RESERVE = "RESERVE"
    COMMIT = "COMMIT"
    SETTLE = "SETTLE"
    PAY = "PAY"
    SAVE = "SAVE"
    REUSE = "REUSE"
    RELEASE_RESERVED = "RELEASE_RESERVED"
    RELEASE_COMMITTED = "RELEASE_COMMITTED"
    RECOVER = "RECOVER"
    RESERVE_AGAIN = "RESERVE_AGAIN"
    COMMIT_AGAIN = "COMMIT_AGAIN"
    RECTIFY = "RECTIFY"


ARROWS: dict[Kind, tuple[Bucket, Bucket]] = {
    Kind.APPROPRIATE: (Bucket.OUTSIDE, Bucket.AVAILABLE),
    Kind.RESERVE: (Bucket.AVAILABLE, Bucket.RESERVED),
    Kind.COMMIT: (Bucket.RESERVED, Bucket.COMMITTED),
    Kind.SETTLE: (Bucket.COMMITTED, Bucket.SETTLED),
    Kind.PAY: (Bucket.SETTLED, Bucket.PAID),
    Kind.SAVE: (Bucket.COMMITTED, Bucket.SAVED),
    Kind.REUSE: (Bucket.SAVED, Bucket.AVAILABLE),
    Kind.RELEASE_RESERVED: (Bucket.RESERVED, Bucket.AVAILABLE),
    Kind.RELEASE_COMMITTED: (Bucket.COMMITTED, Bucket.AVAILABLE),
    Kind.RECOVER: (Bucket.PAID, Bucket.RECOVERED),
    Kind.RESERVE_AGAIN: (Bucket.AVAILABLE, Bucket.RESERVED),
    Kind.COMMIT_AGAIN: (Bucket.AVAILABLE, Bucket.COMMITTED),
    Kind.RECTIFY: (Bucket.COMMITTED, Bucket.AVAILABLE),
}


WORDS: dict[str, str] = {
    Kind.APPROPRIATE: "stanziamento", Kind.RESERVE: "prenotazione", Kind.COMMIT: "impegno",
    Kind.SETTLE: "liquidazione",
    Kind.PAY: "pagamento", Kind.SAVE: "economia", Kind.REUSE: "riuso dell'economia",
    Kind.RELEASE_RESERVED: "rilascio della prenotazione", Kind.RELEASE_COMMITTED: "disimpegno",
    Kind.RECOVER: "recupero", Kind.RESERVE_AGAIN: "ripristino della prenotazione",
    Kind.COMMIT_AGAIN: "ripristino dell'impegno", Kind.RECTIFY: "rettifica dell'impegno",
    Bucket.AVAILABLE: "disponibile", Bucket.RESERVED: "prenotato", Bucket.COMMITTED: "impegnato",
    Bucket.SETTLED: "liquidato", Bucket.PAID: "pagato", Bucket.SAVED: "economie", Bucket.RECOVERED: "recuperato",
}  # fmt: skip
"""How people call moves and buckets."""


class NotEnoughMoney(ValueError):
    """The bucket an entry starts from does not hold that much; the text is Italian, for people."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The buckets of a line, in euro. `appropriated` is what ever came in from outside."""

    available: Decimal = ZERO
    reserved: Decimal = ZERO
    committed: Decimal = ZERO
    settled: Decimal = ZERO
    paid: Decimal = ZERO
    saved: Decimal = ZERO
    recovered: Decimal = ZERO

    @property
    def appropriated(self) -> Decimal:
        """The sum of all buckets."""
        return self.available + self.reserved + self.committed + self.settled + self.paid + self.saved + self.recovered

    def moved(self, kind: Kind, amount: Decimal) -> "Balance":
        """The balance after one entry of `amount` euro.

        Raises ValueError for an amount that is not positive, NotEnoughMoney when the source bucket is short.
        """
        if amount <= 0:
            raise ValueError("un movimento ha sempre un importo positivo")
        source, target = ARROWS[kind]
        changes = {}
        if source is not Bucket.OUTSIDE:
            left = getattr(self, source) - amount
            if left < 0:
                held = euro(getattr(self, source))
                raise NotEnoughMoney(f"{WORDS[kind]}: servono {euro(amount)} ma in «{WORDS[source]}» ci sono {held}.")
            changes[source.value] = left
        changes[target.value] = getattr(self, target) + amount
        return replace(self, **changes)
