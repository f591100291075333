"""Signing a decree decides: number, money, awards and snapshot are written in one transaction.

The PDF comes after, from the snapshot alone (domain.md section 7).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from applications.models import OfficerCheck
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import due_at
from portal.models import User
from portal.services import jobs, numbering, outbox
from portal.services.acts import act
from portal.services.calendar import is_holiday
from portal.services.clock import Clock
from vouchers.domain import ledger
from vouchers.domain.aid import lock_firms, over_ceiling
from vouchers.domain.decree_papers import adaptation, facts_for, terms_of, words_of
from vouchers.domain.funding import fund
from vouchers.domain.leaving import leave
from vouchers.domain.lifecycle import AWARDS, DECREES
from vouchers.domain.noting import note, noted_elsewhere
from vouchers.domain.rectifying import corrected_elsewhere, rectify
from vouchers.domain.refinancing import bring
from vouchers.models import Award, AwardEvent, Decree, DecreeRow
from vouchers.rules.decree_content import compose, sha256_of, snapshot
from vouchers.rules.decree_facts import MONEY_ANNEX
from vouchers.rules.ledger import Kind
from vouchers.rules.states import ENDED_AFTER_GRANT, GRANTED, AwardState

SERIES = "decree"
IN_PLACE: dict[str, set[str]] = {
    DecreeRow.Annex.A: {AwardState.RESERVED},
    DecreeRow.Annex.B: {AwardState.WAITING},
    DecreeRow.Annex.C: {AwardState.EXCLUDED, ApplicationState.REJECTED},
    DecreeRow.Annex.D: {AwardState.FORFEITED},
    DecreeRow.Annex.E: {*GRANTED, *ENDED_AFTER_GRANT},
    DecreeRow.Annex.F: set(GRANTED),
}
"""The state that a row of each annex must still have when the decree is signed."""


WRITTEN = {"adapt": "adattato il testo", "correct": "corretto una riga"}
"""The steps by which somebody writes in a draft, as they are told to who would sign it."""
CHANGES = ("reduce", "restore", "rectify")
"""The events after which a voucher is not the one that a draft was composed with."""


class DecreeRefused(ValueError):
    """The decree cannot be signed now; `problems` says why, row by row."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("Il decreto non si può firmare: " + " ".join(problems))
        self.problems = list(problems)


class DraftChanged(ValueError):
    """The draft is not the one that was read."""

    def __init__(self) -> None:
        super().__init__("La bozza è cambiata da quando l'hai letta (la storia dice come): rileggila, poi firma.")


def fingerprint(decree: Decree) -> str:
    """What tells the draft that was read from the one there is: its rows, its own text, what it brings (one query)."""
    rows = decree.rows.order_by("annex", "position").values_list("annex", "position", "application_id", "corrections")
    return sha256_of({"rows": [list(row) for row in rows], "texts": decree.texts, "split": decree.split})


@act
def sign(decree: Decree, *, actor: User, clock: Clock, seen: str | None = None) -> Decree:
    """Sign a draft: number, snapshot, ledger entries and the life of its awards, all or nothing.

    A grant commits what was reserved; a forfeiture frees what was saved, a refinancing brings money, and the waiting
    list moves; a re-determination closes the renunciations it notes; a rectification lowers what it says.
    Raises IllegalTransition when it was signed already or the actor is not a signatory; DecreeRefused when the
    signatory took part in the review (four eyes), an award is no longer in its state, or an aid would pass the
    de minimis ceiling at the granting date; DraftChanged when `seen`, the fingerprint of the draft that the signatory
    read, is not the one of the draft there is.

    Where decrees are signed digitally (`DECREE_SIGNATURE`) nobody is written to yet: the letters leave, and the term
    to accept begins, with the signed file (`signed_files`).
    """
    lines = ledger.lines_of(decree.call_id)
    row = Decree.objects.select_for_update(of=("self",)).select_related("call").get(pk=decree.pk)
    DECREES.machine.next(row.status, "sign", DECREES.roles_of(actor, row, clock()))
    if seen is not None and seen != fingerprint(row):
        raise DraftChanged
    awards = list(awards_in(row).select_for_update(of=("self",)))
    if row.kind == Decree.Kind.GRANT:
        lock_firms(awards)
    problems = problems_of(row, awards, signatory=actor, granting=clock())
    if problems:
        raise DecreeRefused(problems)
    terms = terms_of(row)
    row.ordinal = next_ordinal(row)
    number = numbering.take(SERIES, clock)
    facts = facts_for(row, awards, lines, terms, signatory=actor, number=number)
    frozen = snapshot(facts, compose(facts, words_of(row, terms))) | adaptation(row, terms)
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
            "to_be_signed": is_to_be_signed(),
        },
    )
    EFFECTS[row.kind](row, awards, facts.days["acceptance"], actor, number.at)
    if not row.is_held:
        leave(row, facts.days["acceptance"], now=number.at)
    outbox.promise("vouchers.render_decree", f"decree:{row.pk}", now=number.at, decree_id=row.pk)
    return row


def is_to_be_signed() -> bool:
    """Whether decrees signed now wait for a digital signature of their file; a story that is lived again does not."""
    return bool(settings.DECREE_SIGNATURE != "none") and not jobs.is_muted()


def problems_of(decree: Decree, awards: Sequence[Award], *, signatory: User | None, granting: datetime) -> list[str]:
    """Why the decree cannot be signed, row by row; without a signatory, what concerns the rows alone."""
    problems = [*(_four_eyes(decree, signatory) if signatory else ()), *_out_of_place(decree), *noted_elsewhere(decree)]
    problems += corrected_elsewhere(decree)
    if decree.kind == Decree.Kind.GRANT:
        problems += [*_without_cor(awards), *over_ceiling(awards, granting).values()]
    return problems


def next_ordinal(decree: Decree) -> int:
    """Which provision of its kind this is: the order of the ordinals is the order of the numbers."""
    signed = Decree.objects.filter(call_id=decree.call_id, kind=decree.kind, number__isnull=False)
    return (signed.aggregate(last=Max("ordinal"))["last"] or 0) + 1


def awards_in(decree: Decree) -> QuerySet[Award]:
    """The awards whose money the decree moves, with what its rows say of them."""
    ids = decree.rows.filter(annex=MONEY_ANNEX[decree.kind] or DecreeRow.Annex.A).values("award_id")
    return (
        Award.objects.filter(pk__in=ids)
        .select_related("application__firm", "application__terms", "calculation")
        .defer("application__terms__payload")
        .prefetch_related("lines__allocation__action", "application__declared_aids")
        .order_by("pk")
    )


def _four_eyes(decree: Decree, actor: User) -> Iterator[str]:
    """Who reviewed does not sign, nor who composed the draft, nor who acts for one of the firms."""
    if decree.composed_by_id == actor.pk:
        yield "Chi ha composto la bozza non può firmarla."
    written = {step.event for step in decree.events.filter(event__in=WRITTEN, actor=actor)}
    yield from (f"Chi ha {WRITTEN[event]} della bozza non può firmarla." for event in WRITTEN if event in written)
    hands = (
        Q(application__officer=actor)
        | Q(application__in=OfficerCheck.objects.filter(author=actor).values("application"))
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
    """Rows that left their state since the draft was composed: the draft must be composed again.

    Each row of a rectification says by itself how it read when it was written (`corrected_elsewhere`).
    """
    rows = decree.rows.select_related("award", "application").order_by("annex", "position")
    since = AwardEvent.objects.filter(event__in=CHANGES, at__gt=decree.composed_at, subject__in=rows.values("award"))
    changed = set() if decree.rectifies_id else set(since.values_list("subject_id", flat=True))
    for row in rows:
        state = row.award.status if row.award else row.application.status
        if state not in IN_PLACE[row.annex]:
            yield f"La domanda {row.application.protocol} non è più nello stato con cui è entrata nel decreto."
        elif row.award_id in changed:
            yield f"L'importo della domanda {row.application.protocol} è cambiato dopo la composizione della bozza."


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


def _reject(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    """A rejection moves no money: the firms were told at the decision."""


def _forfeit(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    _post(decree, awards, Kind.REUSE, at)
    fund(decree.call, now=at)


def _post(decree: Decree, awards: list[Award], kind: Kind, at: datetime) -> None:
    lines = [line for award in awards for line in award.lines.all()]
    ledger.post(ledger.award_moves(lines, kind, decree_id=decree.pk), now=at)


def _note(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    """No money moves: it moved at each renunciation."""
    note(decree)


def _refinance(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    bring(decree, actor, at)


def _rectify(decree: Decree, awards: list[Award], acceptance_days: int, actor: User, at: datetime) -> None:
    rectify(decree, actor, at)


EFFECTS: dict[str, Callable[[Decree, list[Award], int, User, datetime], None]] = {
    Decree.Kind.GRANT: _grant,
    Decree.Kind.REJECTION: _reject,
    Decree.Kind.FORFEITURE: _forfeit,
    Decree.Kind.REDETERMINATION: _note,
    Decree.Kind.REFINANCING: _refinance,
    Decree.Kind.RECTIFICATION: _rectify,
}
