"""What differs between two versions of the terms, in sentences for whoever is writing an application."""

from collections.abc import Iterator, Sequence
from itertools import chain

from applications.rules.terms import Action, Declaration, Path, RequiredDocument, Requirement, Terms

Row = Requirement | Declaration | RequiredDocument | Path | Action


def changes(before: Terms, after: Terms) -> tuple[str, ...]:
    """A sentence for each thing that is new, changed or gone among those that a draft answers to; empty when none is.

    Desks, money and the deadlines of later are not said here: no page of the draft depends on them.
    """
    found = chain(
        _of(before.paths, after.paths, "Percorso", "nuovo", "cambiato", "non c'è più"),
        _of(before.actions, after.actions, "Azione", "nuova", "cambiata", "non c'è più"),
        _of(before.requirements, after.requirements, "Requisito", "nuovo", "cambiato", "non si chiede più"),
        _of(before.declarations, after.declarations, "Dichiarazione", "nuova", "cambiata", "non si chiede più"),
        _of(_asked(before), _asked(after), "Documento", "nuovo", "cambiato", "non si chiede più"),
    )
    return (*found, *(["È cambiato il modo di firmare la domanda."] if before.signing != after.signing else []))


def _asked(terms: Terms) -> Sequence[RequiredDocument]:
    return [row for row in terms.documents if row.phase == "APPLICATION"]


def _of(before: Sequence[Row], after: Sequence[Row], kind: str, new: str, changed: str, gone: str) -> Iterator[str]:
    known, now = {row.code: row for row in before}, {row.code: row for row in after}
    for code, row in now.items():
        if code not in known:
            yield f"{kind} {new}: «{_name(row)}»."
        elif known[code] != row:
            yield f"{kind} {changed}: «{_name(row)}»."
    yield from (f"{kind} che {gone}: «{_name(row)}»." for code, row in known.items() if code not in now)


def _name(row: Row) -> str:
    return row.text if isinstance(row, Declaration) else row.title
