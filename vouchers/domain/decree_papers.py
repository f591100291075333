"""From the database to what a decree says: rows of the annexes, money before and after, earlier acts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q

from applications.domain.calls import typed_terms
from applications.models import Application, Call, CallTerms
from applications.rules.payload import bare
from portal.kernel.deadlines import rome_day, rome_text
from portal.kernel.money import ZERO, plain, total
from portal.models import User
from portal.services.numbering import Number
from vouchers.domain.facts import money_terms
from vouchers.domain.noting import given_up_in, left_of
from vouchers.domain.rectifying import freed_by, readings
from vouchers.models import Allocation, Award, Decree, DecreeRow
from vouchers.rules.decree_content import (
    FORFEITURE,
    RECTIFICATION,
    REDETERMINATION,
    REFINANCING,
    REJECTION,
    CallFacts,
    CommitmentFacts,
    DecreeFacts,
    DecreeTexts,
    MoneyFacts,
    RowFacts,
)
from vouchers.rules.decree_defaults import DEFAULTS
from vouchers.rules.decree_personal import marked
from vouchers.rules.decree_texts import adapted, sections
from vouchers.rules.decree_words import day
from vouchers.rules.rectification import read


def terms_of(decree: Decree) -> CallTerms:
    """The terms whose texts the decree uses: the latest version at the moment it was composed."""
    known = CallTerms.objects.filter(call_id=decree.call_id, valid_from__lte=decree.composed_at)
    return known.latest("valid_from")


def texts_for(terms: CallTerms, kind: str) -> DecreeTexts:
    """The words of the call for this kind of decree, or the portal's where the call leaves them to it."""
    if kind in terms.payload["decrees"] or kind not in DEFAULTS:
        return DecreeTexts.from_payload(terms.payload, kind)
    return DecreeTexts.from_own(terms.payload["decree_preamble"], DEFAULTS[kind], kind)


def words_of(decree: Decree, terms: CallTerms) -> DecreeTexts:
    """The words of the decree: those of the call, but for the sections that its draft says in its own way."""
    return adapted(texts_for(terms, decree.kind), decree.texts or {})


def adaptation(decree: Decree, terms: CallTerms) -> dict[str, Any]:
    """What a snapshot keeps of an adapted text: the sections of the call and of the decree, with their {names}.

    And what its publication copy covers besides codes and accounts.
    """
    if not decree.texts:
        return {}
    call = sections(texts_for(terms, decree.kind))
    words = marked(block for blocks in decree.texts.values() for block in blocks)
    return {
        "adapted": {"call": {name: list(call[name]) for name in decree.texts}, "decree": decree.texts},
        "publication": {"addresses": True, "marked": words},
    }


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
    money = () if decree.kind in (REJECTION, REDETERMINATION) else _money(decree, awards, lines)
    if decree.kind == RECTIFICATION and not any(Decimal(line.moved) for line in money):
        money = ()
    authority, directorate, office = office_of(decree.call)
    return DecreeFacts(
        kind=decree.kind,
        number=number.value,
        year=number.year,
        signed_at=rome_text(number.at),
        ordinal=decree.ordinal or 0,
        call=_call(decree.call.identity),
        authority=authority,
        directorate=directorate,
        office=office,
        signatory=signatory.name,
        signatory_title="Il dirigente",
        rows=rows,
        received=Application.objects.filter(call=decree.call, submitted_at__lte=number.at).count(),
        protocol_first=protocols[0] if protocols else "",
        protocol_last=protocols[-1] if protocols else "",
        money=money,
        days={
            code: deadline.value for code, deadline in typed_terms(terms).deadlines.items() if deadline.unit == "giorni"
        },
        commitments=tuple(
            CommitmentFacts(action=item.action, year=rome_day(number.at).year, amount=item.moved)
            for item in money
            if decree.kind != REFINANCING
        ),
        earlier_acts=_earlier_acts(decree),
        rectified=_named(decree.rectifies) if decree.rectifies else "",
    )


def office_of(call: Call) -> tuple[str, str, str]:
    """In whose name a paper speaks: the authority, the directorate (empty when the call names none), the office."""
    named = call.identity
    return (
        bare(named.get("authority", settings.AUTHORITY_NAME)),
        bare(named.get("directorate", "")),
        bare(named.get("office", settings.OFFICE_NAME)),
    )


def _call(identity: Mapping[str, Any]) -> CallFacts:
    names = ("title", "code", "cup", "programme", "axis", "programme_action", "publication", "objective")
    return CallFacts(**{name: bare(identity.get(name, "")) for name in names})


def _rows(decree: Decree, awards: Mapping[int, Award], terms: CallTerms) -> dict[str, tuple[RowFacts, ...]]:
    """The rows of each annex that has some, in their order."""
    reasons = {item.code: item.reason for item in typed_terms(terms).requirements}
    reasons |= money_terms(terms).forfeiture_reasons
    given_up = money_terms(terms).renunciation_reasons
    given = given_up_in(decree) if decree.kind == REDETERMINATION else {}
    if decree.rectifies:
        return {DecreeRow.Annex.F.value: tuple(_corrected_rows(decree, decree.rectifies))}
    rows: dict[str, list[RowFacts]] = {}
    stored = (
        decree.rows.select_related("application__firm", "award__grant_decree", "renunciation")
        .prefetch_related("award__lines__allocation__action")
        .order_by("annex", "position")
    )
    for row in stored:
        amounts = given.get(row.renunciation_id or 0) if row.renunciation else amounts_of(row.award)
        rows.setdefault(row.annex, []).append(_row(row, amounts or {}, given_up if row.renunciation else reasons))
    return {annex: tuple(group) for annex, group in rows.items()}


def amounts_of(award: Award | None) -> dict[str, Decimal]:
    """The standing lines of a voucher, by action (prefetched)."""
    return {line.allocation.action.code: line.amount for line in award.lines.all()} if award else {}


def _row(row: DecreeRow, amounts: Mapping[str, Decimal], reasons: Mapping[str, str]) -> RowFacts:
    application, award = row.application, row.award
    granted_by = award.grant_decree if award and row.annex == DecreeRow.Annex.D else None
    return RowFacts(
        position=row.position,
        application_id=application.pk,
        protocol=application.protocol,
        submitted_at=rome_text(application.submitted_at) if application.submitted_at else "",
        firm=application.firm.name,
        tax_code=application.firm.tax_code,
        province=application.province,
        amounts={code: plain(amount) for code, amount in amounts.items()},
        total=plain(total(list(amounts.values()))),
        cor=award.cor if award else "",
        reasons=tuple((code, reasons.get(code, code)) for code in row.reason_codes),
        note=left_of(row) if row.renunciation else f"n. {granted_by.protocol}" if granted_by else "",
    )


def _corrected_rows(decree: Decree, signed: Decree) -> Iterator[RowFacts]:
    """The rows of a rectification: whose they are as the annex reads today, what changes, the euro that are freed."""
    rows = list(decree.rows.select_related("application__firm", "award").order_by("position"))
    today = readings(signed, {row.application_id for row in rows})
    for row in rows:
        found = read(row.corrections or ())
        freed = {item.action: item.freed for item in found if item.action}
        plain_row = _row(row, freed, {})
        yield replace(
            plain_row,
            firm=today.get(row.application_id, {}).get("firm", plain_row.firm),
            changes=tuple(item.told() for item in found),
        )


def _money(decree: Decree, awards: Sequence[Award], lines: Sequence[Allocation]) -> tuple[MoneyFacts, ...]:
    brought = {code: Decimal(amount) for code, amount in (decree.split or {}).items()}
    freed = freed_by(decree) if decree.rectifies_id else {}
    moved = {line.pk: brought.get(line.action.code, ZERO) + freed.get(line.action.code, ZERO) for line in lines}
    for award in awards if not decree.rectifies_id else ():
        for line in award.lines.all():
            moved[line.allocation_id] += line.amount
    sign = 1 if decree.kind in (FORFEITURE, REFINANCING, RECTIFICATION) else -1
    return tuple(
        MoneyFacts(
            action=line.action.code,
            title=f"Azione {line.action.code}",
            appropriated=plain(line.appropriated + brought.get(line.action.code, ZERO)),
            before=plain(line.available + line.reserved),
            moved=plain(moved[line.pk]),
            after=plain(line.available + line.reserved + sign * moved[line.pk]),
        )
        for line in lines
    )


def _earlier_acts(decree: Decree) -> tuple[str, ...]:
    """The decrees of the same kind signed before, as they are recalled; of a rectification, those it is about."""
    about = Q(kind=decree.kind)
    if decree.rectifies_id:
        about = Q(pk=decree.rectifies_id) | Q(rectifies=decree.rectifies_id)
    earlier = Decree.objects.filter(about, call=decree.call, number__isnull=False).order_by("signed_at")
    return tuple(f"il {_named(row)} ({row.get_kind_display()});" for row in earlier)


def _named(decree: Decree) -> str:
    """The decree as acts name it."""
    return f"decreto {day(rome_text(decree.signed_at))}, n. {decree.number}" if decree.signed_at else ""


def _protocol_key(protocol: str) -> tuple[int, int]:
    year, _, number = protocol.partition("/")
    return int(year), int(number)
