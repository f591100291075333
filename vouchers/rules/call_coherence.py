"""What the parts of a call's terms must be to each other. Every check goes on to the end and yields (place, message).

A value that could not be read is None here and has been told already: the checks step over it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from applications.rules.payload import bare
from applications.rules.signing import SESSION, TO_SIGN
from vouchers.rules.bands import Band, problems_in
from vouchers.rules.call_windows import window_problems
from vouchers.rules.decree_names import DECREE_NAMES

Found = tuple[str, str]
Payload = Mapping[str, Any]
NAME = re.compile(r"\{([^{}]*)\}")
SECTIONS = ("subject", "dato_atto", "considerato", "ritenuto", "decreta")


def problems_of(payload: Payload) -> Iterator[Found]:
    """Everything that does not hold together in a resolved version of the terms."""
    for check in CHECKS:
        yield from check(payload)


def rows(payload: Payload, name: str) -> list[tuple[int, Payload]]:
    """The readable rows of a list, with their number from 1."""
    found = payload.get(name) or []
    return [(number, row) for number, row in enumerate(found, start=1) if isinstance(row, Mapping)]


def known(payload: Payload, name: str) -> set[Any]:
    """The codes of the rows of a list."""
    return {bare(row.get("code")) for _, row in rows(payload, name)}


def action_problems(payload: Payload) -> Iterator[Found]:
    """An action that requires one that does not exist, itself, or in a circle."""
    requires = {bare(row.get("code")): bare(row.get("requires")) for _, row in rows(payload, "actions")}
    for number, row in rows(payload, "actions"):
        code, needed = bare(row.get("code")), bare(row.get("requires"))
        if needed is None:
            continue
        if needed not in requires:
            yield f"actions[{number}].requires", _unknown("l'Azione", needed, requires)
        elif needed == code or requires.get(needed) == code:
            yield f"actions[{number}].requires", f"le Azioni {code} e {needed} si richiedono a vicenda: togli una voce"


def band_problems(payload: Payload) -> Iterator[Found]:
    """Bands of unknown actions, actions without bands, gaps and overlaps, and ranges that differ between A and B."""
    tables = payload.get("bands") or {}
    actions = known(payload, "actions")
    for action in tables:
        if action not in actions:
            yield f"bands.{action}", _unknown("l'Azione", action, actions)
        bands = _bands(action, tables[action])
        for problem in problems_in(bands):
            yield f"bands.{action}[{problem.position}].{problem.key}", problem.message
    for _, row in rows(payload, "actions"):
        code, needed = bare(row.get("code")), bare(row.get("requires"))
        if code not in tables:
            yield "bands", f"manca la tabella delle fasce dell'Azione {code}: aggiungi [[terms.bands.{code}]]"
        elif needed in actions and needed not in tables:
            yield f"bands.{code}", f"l'Azione {code} ha le fasce e l'Azione {needed}, che essa richiede, no"
        elif needed in tables and _ranges(tables[code]) != _ranges(tables[needed]):
            message = f"le fasce dell'Azione {code} non hanno gli stessi limiti di quelle dell'Azione {needed}"
            yield f"bands.{code}", f"{message}: scrivi gli stessi minimi e massimi"


def pilot_problems(payload: Payload) -> Iterator[Found]:
    """Gaps and overlaps in the minimum numbers of pilot workers."""
    bands = _bands("", payload.get("pilot_bands"), amount="workers")
    for problem in problems_in(bands):
        yield f"pilot_bands[{problem.position}].{problem.key.replace('amount', 'workers')}", problem.message


def reference_problems(payload: Payload) -> Iterator[Found]:
    """Codes that name a requirement, a path or an action that does not exist."""
    for name, key, target, noun in REFERENCES:
        codes = known(payload, target)
        for number, row in rows(payload, name):
            for code in bare(row.get(key)) or ():
                if code not in codes:
                    yield f"{name}[{number}].{key}", _unknown(noun, code, codes)
    for number, row in rows(payload, "documents"):
        for key, target, noun in (("path", "paths", "il percorso"), ("action", "actions", "l'Azione")):
            code = bare((row.get("when") or {}).get(key))
            if code is not None and code not in known(payload, target):
                yield f"documents[{number}].when.{key}", _unknown(noun, code, known(payload, target))


def signature_problems(payload: Payload) -> Iterator[Found]:
    """Who signs a file is asked for that file; who signs on line is not, even if a version before asked it."""
    wanted = bare((payload.get("signature") or {}).get("form")) != SESSION
    if wanted and TO_SIGN not in known(payload, "documents"):
        yield "documents", f"con questa forma di firma (signature) serve il documento {TO_SIGN}"


def regulation_problems(payload: Payload) -> Iterator[Found]:
    """De minimis regulations that end before they begin."""
    for number, row in rows(payload.get("de_minimis") or {}, "regulations"):
        begin, end, tail = (bare(row.get(key)) for key in ("valid_from", "valid_to", "tail_to"))
        if begin and end and end < begin:
            yield f"de_minimis.regulations[{number}].valid_to", "il regolamento finisce prima di cominciare"
        if end and tail and tail < end:
            yield f"de_minimis.regulations[{number}].tail_to", "la coda finisce prima del regolamento"


def decree_problems(payload: Payload) -> Iterator[Found]:
    """Names in braces that no decree can fill, and braces without their partner."""
    names = decree_names(payload)
    preamble = payload.get("decree_preamble") or {}
    for section in ("visti", "richiamato"):
        yield from _text_problems(f"decree_preamble.{section}", preamble.get(section), names)
    for kind, decree in (payload.get("decrees") or {}).items():
        for section in SECTIONS if isinstance(decree, Mapping) else ():
            yield from _text_problems(f"decrees.{kind}.{section}", decree.get(section), names)


def obeyed_problems(payload: Payload) -> Iterator[Found]:
    """Parameters whose other values no rule of the portal obeys yet: better refused than published and ignored."""
    for (section, key), value in OBEYED.items():
        written = bare((payload.get(section) or {}).get(key))
        if written is not None and written != value:
            yield f"{section}.{key}", f"il portale non applica ancora questo valore: per ora scrivi {_toml(value)}"


def needed_problems(payload: Payload) -> Iterator[Found]:
    """Codes that the acts of the portal look for: without them a term could not expire."""
    for name, codes in NEEDED.items():
        rows_of = payload.get(name) or {}
        present = set(rows_of) if isinstance(rows_of, Mapping) else known(payload, name)
        for code in codes:
            if code not in present:
                yield name, f"manca la voce «{code}», che il portale usa nei suoi atti: aggiungila"


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


OBEYED: dict[tuple[str, str], object] = {
    ("rules", "partial_award"): False,
    ("rules", "one_live_application"): True,
    ("rules", "headcount_reference"): "APPLICATION",
    ("de_minimis", "over_ceiling"): "REFUSE",
}
NEEDED = {
    "deadlines": ("integration", "rejection_notice", "decision", "acceptance"),
    "requirements": ("INCOMPLETE", "DE_MINIMIS"),
    "forfeiture_reasons": ("ACCEPTANCE",),
}
REFERENCES = (
    ("paths", "relaxes", "requirements", "il requisito"),
    ("declarations", "only_paths", "paths", "il percorso"),
    ("declarations", "except_paths", "paths", "il percorso"),
)
CHECKS: tuple[Callable[[Payload], Iterator[Found]], ...] = (
    window_problems, action_problems, band_problems, pilot_problems, reference_problems, regulation_problems,
    decree_problems, obeyed_problems, needed_problems, signature_problems,
)  # fmt: skip


def money_problems(act: Payload, actions: Sequence[str]) -> Iterator[Found]:
    """A split that names an unknown action, leaves none, or does not sum to the total of its act."""
    split = act.get("split") or {}
    for action in split:
        if action not in actions:
            yield f"split.{action}", _unknown("l'Azione", action, actions)
    amounts = [bare(amount) for amount in split.values()]
    total = bare(act.get("total"))
    if total is None or None in amounts:
        return
    summed = sum(map(Decimal, amounts), Decimal("0.00"))
    if summed != Decimal(total):
        yield "split", f"la somma delle Azioni è {summed} e il totale dell'atto è {total}: correggi uno dei due"


def decree_names(payload: Payload) -> list[str]:
    """The names a decree of these terms can fill: the common ones, and the days of each term (`claim_days`)."""
    terms = (payload.get("deadlines") or {}).items()
    in_days = [f"{code}_days" for code, row in terms if isinstance(row, Mapping) and row.get("unit") == "giorni"]
    return [*DECREE_NAMES, *in_days]


def _text_problems(place: str, texts: Any, names: Sequence[str]) -> Iterator[Found]:
    for text in [texts] if isinstance(texts, str) else texts or ():
        for name in NAME.findall(text):
            if name not in names:
                near = get_close_matches(name, names, n=3) or sorted(names)
                yield place, f"la variabile {{{name}}} non esiste: scrivi per esempio {', '.join(near)}"
        if set("{}") & set(NAME.sub("", text)):
            yield place, f"una parentesi graffa è spaiata nel testo «{text[:60]}»"


def _bands(action: str, table: Any, amount: str = "amount") -> list[Band]:
    """The bands that could be read; none when a row could not, as its neighbours would be blamed."""
    read = [row for row in table or () if isinstance(row, Mapping)]
    facts = [(bare(row.get("min")), bare(row.get("max")), bare(row.get(amount)), "max" in row) for row in read]
    if any(low is None or money is None or (written and high is None) for low, high, money, written in facts):
        return []
    return [Band(action, low, high, Decimal(money)) for low, high, money, _ in facts]


def _ranges(table: Any) -> list[tuple[Any, Any]]:
    read = [row for row in table or () if isinstance(row, Mapping)]
    return sorted(((bare(row.get("min")), bare(row.get("max"))) for row in read), key=repr)


def _unknown(noun: str, code: str, codes: Any) -> str:
    return f"{noun} «{code}» non esiste: quelli previsti sono {', '.join(sorted(map(str, codes)))}"
