"""What the office may ask a firm to complete, and what the firm gives: pure values, kept as plain JSON.

An integration completes an application, it never rewrites it: what its order and its amount rest on cannot be asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

LONGEST = 5_000
"""Characters of an answer."""

ROWS = r"\d{1,2}"
OPEN_FIELDS = {
    "impresa": rf"sede_{ROWS}_(comune|provincia)",
    "requisiti": r"confermo",
    "piano": (
        r"giorni|orari|strumenti|formazione|sicurezza|inizio|mesi|lavoratori|indicatori"
        rf"|attivita_{ROWS}_(nome|criteri)"
    ),
    "operatore": r"nome|codice_fiscale|formazione|lavoro",
    "strumenti": rf"bene_{ROWS}_(nome|attivita)",
}
"""The fields of the wizard that may be asked again, by page."""

FROZEN_FIELDS = {
    "impresa": rf"totale|lombardia|percorso|da_aprire|sede_{ROWS}_dipendenti",
    "strumenti": r"chiedo",
    "aiuti": r".*",
    "firma": r".*",
}
"""The fields that decide the order, the path or the amount (employees, actions, aids received), or who signed."""


class AskKind(StrEnum):
    """A field of the wizard, a document of the terms, or a question in words."""

    FIELD = "FIELD"
    DOCUMENT = "DOCUMENT"
    TEXT = "TEXT"


class NotAskable(ValueError):
    """Some of what is asked cannot be: one sentence each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked, in the officer's words; `name` is a field of `page`, or the code of a document."""

    kind: AskKind
    words: str
    page: str = ""
    name: str = ""

    @classmethod
    def field(cls, page: str, name: str, words: str) -> Self:
        """A field of a page of the wizard."""
        return cls(AskKind.FIELD, words, page, name)

    @classmethod
    def document(cls, code: str, words: str) -> Self:
        """A document of the terms."""
        return cls(AskKind.DOCUMENT, words, name=code)

    @classmethod
    def text(cls, words: str) -> Self:
        """A question, answered in words."""
        return cls(AskKind.TEXT, words)

    @classmethod
    def from_json(cls, row: Mapping[str, str]) -> Self:
        """What `to_json` wrote."""
        return cls(AskKind(row["kind"]), row["words"], row.get("page", ""), row.get("name", ""))

    def to_json(self) -> dict[str, str]:
        """As plain JSON."""
        return {"kind": self.kind.value, "words": self.words, "page": self.page, "name": self.name}


def as_asked(item: "Asked | str") -> Asked:
    """A plain sentence is a question in words."""
    return item if isinstance(item, Asked) else Asked.text(item)


def check_askable(asks: Sequence[Asked], typed: Mapping[str, Any], documents: Sequence[str]) -> None:
    """Everything asked exists in this application and may be asked.

    `typed` are its pages as they were written, `documents` the codes of its terms. Raises NotAskable.
    """
    problems = [problem for ask in asks if (problem := _problem(ask, typed, documents))]
    if len({(ask.kind, ask.page, ask.name) for ask in asks if ask.name}) < sum(bool(ask.name) for ask in asks):
        problems.append("Lo stesso dato o documento è chiesto due volte.")
    if problems:
        raise NotAskable(" ".join(problems))


def may_ask(page: str, name: str, typed: Mapping[str, Any]) -> bool:
    """Whether a field of the wizard may be asked again in an application with these pages."""
    return not _problem(Asked.field(page, name, name), typed, ())


def _problem(ask: Asked, typed: Mapping[str, Any], documents: Sequence[str]) -> str:
    if not ask.words.strip():
        return "Scrivere all'impresa che cosa serve, per ogni richiesta."
    if ask.kind is AskKind.DOCUMENT and ask.name not in documents:
        return f"I termini dell'avviso non hanno il documento «{ask.name}»."
    if ask.kind is not AskKind.FIELD:
        return ""
    if re.fullmatch(FROZEN_FIELDS.get(ask.page, "(?!)"), ask.name):
        return (
            f"«{ask.page}: {ask.name}» non si può chiedere: decide l'ordine, l'importo o la firma e resta come è stato "
            "presentato. L'integrazione completa la domanda, non la riscrive: chiedere un chiarimento o un documento."
        )
    written = typed.get(ask.page, {}).get("values", {})
    known = re.fullmatch(OPEN_FIELDS.get(ask.page, "(?!)"), ask.name)
    if not known or not written or ("_" in ask.name and known.re.groups and known[1] and not _row(ask.name, written)):
        return f"«{ask.page}: {ask.name}» non è un dato di questa domanda."
    return ""


def _row(name: str, written: Mapping[str, Any]) -> bool:
    """Whether the row of a repeating field was written: `sede_1_comune` needs something of `sede_1_`."""
    prefix = name[: name.rindex("_") + 1]
    return any(each.startswith(prefix) for each in written)


@dataclass(frozen=True, slots=True)
class FieldGiven:
    """A field before and after, in words; `value` is what was typed. `asked` is its place among the things asked."""

    asked: int
    label: str
    before: str
    after: str
    value: Any

    @property
    def same(self) -> bool:
        """Whether it stayed as it was."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class TextGiven:
    """A question and its answer."""

    asked: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class FileGiven:
    """A file added, by its row and its fingerprint."""

    attachment: int
    code: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Given:
    """Everything an answer brings, kept beside the application as it was presented."""

    fields: tuple[FieldGiven, ...] = ()
    texts: tuple[TextGiven, ...] = ()
    files: tuple[FileGiven, ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(
            tuple(FieldGiven(**row) for row in stored["fields"]),
            tuple(TextGiven(**row) for row in stored["texts"]),
            tuple(FileGiven(**row) for row in stored["files"]),
        )

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "fields": [
                {"asked": row.asked, "label": row.label, "before": row.before, "after": row.after, "value": row.value}
                for row in self.fields
            ],
            "texts": [{"asked": row.asked, "question": row.question, "answer": row.answer} for row in self.texts],
            "files": [
                {"attachment": row.attachment, "code": row.code, "name": row.name, "sha256": row.sha256}
                for row in self.files
            ],
        }

    def only_asked(self, asks: Sequence[Asked]) -> "Given":
        """The same, without what answers nothing that was asked."""
        kinds = {number: ask.kind for number, ask in enumerate(asks)}
        return Given(
            tuple(row for row in self.fields if kinds.get(row.asked) is AskKind.FIELD),
            tuple(row for row in self.texts if kinds.get(row.asked) in (AskKind.TEXT, AskKind.FIELD)),
            self.files,
        )

    def missing(self, asks: Sequence[Asked]) -> tuple[Asked, ...]:
        """What was asked and is not here: a field that stayed empty, a document without files, a silent question."""
        there = {row.asked for row in self.fields if row.after} | {row.asked for row in self.texts if row.answer}
        sent = {row.code for row in self.files}
        return tuple(
            ask
            for number, ask in enumerate(asks)
            if (ask.name not in sent if ask.kind is AskKind.DOCUMENT else number not in there)
        )

    def words(self) -> str:
        """The answers in words, one paragraph each."""
        return "\n\n".join(row.answer for row in self.texts if row.answer)
