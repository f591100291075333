"""What the money says of two requirements: the band of the employees, the de minimis room of the single undertaking."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from applications.rules.evidence import Fact
from portal.kernel.money import euro, total
from vouchers.rules.aid import Aid, AidRoom, Window
from vouchers.rules.bands import Band, band_for

SPANS = {Window.FISCAL_YEARS_3: "l'esercizio in corso e i due precedenti", Window.ROLLING_3_YEARS: "tre anni"}


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


def aid_facts(
    room: AidRoom, aids: Sequence[Aid], vouchers: Sequence[Aid], firm: str, amounts: Mapping[str, Decimal]
) -> Iterator[Fact]:
    """How the room of the single undertaking is made, and whether the voucher fits in it.

    `aids` are those declared, `vouchers` those that the portal knows besides; `firm` is the firm's codice fiscale.
    """
    codes = sorted({aid.granted_to for aid in (*aids, *vouchers)} - {firm})
    yield Fact("Impresa unica", f"{firm} con {', '.join(codes)}" if codes else f"{firm}, da sola")
    for aid in sorted(aids, key=lambda each: each.granted_on):
        yield _one("Aiuto dichiarato", aid, room)
    if not aids:
        yield Fact("Aiuti dichiarati", "nessuno")
    for aid in sorted(vouchers, key=lambda each: each.granted_on):
        yield _one("Voucher di questo portale", aid, room)
    start = f"{room.window_start:%d/%m/%Y}"
    yield Fact("Massimale", f"{euro(room.ceiling)} ({room.regulation.article})")
    yield Fact("Usato", f"{euro(room.used)} dal {start} ({SPANS[room.regulation.window]})")
    wanted = total(list(amounts.values()))
    fits = wanted <= room.left
    said = f"{euro(room.left)}; il voucher è di {euro(wanted)}: {'ci sta' if fits else 'non ci sta'}"
    yield Fact("Resta", said, not fits)


def undeclared(visura: Sequence[Aid], known: Sequence[Aid]) -> list[Aid]:
    """The aids of a visura that were neither declared nor given by this portal; each known one explains one."""
    return list((Counter(visura) - Counter(known)).elements())


def visura_facts(on: date, visura: Sequence[Aid], unknown: Sequence[Aid]) -> Iterator[Fact]:
    """What the register's visura says, and each aid in it that nobody had declared."""
    many = {0: "nessun aiuto", 1: "un aiuto"}.get(len(visura), f"{len(visura)} aiuti")
    amount = f", {euro(total([aid.amount for aid in visura]))}" if visura else ""
    yield Fact(f"Visura del {on:%d/%m/%Y}", f"{many}{amount}")
    for aid in unknown:
        label = f"Nella visura e non dichiarato, del {aid.granted_on:%d/%m/%Y}"
        yield Fact(label, f"{euro(aid.amount)} a {aid.granted_to}", against=True)


def _one(label: str, aid: Aid, room: AidRoom) -> Fact:
    counts = "" if aid.granted_on >= room.window_start else ", prima della finestra: non conta"
    return Fact(f"{label} del {aid.granted_on:%d/%m/%Y}", f"{euro(aid.amount)} a {aid.granted_to}{counts}")
