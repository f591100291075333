"""What must agree before a decree may be written: every total, to the cent (domain.md section 7)."""

import re
from decimal import Decimal, InvalidOperation

from vouchers.rules.decree_facts import (
    FORFEITURE,
    GRANT,
    MONEY_ANNEX,
    RECTIFICATION,
    REFINANCING,
    DecreeFacts,
    DecreeTexts,
    RowFacts,
    summed,
)

AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")


class DecreeMismatch(ValueError):
    """The facts of a decree contradict each other; `problems` lists all the contradictions, in Italian."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Il decreto non quadra: " + "; ".join(problems) + ".")
        self.problems = problems


def check(facts: DecreeFacts, text: DecreeTexts) -> None:
    """Raises DecreeMismatch unless rows, totals, movement of the ledger and commitments agree exactly."""
    if facts.kind not in MONEY_ANNEX or text.kind != facts.kind:
        raise DecreeMismatch([f"il tipo «{facts.kind}» non esiste o non è quello dei testi («{text.kind}»)"])
    problems = _annexes(facts, text) + _amounts(facts)
    if not problems:
        problems = _rows(facts) + _money(facts) + _commitments(facts)
    if problems:
        raise DecreeMismatch(problems)


def _annexes(facts: DecreeFacts, text: DecreeTexts) -> list[str]:
    known = {letter for letter, _ in text.annexes}
    return [f"l'Allegato {letter} non è previsto per questo decreto" for letter in sorted(set(facts.rows) - known)]


def _amounts(facts: DecreeFacts) -> list[str]:
    written = [
        *(amount for rows in facts.rows.values() for row in rows for amount in (*row.amounts.values(), row.total)),
        *(amount for line in facts.money for amount in (line.appropriated, line.before, line.moved, line.after)),
        *(item.amount for item in facts.commitments),
    ]
    return [f"«{amount}» non è un importo" for amount in written if not _is_amount(amount)]


def _is_amount(written: str) -> bool:
    try:
        return bool(AMOUNT.fullmatch(written)) and Decimal(written) >= 0
    except InvalidOperation:
        return False


def _rows(facts: DecreeFacts) -> list[str]:
    problems, actions = [], {line.action for line in facts.money}
    for letter, rows in sorted(facts.rows.items()):
        if [row.position for row in rows] != list(range(1, len(rows) + 1)):
            problems.append(f"le righe dell'Allegato {letter} non sono numerate da 1 a {len(rows)}")
        problems += [problem for row in rows for problem in _row(facts, f"riga {letter}{row.position}", row, actions)]
    return problems


def _row(facts: DecreeFacts, place: str, row: RowFacts, actions: set[str]) -> list[str]:
    problems = []
    if facts.money and (unknown := sorted(set(row.amounts) - actions)):
        problems.append(f"{place}: azione {', '.join(unknown)} senza dotazione")
    if facts.kind == RECTIFICATION and not row.changes:
        problems.append(f"{place}: la rettifica non cambia nulla")
    if summed(list(row.amounts.values())) != Decimal(row.total):
        problems.append(f"{place}: il totale {row.total} non è la somma delle azioni")
    if not _key(facts.protocol_first) <= _key(row.protocol) <= _key(facts.protocol_last):
        problems.append(f"{place}: il protocollo {row.protocol} è fuori dall'intervallo del decreto")
    return problems


def _key(protocol: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", protocol))


def _money(facts: DecreeFacts) -> list[str]:
    problems, letter = [], MONEY_ANNEX[facts.kind]
    sign = {GRANT: -1, FORFEITURE: 1, REFINANCING: 1, RECTIFICATION: 1}.get(facts.kind, 0)
    for line in facts.money:
        annex = summed([row.amounts[line.action] for row in facts.rows.get(letter, ()) if line.action in row.amounts])
        if letter and annex != Decimal(line.moved):
            problems.append(f"{line.title}: l'allegato somma {annex}, il movimento contabile è {line.moved}")
        if Decimal(line.before) + sign * Decimal(line.moved) != Decimal(line.after):
            problems.append(f"{line.title}: {line.before} e {line.moved} non danno {line.after}")
    return problems


def _commitments(facts: DecreeFacts) -> list[str]:
    if not facts.commitments:
        return []
    return [
        f"{line.title}: l'imputazione per esercizio somma {years}, il movimento contabile è {line.moved}"
        for line in facts.money
        if (years := summed([item.amount for item in facts.commitments if item.action == line.action]))
        != Decimal(line.moved)
    ]
