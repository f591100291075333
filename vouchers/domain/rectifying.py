"""Rectifying a signed decree by another one: the first stays as it was, the second says how its rows must read.

A row of annex F carries its corrections. At the signature the code and the amounts of the voucher follow, the euro
that are no longer due go back to the line, and the waiting list moves (domain.md section 7).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from applications.models import Application
from portal.kernel.money import ZERO
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers.domain import ledger
from vouchers.domain.decrees import COMPOSERS
from vouchers.domain.funding import fund
from vouchers.domain.lifecycle import AWARDS, DECREES, require_office
from vouchers.models import Award, AwardLine, Decree, DecreeRow
from vouchers.rules.ledger import Kind
from vouchers.rules.rectification import AMOUNT, BadCorrection, corrected, corrections, read, stale
from vouchers.rules.states import GRANTED, DecreeState

F = DecreeRow.Annex.F
WHAT = "Rettifica di un decreto"
LONGEST_REASON = 500
KEPT = frozenset({"cor"})
"""The data that the voucher itself keeps; name and province of a firm are the firm's own."""


class NotToRectify(ValueError):
    """The decree, or this row of it, cannot be rectified; the text says why."""


def may_be_rectified(decree: Decree) -> bool:
    """Whether rows of the decree can be corrected: a grant that was signed."""
    return decree.kind == Decree.Kind.GRANT and decree.status == DecreeState.SIGNED


def rows_granted(decree: Decree) -> QuerySet[DecreeRow]:
    """The rows of a grant, in their order, with what a correction is chosen by."""
    rows = decree.rows.filter(annex=DecreeRow.Annex.A).select_related("application__firm", "award")
    return rows.defer("application__answers", "application__snapshot").order_by("position")


def readings(decree: Decree, applications: set[int]) -> dict[int, dict[str, str]]:
    """By application of a signed grant, how its row reads today: as it was signed, then corrected by who came after.

    Amounts are those of the actions that the voucher still has (four queries).
    """
    rows = (decree.snapshot or {})["facts"]["rows"].get(DecreeRow.Annex.A, ())
    found = {row["application_id"]: row for row in rows if row["application_id"] in applications}
    held: dict[int, set[str]] = {pk: set() for pk in found}
    lines = AwardLine.objects.filter(award__application__in=found, award__status__in=GRANTED)
    for application, action in lines.values_list("award__application", "allocation__action__code"):
        held[application].add(action)
    answer = {
        pk: {name: row[name] for name in ("firm", "province", "cor")}
        | {f"{AMOUNT}{code}": amount for code, amount in row["amounts"].items() if code in held[pk]}
        for pk, row in found.items()
    }
    later = DecreeRow.objects.filter(
        annex=F, decree__rectifies=decree, decree__status=DecreeState.SIGNED, application__in=found
    )
    for row in later.order_by("decree__signed_at", "pk"):
        known = {item for item in read(row.corrections or ()) if item.name in answer[row.application_id]}
        answer[row.application_id] = corrected(answer[row.application_id], known)
    return answer


def open_draft(decree: Decree) -> Decree | None:
    """The rectification of this decree that is being composed."""
    return Decree.objects.filter(rectifies=decree, status=DecreeState.DRAFT).first()


@act
def correct(
    decree: Decree, application: Application, wanted: Mapping[str, str], *, actor: User, now: datetime
) -> Decree:
    """Put a correction in the open rectification of a decree, or in a new one; written again, it is replaced.

    Raises NotForThisRole, NotToRectify, BadCorrection.
    """
    require_office(actor, COMPOSERS, now, WHAT, call_id=decree.call_id)
    signed = Decree.objects.select_for_update(of=("self",), no_key=True).get(pk=decree.pk)
    if not may_be_rectified(signed):
        raise NotToRectify("Si rettifica un decreto di concessione firmato.")
    row = signed.rows.filter(annex=DecreeRow.Annex.A, application=application).select_related("award").first()
    if row is None or row.award is None or row.award.status not in GRANTED:
        raise NotToRectify("Si corregge la riga di una domanda finanziata il cui voucher è in essere.")
    reading = readings(signed, {application.pk})[application.pk]
    changes = corrections(reading, wanted)
    found = [item.to_json() for item in changes]
    code = wanted.get("cor")
    if code and code != reading["cor"] and _others_with(code).exclude(grant_decree=signed).exists():
        raise BadCorrection({"cor": f"Il codice COR {code} è già di un altro voucher."})
    draft = _draft(signed, actor, now)
    told = ", ".join(f"{name}: {before} → {after}" for name, before, after in (item.told() for item in changes))
    DECREES.apply(draft, "correct", actor=actor, now=now, reason=f"{application.protocol}: {told}"[:LONGEST_REASON])
    kept = draft.rows.filter(application=application).first()
    if kept is not None:
        kept.corrections = found
        kept.save(update_fields=["corrections"])
    else:
        place = draft.rows.count() + 1
        draft.rows.create(annex=F, position=place, application=application, award=row.award, corrections=found)
    audit.record(
        "decree.correct",
        f"decree:{draft.pk}",
        actor=actor,
        now=now,
        application=application.pk,
        corrections={item["name"]: [item["before"], item["after"]] for item in found},
    )
    return draft


def _draft(signed: Decree, actor: User, now: datetime) -> Decree:
    """The open draft under its lock; a new one when there is none."""
    draft = Decree.objects.select_for_update(of=("self",)).filter(rectifies=signed, status=DecreeState.DRAFT).first()
    if draft is not None:
        return draft
    draft = Decree.objects.create(
        call=signed.call, kind=Decree.Kind.RECTIFICATION, rectifies=signed, composed_by=actor, composed_at=now
    )
    DECREES.begin(draft, "draft", actor=actor, now=now)
    return draft


def corrected_elsewhere(decree: Decree) -> Iterator[str]:
    """Why rows of annex F cannot be signed: they were corrected meanwhile, or their new code is another's."""
    if decree.rectifies is None:
        return
    rows = list(decree.rows.filter(annex=F).select_related("application", "award").order_by("position"))
    today = readings(decree.rectifies, {row.application_id for row in rows})
    codes: dict[int, str] = {}
    for row in rows:
        found = read(row.corrections or ())
        if stale(today.get(row.application_id, {}), found):
            yield (
                f"La riga della domanda {row.application.protocol} non si legge più come quando è stata corretta: "
                "correggila di nuovo, o toglila dalla bozza."
            )
        codes.update((row.award_id or 0, item.after) for item in found if item.name == "cor")
    for code in sorted(set(codes.values())):
        if list(codes.values()).count(code) > 1 or _others_with(code).exclude(pk__in=codes).exists():
            yield f"Il codice COR {code} è già di un altro voucher: due codici scambiati si correggono insieme."


def _others_with(code: str) -> QuerySet[Award]:
    return Award.objects.filter(cor=code)


def freed_by(decree: Decree) -> dict[str, Decimal]:
    """The euro that a rectification frees, by action."""
    freed: dict[str, Decimal] = {}
    for row in decree.rows.filter(annex=F):
        for item in read(row.corrections or ()):
            if item.action:
                freed[item.action] = freed.get(item.action, ZERO) + item.freed
    return freed


def rectify(decree: Decree, actor: User, at: datetime) -> None:
    """The vouchers read as the decree says: codes, amounts, and the money that is free again."""
    rows = decree.rows.filter(annex=F).select_related("award").order_by("award_id")
    moves: list[ledger.Move] = []
    _let_go_of_codes(decree)
    for row in rows:
        if row.award is None:
            continue
        found = read(row.corrections or ())
        facts = {item.name: item.after for item in found if item.name in KEPT}
        AWARDS.apply(row.award, "rectify", actor=actor, now=at, facts=facts)
        less = {item.action: item.freed for item in found if item.action}
        for line in AwardLine.objects.filter(award=row.award).select_related("allocation__action"):
            if amount := less.get(line.allocation.action.code):
                line.amount -= amount
                line.save(update_fields=["amount"])
                moves.append(_move(line, amount, decree.pk))
    if moves:
        ledger.post(moves, now=at)
        fund(decree.call, now=at)


def _let_go_of_codes(decree: Decree) -> None:
    """The codes that change are nobody's for a moment: two vouchers may take each other's."""
    changing = decree.rows.filter(annex=F, corrections__contains=[{"name": "cor"}])
    Award.objects.filter(pk__in=changing.values("award")).update(cor="")


def _move(line: AwardLine, amount: Decimal, decree_id: int) -> ledger.Move:
    return ledger.Move(
        allocation_id=line.allocation_id,
        kind=Kind.RECTIFY,
        amount=amount,
        key=f"{Kind.RECTIFY}:{line.award_id}:{line.allocation_id}:{decree_id}",
        award_id=line.award_id,
        decree_id=decree_id,
    )
