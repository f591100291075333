"""The life of an award and of a decree (domain.md sections 5, 7 and 8)."""

from enum import StrEnum

from portal.kernel.machine import Machine, row
from portal.kernel.roles import EMPLOYER_SIDE, Role


class AwardState(StrEnum):
    """Where an award (voucher) stands."""

    COMPUTED = "COMPUTED"
    WAITING = "WAITING"
    RESERVED = "RESERVED"
    GRANTED = "GRANTED"
    ACCEPTED = "ACCEPTED"
    RENOUNCED = "RENOUNCED"
    FORFEITED = "FORFEITED"
    EXCLUDED = "EXCLUDED"


class DecreeState(StrEnum):
    """A decree is composed, then signed: from then on it never changes."""

    DRAFT = "DRAFT"
    SIGNED = "SIGNED"
    DISCARDED = "DISCARDED"


A = AwardState
SYSTEM = frozenset({Role.SYSTEM})
MANAGER = frozenset({Role.PROCEEDING_MANAGER})
SIGNATORY = frozenset({Role.SIGNATORY})
BEFORE_GRANT = frozenset({A.COMPUTED, A.WAITING, A.RESERVED})
GRANTED = frozenset({A.GRANTED, A.ACCEPTED})
LIVE = BEFORE_GRANT | GRANTED
ENDED_AFTER_GRANT = frozenset({A.RENOUNCED, A.FORFEITED})

AWARD_WORDS = {
    "reserve": "prenotazione", "queue": "messa in lista d'attesa", "exclude": "esclusione", "grant": "concessione",
    "accept": "accettazione", "renounce": "rinuncia", "lapse": "decadenza per silenzio", "forfeit": "decadenza",
    A.COMPUTED: "calcolato", A.WAITING: "in lista d'attesa", A.RESERVED: "prenotato", A.GRANTED: "concesso",
    A.ACCEPTED: "accettato", A.RENOUNCED: "rinunciato", A.FORFEITED: "decaduto", A.EXCLUDED: "escluso",
}  # fmt: skip
DECREE_WORDS = {
    "sign": "firma", "discard": "scarto della bozza",
    DecreeState.DRAFT: "bozza", DecreeState.SIGNED: "firmato", DecreeState.DISCARDED: "scartato",
}  # fmt: skip

AWARD = Machine(
    name="Voucher",
    initial=A.COMPUTED,
    words=AWARD_WORDS,
    transitions=(
        row("reserve", frozenset({A.COMPUTED, A.WAITING}), A.RESERVED, SYSTEM | MANAGER),
        row("queue", A.COMPUTED, A.WAITING, SYSTEM | MANAGER),
        row("exclude", BEFORE_GRANT, A.EXCLUDED, SYSTEM | MANAGER | SIGNATORY, reason=True),
        row("grant", A.RESERVED, A.GRANTED, SIGNATORY),
        row("accept", A.GRANTED, A.ACCEPTED, EMPLOYER_SIDE),
        row("renounce", LIVE, A.RENOUNCED, EMPLOYER_SIDE, reason=True),
        row("lapse", A.GRANTED, A.FORFEITED, SYSTEM),
        row("forfeit", GRANTED, A.FORFEITED, MANAGER, reason=True),
    ),
)

DECREE = Machine(
    name="Decreto",
    initial=DecreeState.DRAFT,
    words=DECREE_WORDS,
    transitions=(
        row("sign", DecreeState.DRAFT, DecreeState.SIGNED, SIGNATORY),
        row("discard", DecreeState.DRAFT, DecreeState.DISCARDED, SIGNATORY | MANAGER, reason=True),
    ),
)
