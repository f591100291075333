"""Who gets which euro: money that comes in, and the queue served in protocol or drawn order (domain.md section 5)."""

from datetime import datetime
from decimal import Decimal
from operator import itemgetter

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from applications.domain.calls import terms_in_force
from applications.domain.draw import ServingOrder, serving_order
from applications.models import Application, Call
from applications.rules.states import UNDECIDED, ApplicationState
from portal.kernel.money import total
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from portal.services.sweep import sweep
from vouchers import letters
from vouchers.domain import ledger
from vouchers.domain.correspondence import write_to_firms
from vouchers.domain.facts import LINES, bands_of, money_terms
from vouchers.domain.lifecycle import AWARDS, require_office
from vouchers.models import Award, MoneyAct, Renunciation
from vouchers.rules.award import NoBand, compute
from vouchers.rules.funding import Outcome, Request, serve
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState

Place = tuple[int, int]
"""Year and number of the protocol."""

TO_SERVE = [AwardState.COMPUTED, AwardState.WAITING]


@act
def fund(call: Call, *, now: datetime) -> list[Award]:
    """Reserve money for the awards that can have it, in protocol order; the others wait. Returns the served ones.

    Runs after each batch of awards and whenever money comes back, in the same transaction: the waiting list
    moves at once and the firms are told.
    """
    room = {line.action.code: line.available for line in ledger.lines_of(call.pk)}
    order = serving_order(call)
    awards = {
        award.pk: award
        for award in Award.objects.filter(call=call, status__in=TO_SERVE)
        .select_related("application__firm")
        .defer("application__answers", "application__typed", "application__snapshot")
        .prefetch_related(LINES)
        if not order.waits_for_draw(award.application.submitted_at)
    }
    if not awards:
        return []
    rules = money_terms(terms_in_force(call, now))
    places = [(place_of(award, order), ready_of(award)) for award in awards.values()]
    if rules.hold_for_pending:
        places += pending_places(call, order, before=max(place for place, _ in places))
    queue = [request for _, request in sorted(places, key=itemgetter(0))]
    results = serve(queue, room, overtaking=rules.overtaking)
    served = [awards[item.request.key] for item in results if item.outcome is Outcome.SERVED]
    late = [awards[item.request.key] for item in results if item.outcome is Outcome.WAITING and item.request.ready]
    _reserve(served, now=now)
    _wait([award for award in late if award.status == AwardState.COMPUTED], now=now)
    return served


def place_of(row: Award | Application, order: ServingOrder) -> Place:
    """The place of an application or of its award: the protocol, unless a draw moved it."""
    return order.place(row.protocol_year or 0, row.protocol_number or 0)


def ready_of(award: Award) -> Request:
    """What an award that may be served needs."""
    amounts = {line.allocation.action.code: line.amount for line in award.lines.all()}
    return Request(key=award.pk, ready=True, amounts=amounts)


def pending_places(call: Call, order: ServingOrder, *, before: Place) -> list[tuple[Place, Request]]:
    """The places of applications in review, or admitted and not computed yet: what they would get is kept aside."""
    unserved = Q(status__in=list(UNDECIDED)) | Q(status=ApplicationState.ADMITTED, award__isnull=True)
    gone = Renunciation.objects.filter(application=OuterRef("pk"), award=None, undone_at=None).exclude(action=None)
    found = (
        Application.objects.filter(unserved, call=call)
        .only("protocol_year", "protocol_number", "headcount", "actions", "terms_id")
        .annotate(gone=ArraySubquery(gone.order_by().values("action__code")))
    )
    rows = [row for row in found if place_of(row, order) < before]
    bands = bands_of({row.terms_id for row in rows if row.terms_id})
    places = []
    for row in rows:
        try:
            computed = compute(
                headcount=row.headcount or 0,
                actions=[code for code in row.actions if code not in row.gone],
                bands=bands[row.terms_id or 0],
                article="",
            )
        except NoBand:  # it will not be admitted with this headcount: it has nothing to keep aside
            continue
        places.append((place_of(row, order), Request(key=row.pk, ready=False, amounts=computed.amounts)))
    return places


def _reserve(awards: list[Award], *, now: datetime) -> None:
    moved_on = [award for award in awards if award.status == AwardState.WAITING]
    lines = [line for award in awards for line in award.lines.all()]
    AWARDS.apply_many(awards, "reserve", actor=None, now=now)
    ledger.post(ledger.award_moves(lines, Kind.RESERVE), now=now)
    write_to_firms(
        "advanced",
        [(award, letters.advanced(award.application.protocol, amount_of(award))) for award in moved_on],
        now=now,
    )


def _wait(awards: list[Award], *, now: datetime) -> None:
    AWARDS.apply_many(awards, "queue", actor=None, now=now)
    write_to_firms("waiting", [(award, letters.waiting(award.application.protocol)) for award in awards], now=now)


def amount_of(award: Award) -> Decimal:
    """The whole voucher in euro (uses prefetched lines)."""
    return total([line.amount for line in award.lines.all()])


@act
def apply_money_act(money_act: MoneyAct, *, actor: User | None, now: datetime) -> list[Award]:
    """Bring the money of an act (opening, refinancing) onto the lines and let the waiting list move.

    Applying it again changes nothing. Returns the awards that were served.
    """
    keepers = {Role.PROCEEDING_MANAGER, Role.SIGNATORY, Role.ACCOUNTANT}
    require_office(actor, keepers, now, "Dotazione dell'avviso", call_id=money_act.call_id)
    lines = {line.action.code: line for line in ledger.lines_of(money_act.call_id)}
    row = MoneyAct.objects.select_for_update().select_related("call").get(pk=money_act.pk)
    if row.applied_at is not None:
        return []
    ledger.post(
        [
            ledger.Move(lines[code].pk, Kind.APPROPRIATE, Decimal(amount), key=f"appropriate:{row.pk}:{code}")
            for code, amount in sorted(row.split.items())
            if Decimal(amount)
        ],
        now=now,
    )
    row.applied_at = now
    row.save(update_fields=["applied_at"])
    audit.record("money_act.apply", f"money_act:{row.pk}", actor=actor, now=now, act=row.act, split=row.split)
    return fund(row.call, now=now)


def apply_due_money_acts(now: datetime) -> int:
    """Apply every act whose date has come; how many were applied. Raises SweepFailed if some could not be."""
    due = MoneyAct.objects.filter(applied_at__isnull=True, effective_at__lte=now).order_by("effective_at")
    return sweep(due, lambda money_act: apply_money_act(money_act, actor=None, now=now))


def advance_all(now: datetime) -> int:
    """Serve the queue of every call that has one; how many awards were served. Raises SweepFailed if some could not be.

    Money kept aside for an application that was then withdrawn or rejected is not "money that comes back": no
    act of the ledger frees it. This job hands it on.
    """
    waiting = Call.objects.filter(awards__status__in=TO_SERVE).distinct().order_by("pk")
    served: list[Award] = []
    sweep(waiting, lambda call: served.extend(fund(call, now=now)))
    return len(served)
