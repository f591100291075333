"""The words of one draft, adapted from those of the call: section by section, block by block, {names} checked.

Only the sections that differ are kept; what the call says of the others still holds.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from vouchers.rules.decree_facts import DecreeTexts
from vouchers.rules.decree_personal import bad_mark, unmarked
from vouchers.rules.decree_words import NAME

SECTIONS: dict[str, str] = {
    "subject": "Oggetto", "visti": "Visti", "richiamato": "Richiamati", "dato_atto": "Dato atto",
    "considerato": "Considerato", "ritenuto": "Ritenuto", "decreta": "Decreta",
}  # fmt: skip
NEEDED = frozenset({"subject", "decreta"})
"""The sections without which there is no decree."""
MOST_BLOCKS = 100
LONGEST_BLOCK = 4_000

Blocks = tuple[str, ...]
Own = Mapping[str, Sequence[str]]


class BadText(ValueError):
    """A section that a decree cannot have; `problems` are sentences by section."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Difference:
    """One section: its blocks as (how, text), where `how` is same, less (only in the call) or more (only here)."""

    section: str
    title: str
    blocks: tuple[tuple[str, str], ...]


def sections(text: DecreeTexts) -> dict[str, Blocks]:
    """The blocks of each section; the subject is one."""
    return {name: (text.subject,) if name == "subject" else getattr(text, name) for name in SECTIONS}


def adapted(text: DecreeTexts, own: Own) -> DecreeTexts:
    """The words of the call with the sections that the draft says in its own way."""
    clean = {name: tuple(unmarked(block) for block in blocks) for name, blocks in own.items()}
    changes: dict[str, Any] = {name: blocks for name, blocks in clean.items() if name != "subject"}
    return replace(text, subject=clean["subject"][0] if clean.get("subject") else text.subject, **changes)


def own_sections(text: DecreeTexts, wanted: Own, names: Collection[str]) -> dict[str, list[str]]:
    """The sections that differ from the call's, clean. Raises BadText with every problem."""
    clean = {name: [words for block in wanted[name] if (words := " ".join(block.split()))] for name in wanted}
    problems = {name: told for name, blocks in clean.items() if (told := _problem(name, blocks, names))}
    if problems:
        raise BadText(problems)
    known = sections(text)
    return {name: blocks for name, blocks in clean.items() if tuple(blocks) != _clean(known[name])}


def differences(text: DecreeTexts, own: Own) -> list[Difference]:
    """What the draft says otherwise than the call, in the order of the decree."""
    known = sections(text)
    return [
        Difference(name, title, tuple(_compared(_clean(known[name]), tuple(own[name]))))
        for name, title in SECTIONS.items()
        if name in own
    ]


def _clean(blocks: Blocks) -> Blocks:
    return tuple(" ".join(block.split()) for block in blocks)


def _compared(before: Blocks, after: Blocks) -> Iterator[tuple[str, str]]:
    for how, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (("same", block) for block in before[start:end])
            continue
        yield from (("less", block) for block in before[start:end])
        yield from (("more", block) for block in after[new_start:new_end])


def _problem(name: str, blocks: Sequence[str], names: Collection[str]) -> str:
    if name not in SECTIONS:
        return f"La sezione «{name}» non esiste."
    if name in NEEDED and not blocks:
        return "Un decreto non può farne a meno: scrivi almeno un blocco."
    if name == "subject" and len(blocks) > 1:
        return "L'oggetto è un blocco solo: togli le righe vuote."
    if len(blocks) > MOST_BLOCKS:
        return f"Al massimo {MOST_BLOCKS} blocchi."
    for block in blocks:
        if len(block) > LONGEST_BLOCK:
            return f"Un blocco è troppo lungo: al massimo {LONGEST_BLOCK} caratteri («{block[:40]}…»)."
        if not block.isprintable():
            return f"C'è un carattere che non si vede: riscrivi il blocco che comincia con «{_start(block)}»."
        if "{" in (rest := NAME.sub("", block)) or "}" in rest:
            return f"Una parentesi graffa è spaiata nel blocco che comincia con «{_start(block)}»."
        if told := bad_mark(block):
            return f"{told}, nel blocco che comincia con «{_start(block)}»."
        if unknown := [found for found in NAME.findall(block) if found not in names]:
            return f"Nomi sconosciuti: {', '.join(unknown)}. Sono elencati in fondo alla pagina."
    return ""


def _start(block: str) -> str:
    return "".join(character for character in block[:40] if character.isprintable())
