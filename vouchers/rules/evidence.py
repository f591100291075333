"""What the money says of two requirements: the band of the employees, the de minimis room of the single undertaking."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from applications.rules.evidence import Fact
from portal.kernel.money import euro, total
from vouchers.rules.aid import Aid, AidRoom, Window
from vouchers.rules.aid_sources import Counted, Source
from vouchers.rules.bands import Band, band_for

SPANS = {Window.FISCAL_YEARS_3: "l'esercizio in corso e i due precedenti", Window.ROLLING_3_YEARS: "tre anni"}
BEFORE = ", prima della finestra: non conta"


def amounts_by_band(headcount: int, actions: Sequence[str], bands: Sequence[Band]) -> dict[str, Decimal]:
    """The euro of each action by the band of the employees; an action without a band is left out."""
    found = {action: band_for(bands, action, headcount) for action in actions}
    return {action: band.amount for action, band in found.items() if band is not None}


def band_facts(headcount: int, actions: Sequence[str], bands: Sequence[Band]) -> Iterator[Fact]:
    """The band and the amount of each action asked."""
    for action in actions:
        band = band_for(bands, action, headcount)
        label = f"Azione {action}"
        yield (
            Fact(label, f"fascia «{band.label}», {euro(band.amount)}") if band else Fact(label, "nessuna fascia", True)
        )


def aid_facts(room: AidRoom, found: Sequence[Counted], firm: str, amounts: Mapping[str, Decimal]) -> Iterator[Fact]:
    """How the room of the single undertaking is made, and whether the voucher fits in it.

    `found` are the aids that count, but for those that the visura alone lists (`visura_facts`); `firm` is the firm's
    codice fiscale.
    """
    codes = sorted({item.aid.granted_to for item in found} - {firm})
    yield Fact("Impresa unica", f"{firm} con {', '.join(codes)}" if codes else f"{firm}, da sola")
    of = {source: [item for item in found if item.source is source] for source in Source}
    for item in sorted(of[Source.DECLARED], key=lambda each: each.said.granted_on):
        yield _one("Aiuto dichiarato", item, room)
    if not of[Source.DECLARED]:
        yield Fact("Aiuti dichiarati", "nessuno")
    for item in sorted(of[Source.VOUCHER], key=lambda each: each.said.granted_on):
        yield _one("Voucher di questo portale", item, room)
    start = f"{room.window_start:%d/%m/%Y}"
    yield Fact("Massimale", f"{euro(room.ceiling)} ({room.regulation.article})")
    yield Fact("Usato", f"{euro(room.used)} dal {start} ({SPANS[room.regulation.window]})")
    wanted = total(list(amounts.values()))
    fits = wanted <= room.left
    said = f"{euro(room.left)}; il voucher è di {euro(wanted)}: {'ci sta' if fits else 'non ci sta'}"
    yield Fact("Resta", said, not fits)


def visura_facts(
    on: date, visura: Sequence[Aid], found: Sequence[Counted], start: date | None = None
) -> Iterator[Fact]:
    """What the register's visura says, and each aid in it that nobody had declared; from `start` on they count."""
    many = {0: "nessun aiuto", 1: "un aiuto"}.get(len(visura), f"{len(visura)} aiuti")
    amount = f", {euro(total([aid.amount for aid in visura]))}" if visura else ""
    yield Fact(f"Visura del {on:%d/%m/%Y}", f"{many}{amount}")
    for item in found:
        if item.source is Source.REGISTER:
            label = f"Nella visura e non dichiarato, del {item.aid.granted_on:%d/%m/%Y}"
            early = start is not None and item.aid.granted_on < start
            words = f"{euro(item.aid.amount)} a {item.aid.granted_to}{BEFORE if early else ''}"
            yield Fact(label, words, against=not early)


def _one(label: str, item: Counted, room: AidRoom) -> Fact:
    said, listed = item.said, item.listed
    words = f"{euro(said.amount)} a {said.granted_to}"
    if item.is_disputed and listed:
        words += f"; nella visura {euro(listed.amount)} del {listed.granted_on:%d/%m/%Y}: conta l'importo maggiore"
    elif listed and listed.granted_on != said.granted_on:
        words += f"; nella visura è del {listed.granted_on:%d/%m/%Y}: è lo stesso aiuto"
    if item.aid.granted_on < room.window_start:
        words += BEFORE
    return Fact(f"{label} del {said.granted_on:%d/%m/%Y}", words, item.is_disputed)
