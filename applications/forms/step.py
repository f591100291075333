"""The shape of a page of the wizard: fields over what was typed, rows that repeat, answers read when all is well."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.fields import Field
from django.utils.datastructures import MultiValueDict

from applications.domain.operators import Register
from applications.rules.plan import PilotTerms
from applications.rules.terms import Terms

MOST_ROWS = 30
Typed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a page knows besides its own fields: the terms in force, the answers so far, the day, the firm."""

    terms: Terms
    pilot: PilotTerms
    answers: Mapping[str, Any]
    on: date
    tax_code: str
    register: Register | None = None


class StepForm(forms.Form):
    """A page. `keys` are the answers it owns; `row` is the prefix of the fields that repeat, if any.

    A `quiet` page shows what was typed without judging it; `more` adds empty rows.
    """

    use_required_attribute = False
    keys: ClassVar[tuple[str, ...]] = ()
    row: ClassVar[str] = ""
    whys: ClassVar[Mapping[str, Any]] = {}
    """Why each field is asked, by its name; a field of a row by its name in the row."""

    def __init__(self, situation: Situation, typed: Typed | None = None, *, more: int = 0, quiet: bool = False) -> None:
        listed = {name: value if isinstance(value, list) else [value] for name, value in (typed or {}).items()}
        data = MultiValueDict(listed)
        shown = self.carried(situation) | dict(typed or {})
        super().__init__(data if typed and not quiet else None, initial=shown)
        self.situation = situation
        numbers = [int(found[1]) for name in listed if (found := re.fullmatch(rf"{self.row}_(\d{{1,2}})_\w+", name))]
        first = self.first_rows(data)
        self.rows = min(max([first, *(number + 1 for number in numbers)]) + more, MOST_ROWS) if self.row else 0
        for number in range(self.rows):
            for name, field in self.row_fields(number).items():
                field.in_row = True  # type: ignore[attr-defined]  # not optional: a row that is begun is whole
                self.fields[f"{self.row}_{number}_{name}"] = field

    def in_words(self, name: str, text: str) -> str:
        """What was written in a field, as it is read again before presenting."""
        return text

    def why_of(self, name: str) -> str:
        """Why a field is asked; of the rows only the first one says it."""
        found = re.fullmatch(rf"{self.row}_(\d+)_(\w+)", name) if self.row else None
        if found is None:
            return str(self.whys.get(name, ""))
        return str(self.whys.get(found[2], "")) if found[1] == "0" else ""

    @classmethod
    def carried(cls, situation: Situation) -> dict[str, Any]:  # noqa: ARG003
        """What earlier answers (the pre-check's) already say of this page, to be confirmed."""
        return {}

    def first_rows(self, typed: Typed) -> int:
        """How many rows a page shows at least."""
        return 1

    def row_fields(self, number: int) -> dict[str, Field]:
        """The fields of one row."""
        return {}

    def filled_rows(self) -> list[tuple[int, dict[str, Any]]]:
        """The rows in which something was typed, with their number; only while cleaning or after."""
        rows = []
        for number in range(self.rows):
            names = {name: f"{self.row}_{number}_{name}" for name in self.row_fields(number)}
            if any(self.data.getlist(name) not in ([], [""]) for name in names.values()):  # type: ignore[attr-defined]
                rows.append((number, {name: self.cleaned_data.get(full) for name, full in names.items()}))
        return rows

    def need(self, number: int, row: Mapping[str, Any], **sentences: Any) -> None:
        """Say what is missing in a row that was begun."""
        for name, sentence in sentences.items():
            full = f"{self.row}_{number}_{name}"
            if full not in self.errors and row[name] in (None, "", []):
                self.add_error(full, sentence)

    def typed_from(self, data: Any) -> dict[str, Any]:
        """What was typed, as it was typed, for these fields only."""
        return {
            name: data.getlist(name)[:20] if isinstance(field, forms.MultipleChoiceField) else data.get(name, "")[:5000]
            for name, field in self.fields.items()
            if name in data
        }

    def answers(self) -> dict[str, Any]:
        """The answers of a page that has no error, under the domain's names."""
        raise NotImplementedError
