"""The life of an award, of a decree, of the draft of a call (domain.md sections 5, 7 and 8)."""

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


class CallDraftState(StrEnum):
    """A call written at the desk: by one person, published by another."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    DISCARDED = "DISCARDED"


A = AwardState
SYSTEM = frozenset({Role.SYSTEM})
MANAGER = frozenset({Role.PROCEEDING_MANAGER})
SIGNATORY = frozenset({Role.SIGNATORY})
BEFORE_GRANT = frozenset({A.COMPUTED, A.WAITING, A.RESERVED})
GRANTED = frozenset({A.GRANTED, A.ACCEPTED})
LIVE = BEFORE_GRANT | GRANTED
IN_ORDER = tuple(state for state in AwardState if state in LIVE)
ENDED_AFTER_GRANT = frozenset({A.RENOUNCED, A.FORFEITED})

AWARD_WORDS = {
    "reserve": "prenotazione", "queue": "messa in lista d'attesa", "exclude": "esclusione", "grant": "concessione",
    "accept": "accettazione", "renounce": "rinuncia", "lapse": "decadenza per silenzio", "forfeit": "decadenza",
    "reduce": "rinuncia a un'azione", "restore": "ripensamento sull'azione",
    "resume_waiting": "ripensamento", "resume_reserved": "ripensamento", "resume_granted": "ripensamento",
    "resume_accepted": "ripensamento", "rectify": "rettifica del decreto",
    A.COMPUTED: "calcolato", A.WAITING: "in lista d'attesa", A.RESERVED: "prenotato", A.GRANTED: "concesso",
    A.ACCEPTED: "accettato", A.RENOUNCED: "rinunciato", A.FORFEITED: "decaduto", A.EXCLUDED: "escluso",
}  # fmt: skip
DECREE_WORDS = {
    "draft": "composizione della bozza", "sign": "firma", "discard": "scarto della bozza",
    "attach": "firma digitale del file", "adapt": "adattamento del testo", "pull": "una riga tolta dalla bozza",
    "correct": "correzione di una riga",
    DecreeState.DRAFT: "bozza", DecreeState.SIGNED: "firmato", DecreeState.DISCARDED: "scartato",
}  # fmt: skip

C = CallDraftState
OPEN_DRAFTS = frozenset({C.DRAFT, C.PROPOSED})
CALL_DRAFT_WORDS = {
    "begin": "inizio della bozza", "propose": "proposta di pubblicazione", "send_back": "rinvio",
    "publish": "pubblicazione", "discard": "scarto della bozza",
    C.DRAFT: "in preparazione", C.PROPOSED: "da pubblicare", C.PUBLISHED: "pubblicata", C.DISCARDED: "scartata",
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
        *[row("reduce", state, state, EMPLOYER_SIDE, reason=True) for state in IN_ORDER],
        *[row("restore", state, state, EMPLOYER_SIDE) for state in IN_ORDER],
        row("resume_waiting", A.RENOUNCED, A.WAITING, EMPLOYER_SIDE),
        row("resume_reserved", A.RENOUNCED, A.RESERVED, EMPLOYER_SIDE),
        row("resume_granted", A.RENOUNCED, A.GRANTED, EMPLOYER_SIDE),
        row("resume_accepted", A.RENOUNCED, A.ACCEPTED, EMPLOYER_SIDE),
        row("lapse", A.GRANTED, A.FORFEITED, SYSTEM),
        *[row("rectify", state, state, SIGNATORY) for state in (A.GRANTED, A.ACCEPTED)],
        row("forfeit", GRANTED, A.FORFEITED, MANAGER, reason=True),
    ),
)

DECREE = Machine(
    name="Decreto",
    initial=DecreeState.DRAFT,
    words=DECREE_WORDS,
    transitions=(
        row("adapt", DecreeState.DRAFT, DecreeState.DRAFT, MANAGER | {Role.CASE_OFFICER}),
        row("correct", DecreeState.DRAFT, DecreeState.DRAFT, MANAGER | {Role.CASE_OFFICER}, reason=True),
        row("sign", DecreeState.DRAFT, DecreeState.SIGNED, SIGNATORY),
        row("attach", DecreeState.SIGNED, DecreeState.SIGNED, SIGNATORY | SYSTEM),
        row("pull", DecreeState.DRAFT, DecreeState.DRAFT, SIGNATORY | MANAGER | {Role.CASE_OFFICER}, reason=True),
        row("discard", DecreeState.DRAFT, DecreeState.DISCARDED, SIGNATORY | MANAGER, reason=True),
    ),
)

CALL_DRAFT = Machine(
    name="Bozza di avviso",
    initial=C.DRAFT,
    words=CALL_DRAFT_WORDS,
    transitions=(
        row("propose", C.DRAFT, C.PROPOSED, MANAGER),
        row("send_back", C.PROPOSED, C.DRAFT, SIGNATORY | MANAGER, reason=True),
        row("publish", C.PROPOSED, C.PUBLISHED, SIGNATORY),
        row("discard", OPEN_DRAFTS, C.DISCARDED, MANAGER, reason=True),
    ),
)
