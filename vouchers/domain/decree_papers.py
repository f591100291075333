"""From the database to what a decree says: rows of the annexes, money before and after, earlier acts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from applications.domain.calls import typed_terms
from applications.models import Application, CallTerms
from applications.rules.payload import bare
from portal.kernel.deadlines import ROME, rome_day
from portal.kernel.money import ZERO, plain, total
from portal.models import User
from portal.services.numbering import Number
from vouchers.domain.facts import money_terms
from vouchers.models import Allocation, Award, Decree, DecreeRow
from vouchers.rules.decree_content import (
    FORFEITURE,
    REJECTION,
    CallFacts,
    CommitmentFacts,
    DecreeFacts,
    DecreeTexts,
    MoneyFacts,
    RowFacts,
)
from vouchers.rules.decree_words import day


def terms_of(decree: Decree) -> CallTerms:
    """The terms whose texts the decree uses: the latest version at the moment it was composed."""
    known = CallTerms.objects.filter(call_id=decree.call_id, valid_from__lte=decree.composed_at)
    return known.latest("valid_from")


def texts_for(terms: CallTerms, kind: str) -> DecreeTexts:
    """The words of the call for this kind of decree."""
    return DecreeTexts.from_payload(terms.payload, kind)


def facts_for(
    decree: Decree,
    awards: Sequence[Award],
    lines: Sequence[Allocation],
    terms: CallTerms,
    *,
    signatory: User,
    number: Number,
) -> DecreeFacts:
    """Everything the decree says that is not a fixed text of the call."""
    by_pk = {award.pk: award for award in awards}
    rows = _rows(decree, by_pk, terms)
    protocols = sorted((row.protocol for group in rows.values() for row in group), key=_protocol_key)
    money = () if decree.kind == REJECTION else _money(decree.kind, awards, lines)
    identity = decree.call.identity
    return DecreeFacts(
        kind=decree.kind,
        number=number.value,
        year=number.year,
        signed_at=_iso(number.at),
        ordinal=decree.ordinal or 0,
        call=_call(identity),
        authority=bare(identity.get("authority", settings.AUTHORITY_NAME)),
        directorate=bare(identity.get("directorate", "")),
        office=bare(identity.get("office", settings.OFFICE_NAME)),
        signatory=signatory.name,
        signatory_title="Il dirigente",
        rows=rows,
        received=Application.objects.filter(call=decree.call, submitted_at__lte=number.at).count(),
        protocol_first=protocols[0],
        protocol_last=protocols[-1],
        money=money,
        days={
            code: deadline.value for code, deadline in typed_terms(terms).deadlines.items() if deadline.unit == "giorni"
        },
        commitments=tuple(
            CommitmentFacts(action=item.action, year=rome_day(number.at).year, amount=item.moved) for item in money
        ),
        earlier_acts=_earlier_acts(decree),
    )


def _call(identity: Mapping[str, Any]) -> CallFacts:
    names = ("title", "code", "cup", "programme", "axis", "programme_action", "publication", "objective")
    return CallFacts(**{name: bare(identity.get(name, "")) for name in names})


def _rows(decree: Decree, awards: Mapping[int, Award], terms: CallTerms) -> dict[str, tuple[RowFacts, ...]]:
    """The rows of each annex that has some, in their order."""
    reasons = {item.code: item.reason for item in typed_terms(terms).requirements}
    reasons |= money_terms(terms).forfeiture_reasons
    rows: dict[str, list[RowFacts]] = {}
    stored = (
        decree.rows.select_related("application__firm", "award__grant_decree")
        .prefetch_related("award__lines__allocation__action")
        .order_by("annex", "position")
    )
    for row in stored:
        rows.setdefault(row.annex, []).append(_row(row, reasons))
    return {annex: tuple(group) for annex, group in rows.items()}


def _row(row: DecreeRow, reasons: Mapping[str, str]) -> RowFacts:
    application, award = row.application, row.award
    amounts = {line.allocation.action.code: line.amount for line in award.lines.all()} if award else {}
    granted_by = award.grant_decree if award and row.annex == DecreeRow.Annex.D else None
    return RowFacts(
        position=row.position,
        application_id=application.pk,
        protocol=application.protocol,
        submitted_at=_iso(application.submitted_at) if application.submitted_at else "",
        firm=application.firm.name,
        tax_code=application.firm.tax_code,
        province=application.province,
        amounts={code: plain(amount) for code, amount in amounts.items()},
        total=plain(total(list(amounts.values()))),
        cor=award.cor if award else "",
        reasons=tuple((code, reasons.get(code, code)) for code in row.reason_codes),
        note=f"n. {granted_by.protocol}" if granted_by else "",
    )


def _money(kind: str, awards: Sequence[Award], lines: Sequence[Allocation]) -> tuple[MoneyFacts, ...]:
    moved = dict.fromkeys((line.pk for line in lines), ZERO)
    for award in awards:
        for line in award.lines.all():
            moved[line.allocation_id] += line.amount
    sign = 1 if kind == FORFEITURE else -1
    return tuple(
        MoneyFacts(
            action=line.action.code,
            title=f"Azione {line.action.code}",
            appropriated=plain(line.appropriated),
            before=plain(line.available + line.reserved),
            moved=plain(moved[line.pk]),
            after=plain(line.available + line.reserved + sign * moved[line.pk]),
        )
        for line in lines
    )


def _earlier_acts(decree: Decree) -> tuple[str, ...]:
    """The decrees of the same kind signed before, as they are recalled."""
    earlier = Decree.objects.filter(call=decree.call, kind=decree.kind, number__isnull=False).order_by("signed_at")
    return tuple(
        f"il decreto {day(_iso(row.signed_at))}, n. {row.number} ({row.get_kind_display()});"
        for row in earlier
        if row.signed_at
    )


def _iso(instant: datetime) -> str:
    return instant.astimezone(ROME).isoformat(timespec="microseconds")


def _protocol_key(protocol: str) -> tuple[int, int]:
    year, _, number = protocol.partition("/")
    return int(year), int(number)
