"""The words of the call with their {names} filled in, and dates and figures as Italian acts write them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from portal.kernel.money import ZERO, euro
from vouchers.rules.decree_facts import DecreeFacts, DecreeTexts, summed

ROME = ZoneInfo("Europe/Rome")
MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
NAME = re.compile(r"\{([^{}]*)\}")
ORDINALS = ("primo", "secondo", "terzo", "quarto", "quinto", "sesto", "settimo", "ottavo", "nono", "decimo")
TEENS = ("undici", "dodici", "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove")
TENS = ("venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")
UNITS = ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")


class UnknownVariable(ValueError):
    """A text of the call names something that a decree does not know, or has an odd brace."""


def filled(text: DecreeTexts, facts: DecreeFacts) -> DecreeTexts:
    """The words of the call with every {name} replaced, in one pass: a value is never read as a text again.

    Raises UnknownVariable for a name that no decree knows and for a brace without its partner.
    """
    names = names_of(facts)

    def parts(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_fill(part, names) for part in words)

    return replace(
        text,
        subject=_fill(text.subject, names),
        visti=parts(text.visti),
        richiamato=parts(text.richiamato),
        dato_atto=parts(text.dato_atto),
        considerato=parts(text.considerato),
        ritenuto=parts(text.ritenuto),
        decreta=parts(text.decreta),
    )


def _fill(text: str, names: Mapping[str, str]) -> str:
    if "{" in (rest := NAME.sub("", text)) or "}" in rest:
        raise UnknownVariable(f"Una parentesi graffa è spaiata nel testo «{text}».")
    if unknown := [name for name in NAME.findall(text) if name not in names]:
        raise UnknownVariable(f"Il testo del decreto usa nomi sconosciuti: {', '.join(unknown)}.")
    return NAME.sub(lambda match: names[match[1]], text)


def names_of(facts: DecreeFacts) -> dict[str, str]:
    """Every name a text may use, with its value for this decree."""
    rows = {letter: len(facts.rows.get(letter, ())) for letter in "ABCDEF"}
    years = sorted({item.year for item in facts.commitments}) or [facts.year]
    lines = facts.money
    return {
        "programme": facts.call.programme,
        "axis": facts.call.axis,
        "objective": facts.call.objective,
        "programme_action": facts.call.programme_action,
        "call_title": facts.call.title,
        "call_code": facts.call.code,
        "cup": facts.call.cup,
        "publication": facts.call.publication,
        "ordinal": ordinal(facts.ordinal),
        "number": str(facts.number),
        "year": joined([str(year) for year in years]),
        "applications_received": str(facts.received),
        "applications_examined": str(sum(rows.values())),
        "protocol_first": facts.protocol_first,
        "protocol_last": facts.protocol_last,
        "cor_count": str(sum(1 for row in facts.rows.get("A", ()) if row.cor)),
        "admitted_count": str(rows["A"]),
        "waiting_count": str(rows["B"]),
        "rejected_count": str(rows["C"]),
        "forfeited_count": str(rows["D"]),
        "noted_count": str(rows["E"]),
        "noted_total": euro(summed([row.total for row in facts.rows.get("E", ())])),
        "noted_by_action": by_action(_noted(facts)),
        "rectified_act": facts.rectified,
        "rectified_count": str(rows["F"]),
        "rectified_effect": _rectified(facts),
        "amount_total": euro(summed([line.moved for line in lines])),
        "amounts_by_action": by_action([(line.title, line.moved) for line in lines]),
        "appropriated_total": euro(summed([line.appropriated for line in lines])),
        "appropriated_by_action": by_action([(line.title, line.appropriated) for line in lines]),
        "available_before_total": euro(summed([line.before for line in lines])),
        "available_before_by_action": by_action([(line.title, line.before) for line in lines]),
        "left_total": euro(summed([line.after for line in lines])),
        "left_by_action": by_action([(line.title, line.after) for line in lines]),
        **{f"{code}_days": str(days) for code, days in facts.days.items()},
    }


def _noted(facts: DecreeFacts) -> list[tuple[str, str]]:
    """What was given up, by action: title and euro."""
    amounts = [item for row in facts.rows.get("E", ()) for item in row.amounts.items()]
    actions = sorted({action for action, _ in amounts})
    return [(f"Azione {code}", str(summed([given for action, given in amounts if action == code]))) for code in actions]


def _rectified(facts: DecreeFacts) -> str:
    """What a rectification does to the money, as the end of a sentence."""
    amounts = [(line.title, line.moved) for line in facts.money if Decimal(line.moved)]
    if not amounts:
        return "le rettifiche non cambiano gli importi concessi"
    freed = euro(summed([moved for _, moved in amounts]))
    return (
        f"le rettifiche riducono gli impegni assunti di {freed}, di cui {by_action(amounts)}, e le somme tornano "
        "disponibili a beneficio della lista d'attesa"
    )


def by_action(amounts: list[tuple[str, str]]) -> str:
    """«5.000,00 € sull'Azione A e 2.500,00 € sull'Azione B»; zero when there is no line at all."""
    said = [f"{euro(Decimal(amount))} {_on(title)}" for title, amount in amounts]
    return joined(said) or euro(ZERO)


def _on(title: str) -> str:
    return f"sull'{title}" if title[:1].lower() in set("aeiou") else f"su {title}"


def ordinal(number: int) -> str:
    """«terzo», «ventunesimo»; from a hundred on, «100°»."""
    if number <= 10:
        return ORDINALS[number - 1]
    if number < 20:
        return f"{TEENS[number - 11][:-1]}esimo"
    if number >= 100:
        return f"{number}°"
    tens, unit = TENS[number // 10 - 2], number % 10
    if unit == 0:
        return f"{tens[:-1]}esimo"
    # The tens lose their vowel before uno and otto; tre and sei keep theirs before -esimo.
    start = tens[:-1] if unit in (1, 8) else tens
    return f"{start}{UNITS[unit - 1] if unit in (3, 6) else UNITS[unit - 1][:-1]}esimo"


def joined(words: list[str]) -> str:
    """«a, b e c»."""
    return " e ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def day(instant: str) -> str:
    """«1° aprile 2020»: the day of an ISO instant in Rome."""
    at = datetime.fromisoformat(instant).astimezone(ROME)
    return f"{'1°' if at.day == 1 else at.day} {MONTHS[at.month - 1]} {at.year}"


def second(instant: str) -> str:
    """«02/04/2020 12:00:03»: the instant in Rome, cut to its second. Empty for no instant."""
    return f"{datetime.fromisoformat(instant).astimezone(ROME):%d/%m/%Y %H:%M:%S}" if instant else ""
