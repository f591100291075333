"""Signing a decree decides: number, money, awards and snapshot are written in one transaction.

The PDF comes after, from the snapshot alone (domain.md section 7).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db.models import Max, Q

from applications.rules.states import ApplicationState
from portal.kernel.deadlines import due_at
from portal.models import User
from portal.services import numbering, outbox
from portal.services.acts import act
from portal.services.calendar import is_holiday
from portal.services.clock import Clock
from vouchers import letters
from vouchers.domain import ledger
from vouchers.domain.aid import lock_firms, over_ceiling
from vouchers.domain.correspondence import write_to_firms
from vouchers.domain.decree_papers import facts_for, terms_of, texts_for
from vouchers.domain.funding import amount_of, fund
from vouchers.domain.lifecycle import AWARDS, DECREES
from vouchers.models import Award, Decree, DecreeRow
from vouchers.rules.decree_content import compose, sha256_of, snapshot
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState

SERIES = "decree"
IN_PLACE: dict[str, set[str]] = {
    DecreeRow.Annex.A: {AwardState.RESERVED},
    DecreeRow.Annex.B: {AwardState.WAITING},
    DecreeRow.Annex.C: {AwardState.EXCLUDED, ApplicationState.REJECTED},
    DecreeRow.Annex.D: {AwardState.FORFEITED},
}
"""The state that a row of each annex must still have when the decree is signed."""


class DecreeRefused(ValueError):
    """The decree cannot be signed now; `problems` says why, row by row."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("Il decreto non si può firmare: " + " ".join(problems))
        self.problems = list(problems)


@act
def sign(decree: Decree, *, actor: User, clock: Clock) -> Decree:
    """Sign a draft: number, snapshot, ledger entries and the life of its awards, all or nothing.

    A grant commits what was reserved; a forfeiture frees what was saved, and the waiting list moves.
    Raises IllegalTransition when it was signed already or the actor is not a signatory; DecreeRefused when the
    signatory took part in the review (four eyes), an award is no longer in its state, or an aid would pass the
    de minimis ceiling at the granting date.
    """
    lines = ledger.lines_of(decree.call_id)
    row = Decree.objects.select_for_update(of=("self",)).select_related("call").get(pk=decree.pk)
    DECREES.machine.next(row.status, "sign", DECREES.roles_of(actor, row, clock()))
    awards = _awards_in(row)
    problems = [*_four_eyes(row, actor), *_out_of_place(row)]
    if row.kind == Decree.Kind.GRANT:
        lock_firms(awards)
        problems += [*_without_cor(awards), *over_ceiling(awards, clock()).values()]
    if problems:
        raise DecreeRefused(problems)
    terms = terms_of(row)
    row.ordinal = _next_ordinal(row)
    number = numbering.take(SERIES, clock)
    facts = facts_for(row, awards, lines, terms, signatory=actor, number=number)
    frozen = snapshot(facts, compose(facts, texts_for(terms, row.kind)))
    row = DECREES.apply(
        row,
        "sign",
        actor=actor,
        now=number.at,
        facts={
            "ordinal": row.ordinal,
            "year": number.year,
            "number": number.value,
            "signed_by": actor,
            "signed_at": number.at,
            "snapshot": frozen,
            "snapshot_sha256": sha256_of(frozen),
        },
    )
    EFFECTS[row.kind](row, awards, facts.days["acceptance"], actor, number.at)
    outbox.promise("vouchers.render_decree", f"decree:{row.pk}", now=number.at, decree_id=row.pk)
    return row


def _next_ordinal(decree: Decree) -> int:
    """Which provision of its kind this is: the order of the ordinals is the order of the numbers."""
    signed = Decree.objects.filter(call_id=decree.call_id, kind=decree.kind, number__isnull=False)
    return (signed.aggregate(last=Max("ordinal"))["last"] or 0) + 1


def _awards_in(decree: Decree) -> list[Award]:
    annex = DecreeRow.Annex.D if decree.kind == Decree.Kind.FORFEITURE else DecreeRow.Annex.A
    ids = decree.rows.filter(annex=annex).values("award_id")
    return list(
        Award.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("application__firm", "application__terms", "calculation")
        .defer("application__terms__payload")
        .prefetch_related("lines__allocation__action", "application__declared_aids")
        .order_by("pk")
    )


def _four_eyes(decree: Decree, actor: User) -> Iterator[str]:
    """Who reviewed does not sign, nor who composed the draft, nor who acts for one of the firms."""
    if decree.composed_by_id == actor.pk:
        yield "Chi ha composto la bozza non può firmarla."
    hands = (
        Q(application__officer=actor)
        | Q(application__integrations__asked_by=actor)
        | Q(application__notices__sent_by=actor)
        | Q(application__proposals__proposed_by=actor)
        | Q(application__proposals__decided_by=actor)
        | Q(award__events__event="forfeit", award__events__actor=actor)
        | Q(application__firm__members__user=actor)
    )
    if decree.rows.filter(hands).exists():
        yield "Chi ha istruito, proposto o approvato una domanda, o agisce per una delle imprese, non può firmare."


def _out_of_place(decree: Decree) -> Iterator[str]:
    """Rows that left their state since the draft was composed: the draft must be composed again."""
    rows = decree.rows.select_related("award", "application").order_by("annex", "position")
    for row in rows:
        state = row.award.status if row.award else row.application.status
        if state not in IN_PLACE[row.annex]:
            yield f"La domanda {row.application.protocol} non è più nello stato con cui è entrata nel decreto."


def _without_cor(awards: Sequence[Award]) -> Iterator[str]:
    """Awards that the State-aid register has not given a code to: they cannot be granted yet."""
    for award in awards:
        if not award.cor:
            yield f"La domanda {award.application.protocol} non ha ancora il codice COR del Registro degli aiuti."


def _grant(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    due = due_at(at, acceptance_days, is_holiday)
    facts = {"grant_decree": decree, "granted_at": at, "acceptance_due_at": due}
    AWARDS.apply_many(awards, "grant", actor=actor, now=at, facts={award.pk: facts for award in awards})
    _post(decree, awards, Kind.COMMIT, at)
    write_to_firms(
        "granted",
        [
            (award, letters.granted(award.application.protocol, decree.protocol, amount_of(award), due))
            for award in awards
        ],
        now=at,
    )


def _reject(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    """A rejection moves no money: the firms were told at the decision."""


def _forfeit(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    _post(decree, awards, Kind.REUSE, at)
    fund(decree.call, now=at)


def _post(decree: Decree, awards: list[Award], kind: Kind, at: datetime) -> None:
    lines = [line for award in awards for line in award.lines.all()]
    ledger.post(ledger.award_moves(lines, kind, decree_id=decree.pk), now=at)


EFFECTS: dict[str, Callable[[Decree, list[Award], int, User, datetime], None]] = {
    Decree.Kind.GRANT: _grant,
    Decree.Kind.REJECTION: _reject,
    Decree.Kind.FORFEITURE: _forfeit,
}
